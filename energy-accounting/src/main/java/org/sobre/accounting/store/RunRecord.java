package org.sobre.accounting.store;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job on one node, as the store knows it.
 *
 * @param id in the store
 * @param user absent until its job line is there
 * @param beginMillis since 1970 UTC, as all times here
 * @param knownUntilMillis its end, or while its job line is not there the end of the last balance
 *     with a share of it
 * @param elapsedMillis of the monotonic clock; absent until its job line is there
 * @param gpus held, from the job line
 * @param declared what it said of itself
 */
public record RunRecord(
    long id,
    String cluster,
    String node,
    long job,
    int restart,
    Optional<String> account,
    int uid,
    Optional<String> user,
    long beginMillis,
    long knownUntilMillis,
    OptionalLong elapsedMillis,
    List<Gpu> gpus,
    Declared declared) {

  /**
   * @param fractionBillionths of the device
   */
  public record Gpu(String device, String type, long fractionBillionths) {}

  /** The job's own word; null where it said nothing. */
  public record Declared(
      @Nullable String profile,
      @Nullable String unit,
      @Nullable Long items,
      @Nullable Long tokensIn,
      @Nullable Long tokensOut) {}

  public RunRecord {
    gpus = List.copyOf(gpus);
  }

  /** Whether its job line is there. */
  public boolean isEnded() {
    return elapsedMillis.isPresent();
  }

  /**
   * The last millisecond of a run that ended; at it falls what its job line tells beyond the
   * balances.
   */
  public long lastMillis() {
    return Math.max(beginMillis, knownUntilMillis - 1);
  }
}
