package org.sobre.accounting.store;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.GpuUse;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.PowerProfile;

/**
 * What only the job line tells of a run.
 *
 * @param endMillis since 1970 UTC
 * @param elapsedMillis of the monotonic clock
 * @param gpus by device and type: parts of a board that are of one type are one
 * @param energy the whole run on each meter
 */
record RunEnd(
    String user,
    Optional<String> partition,
    long endMillis,
    long elapsedMillis,
    int cpus,
    Optional<JobLine.Declared> declared,
    List<HeldGpu> gpus,
    List<PartEnergy> energy,
    Optional<GpuUse> use,
    Optional<PowerProfile> power,
    List<JobLine.CounterCheck> checks) {

  /**
   * What monitord takes over its socket. More would let one user's word make sums of a day that no
   * long has; the line itself counts, for it bills.
   */
  private static final long MOST_DECLARED = 1_000_000_000_000L;

  RunEnd {
    gpus = List.copyOf(gpus);
    energy = List.copyOf(energy);
    checks = List.copyOf(checks);
  }

  static RunEnd of(JobLine line) {
    return new RunEnd(
        line.facts().user(),
        line.facts().partition(),
        line.end().toEpochMilli(),
        line.elapsedMillis(),
        line.held().cpus(),
        line.declared(),
        byType(line.held().gpus()),
        line.energy(),
        line.use().filter(use -> !use.equals(GpuUse.UNKNOWN)),
        line.powerProfile(),
        line.counterCheck());
  }

  private static List<HeldGpu> byType(List<HeldGpu> held) {
    Map<String, HeldGpu> gpus = new TreeMap<>();
    for (HeldGpu gpu : held) {
      HeldGpu one =
          new HeldGpu(
              gpu.device(),
              gpu.type(),
              Optional.empty(),
              OptionalLong.empty(),
              gpu.fraction(),
              gpu.memoryTotalMebibytes());
      gpus.merge(gpu.device() + "\n" + gpu.type(), one, RunEnd::together);
    }
    return List.copyOf(gpus.values());
  }

  private static HeldGpu together(HeldGpu gpu, HeldGpu more) {
    return gpu.withFraction(gpu.fraction().add(more.fraction()).min(BigDecimal.ONE));
  }

  /** The types held, each once, in order, with a plus between them; absent if none was held. */
  Optional<String> gpuTypes() {
    return gpus.stream().map(HeldGpu::type).distinct().sorted().reduce((a, b) -> a + "+" + b);
  }

  long gpuBillionths() {
    return gpus.stream().mapToLong(HeldGpu::fractionBillionths).sum();
  }

  /**
   * What it declared that it did, without counts that no job reaches; absent if nothing is left.
   */
  Optional<JobLine.Declared> work() {
    return declared
        .map(
            told ->
                new JobLine.Declared(
                    told.byUid(),
                    told.profile(),
                    told.batchSize(),
                    told.unit(),
                    believable(told.items()),
                    believable(told.tokensIn()),
                    believable(told.tokensOut())))
        .filter(
            told ->
                told.items().isPresent()
                    || told.tokensIn().isPresent()
                    || told.tokensOut().isPresent());
  }

  private static OptionalLong believable(OptionalLong count) {
    return count.isPresent() && count.getAsLong() >= 0 && count.getAsLong() <= MOST_DECLARED
        ? count
        : OptionalLong.empty();
  }
}
