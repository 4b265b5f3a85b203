package org.sobre.energy.accrual;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sobre.energy.attribution.BoardTime;
import org.sobre.energy.attribution.Holding;
import org.sobre.energy.ledger.JobLine.HeldGpu;

/**
 * What a run holds of the node's boards. A partition is the same part of its board all the time; of
 * a whole GPU that others came to hold as well, as shards let them, the run had less: the mean over
 * the time that it held it.
 */
final class HeldBoards {

  private final List<HeldGpu> nominal;
  private final Map<String, Long> byBoard;
  private final Map<String, BoardTime> times = new HashMap<>();

  HeldBoards(List<HeldGpu> gpus) {
    nominal =
        gpus.stream().map(gpu -> isPart(gpu) ? gpu : gpu.withFraction(BigDecimal.ONE)).toList();
    Map<String, Long> boards = new TreeMap<>();
    nominal.forEach(gpu -> boards.merge(gpu.device(), gpu.fractionBillionths(), Long::sum));
    boards.replaceAll((board, part) -> Math.min(part, Holding.WHOLE_BILLIONTHS));
    byBoard = Map.copyOf(boards);
  }

  /** Others in their place; what is known of the time of those that stay is kept. */
  HeldBoards replacedBy(List<HeldGpu> gpus) {
    HeldBoards others = new HeldBoards(gpus);
    others.times.putAll(times);
    return others;
  }

  /** As they were given, before anybody shared them. */
  List<HeldGpu> nominal() {
    return nominal;
  }

  /** Billionths of each board; of several partitions of one board their sum. */
  Map<String, Long> byBoard() {
    return byBoard;
  }

  /** More time of a board, and how much of it was this run's own. */
  void add(String board, BoardTime time) {
    times.merge(board, time, BoardTime::plus);
  }

  /**
   * Of a run that is taken up from a line: its fractions tell what it had until then.
   *
   * @param gpus of the line
   * @param elapsedNanos from the run's begin
   */
  void takeUp(List<HeldGpu> gpus, long elapsedNanos) {
    gpus.stream()
        .filter(gpu -> !isPart(gpu))
        .forEach(
            gpu -> times.put(gpu.device(), BoardTime.ofFraction(elapsedNanos, gpu.fraction())));
  }

  /**
   * With the fractions that the run really had.
   *
   * @param elapsedNanos from the run's begin
   */
  List<HeldGpu> shared(long elapsedNanos) {
    return nominal.stream().map(gpu -> isPart(gpu) ? gpu : shared(gpu, elapsedNanos)).toList();
  }

  private HeldGpu shared(HeldGpu gpu, long elapsedNanos) {
    BoardTime time = times.getOrDefault(gpu.device(), BoardTime.NONE);
    return gpu.withFraction(time.fractionOf(elapsedNanos));
  }

  private static boolean isPart(HeldGpu gpu) {
    return gpu.partition().isPresent();
  }
}
