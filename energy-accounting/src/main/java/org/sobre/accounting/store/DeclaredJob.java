package org.sobre.accounting.store;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;

/**
 * A job of one run, which has ended and told what it did.
 *
 * @param gpus types held, with a plus between several; absent if none was held
 * @param profile its own word; absent without one
 * @param unit of its items; the word item where it named none
 * @param end the hour of it
 * @param items absent if it told none, as the tokens (in and out together)
 * @param gpuBillionthMillis of GPUs that it held
 */
public record DeclaredJob(
    Optional<String> gpus,
    Optional<String> profile,
    String unit,
    Instant end,
    Optional<UsageSum.Work> items,
    Optional<UsageSum.Work> tokens,
    BigInteger gpuBillionthMillis) {

  public DeclaredJob {
    requireNonNull(gpus, "gpus");
    requireNonNull(profile, "profile");
    requireNonNull(unit, "unit");
    requireNonNull(end, "end");
    requireNonNull(items, "items");
    requireNonNull(tokens, "tokens");
    requireNonNull(gpuBillionthMillis, "gpuBillionthMillis");
  }
}
