package org.sobre.accounting.store;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.energy.ledger.JobLine;

/** What a job declared that it did, as fields of {@link UsageField}. Pure. */
final class JobWork {

  private JobWork() {}

  static Optional<JobLine.Declared> declared(RunState run) {
    return run.end().flatMap(RunEnd::work);
  }

  /**
   * What a job declared that it did, once a start of it: of several nodes the first one's word
   * counts. With it the energy and time it took, over all nodes and the whole run, so that a rate
   * does not depend on where a month was cut.
   */
  static Map<RunState, long[]> of(List<RunState> job, Map<RunState, RunHours> hours) {
    if (job.stream().noneMatch(run -> declared(run).isPresent())) {
      return Map.of();
    }
    Map<RunState, long[]> work = new HashMap<>();
    for (List<RunState> start : JobStarts.of(job)) {
      Optional<RunState> first =
          start.stream().filter(run -> declared(run).isPresent()).findFirst();
      if (first.isPresent()) {
        long microjoules = 0;
        for (RunState run : start) {
          microjoules = Math.addExact(microjoules, microjoules(requireNonNull(hours.get(run))));
        }
        work.put(
            first.get(), fields(first.get(), declared(first.get()).orElseThrow(), microjoules));
      }
    }
    return work;
  }

  private static long microjoules(RunHours hours) {
    long[] total = hours.sums().total();
    return total[UsageField.COUNTER.at()]
        + total[UsageField.SAMPLED.at()]
        + total[UsageField.MODELLED.at()];
  }

  private static long[] fields(RunState run, JobLine.Declared declared, long microjoules) {
    long[] fields = new long[UsageField.WIDTH];
    if (declared.items().isPresent()) {
      fields[UsageField.ITEMS.at()] = declared.items().getAsLong();
      fields[UsageField.ITEM_MICROJOULES.at()] = microjoules;
      fields[UsageField.ITEM_MS.at()] = run.end().map(RunEnd::elapsedMillis).orElse(0L);
      fields[UsageField.TOLD_ITEMS.at()] = 1;
    }
    if (declared.tokensIn().isPresent() || declared.tokensOut().isPresent()) {
      fields[UsageField.TOKEN_MICROJOULES.at()] = microjoules;
      fields[UsageField.TOKEN_MS.at()] = run.end().map(RunEnd::elapsedMillis).orElse(0L);
    }
    put(fields, UsageField.TOKENS_IN, UsageField.TOLD_TOKENS_IN, declared.tokensIn());
    put(fields, UsageField.TOKENS_OUT, UsageField.TOLD_TOKENS_OUT, declared.tokensOut());
    return fields;
  }

  private static void put(long[] fields, UsageField field, UsageField told, OptionalLong value) {
    if (value.isPresent()) {
      fields[field.at()] = value.getAsLong();
      fields[told.at()] = 1;
    }
  }
}
