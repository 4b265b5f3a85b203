package org.sobre.energy.accrual;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sobre.energy.attribution.Holding;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;

/**
 * What a run holds of the node's boards. A partition is the same part of its board all the time; of
 * a whole GPU that others came to hold as well, as shards let them, the run had less: the mean over
 * the time that was seen.
 */
final class HeldBoards {

  private final List<HeldGpu> gpus;
  private final Map<String, Long> ownNanos = new HashMap<>();

  HeldBoards(List<HeldGpu> gpus) {
    this.gpus = List.copyOf(gpus);
  }

  /** As they were given, before anybody shared them. */
  List<HeldGpu> nominal() {
    return gpus.stream().map(gpu -> isPart(gpu) ? gpu : gpu.withFraction(BigDecimal.ONE)).toList();
  }

  /** Billionths of each board; of several partitions of one board their sum. */
  Map<String, Long> byBoard() {
    Map<String, Long> boards = new TreeMap<>();
    nominal().forEach(gpu -> boards.merge(gpu.device(), gpu.fractionBillionths(), Long::sum));
    boards.replaceAll((board, part) -> Math.min(part, Holding.WHOLE_BILLIONTHS));
    return boards;
  }

  /** For so long, weighed by its part, a board was this run's own. */
  void own(String board, long nanos) {
    ownNanos.merge(board, nanos, Math::addExact);
  }

  /** Of a run that is taken up from a line: the fractions told what it had until then. */
  void takeUp(Map<MeterId, Share> totals) {
    for (HeldGpu gpu : gpus) {
      long observed = observedNanos(gpu, totals);
      BigDecimal own = gpu.fraction().multiply(BigDecimal.valueOf(observed));
      ownNanos.put(gpu.device(), own.setScale(0, RoundingMode.HALF_EVEN).longValueExact());
    }
  }

  /** With the fractions that the run really had. */
  List<HeldGpu> observed(Map<MeterId, Share> totals) {
    return nominal().stream()
        .map(gpu -> isPart(gpu) ? gpu : gpu.withFraction(mean(gpu, observedNanos(gpu, totals))))
        .toList();
  }

  private BigDecimal mean(HeldGpu gpu, long observedNanos) {
    long own = Math.min(ownNanos.getOrDefault(gpu.device(), 0L), observedNanos);
    if (own == 0) {
      return BigDecimal.ONE;
    }
    return BigDecimal.valueOf(own)
        .divide(
            BigDecimal.valueOf(observedNanos), JobLine.FRACTION_DECIMALS, RoundingMode.HALF_EVEN)
        .max(BigDecimal.ONE.movePointLeft(JobLine.FRACTION_DECIMALS));
  }

  private static long observedNanos(HeldGpu gpu, Map<MeterId, Share> totals) {
    return totals.getOrDefault(new MeterId(Part.GPU, gpu.device()), Share.NONE).observedNanos();
  }

  private static boolean isPart(HeldGpu gpu) {
    return gpu.partition().isPresent();
  }
}
