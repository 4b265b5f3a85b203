package org.sobre.accounting.report;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sobre.accounting.store.MeterUse;
import org.sobre.accounting.store.RunRecord;

/**
 * What a job declared that it did, once a start of it: of several nodes the first one's word
 * counts. With it the energy and time it took, over all nodes and the whole run, so that a rate
 * does not depend on where a month was cut.
 *
 * @param unit absent if items were not declared
 * @param microjoules of all nodes
 * @param elapsedMillis of the node that declared
 */
record DeclaredWork(
    Optional<String> unit,
    @Nullable Long items,
    @Nullable Long tokensIn,
    @Nullable Long tokensOut,
    BigInteger microjoules,
    long elapsedMillis) {

  private static final String UNNAMED_UNIT = "item";

  private record JobStart(int job, int restart) {}

  /** By the run whose word counts. */
  static Map<Long, DeclaredWork> of(
      List<RunRecord> runs, Map<Long, Integer> jobs, Map<Long, List<MeterUse>> uses) {
    Map<JobStart, BigInteger> energy = new HashMap<>();
    Map<JobStart, RunRecord> first = new HashMap<>();
    for (RunRecord run : runs) {
      JobStart start = new JobStart(jobs.getOrDefault(run.id(), -1), run.restart());
      energy.merge(start, whole(uses.getOrDefault(run.id(), List.of())), BigInteger::add);
      if (hasWork(run.declared())) {
        first.merge(start, run, DeclaredWork::earlier);
      }
    }
    Map<Long, DeclaredWork> work = new HashMap<>();
    first.forEach(
        (start, run) -> work.put(run.id(), of(run, energy.getOrDefault(start, BigInteger.ZERO))));
    return work;
  }

  private static DeclaredWork of(RunRecord run, BigInteger microjoules) {
    RunRecord.Declared declared = run.declared();
    Optional<String> unit =
        declared.items() == null
            ? Optional.empty()
            : Optional.of(declared.unit() == null ? UNNAMED_UNIT : declared.unit());
    return new DeclaredWork(
        unit,
        declared.items(),
        declared.tokensIn(),
        declared.tokensOut(),
        microjoules,
        run.elapsedMillis().orElse(0));
  }

  private static boolean hasWork(RunRecord.Declared declared) {
    return declared.items() != null || declared.tokensIn() != null || declared.tokensOut() != null;
  }

  private static RunRecord earlier(RunRecord a, RunRecord b) {
    Comparator<RunRecord> order =
        Comparator.comparingLong(RunRecord::beginMillis).thenComparing(RunRecord::node);
    return order.compare(a, b) <= 0 ? a : b;
  }

  private static BigInteger whole(List<MeterUse> uses) {
    return uses.stream().map(use -> use.whole().total()).reduce(BigInteger.ZERO, BigInteger::add);
  }
}
