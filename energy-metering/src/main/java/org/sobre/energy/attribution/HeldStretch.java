package org.sobre.energy.attribution;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sobre.slurm.job.JobKey;

/**
 * A stretch of time in which the same jobs held a board, and which part of the time was whose: by
 * the holdings alone, whether or not a meter saw it.
 *
 * @param runs not empty; their own times together are at most the stretch
 */
public record HeldStretch(long fromNanos, long toNanos, SortedMap<JobKey, BoardTime> runs) {

  public HeldStretch {
    runs = Collections.unmodifiableSortedMap(new TreeMap<>(runs));
  }

  /**
   * The stretches of a time in which anybody held a board as his own, in their order. Runs of a
   * station only may use a board: it is none of theirs.
   */
  public static List<HeldStretch> of(String board, long from, long to, List<Holding> holdings) {
    List<Holding> own =
        holdings.stream()
            .filter(holding -> holding.exclusive() && holding.gpus().containsKey(board))
            .toList();
    List<Long> cuts = Holdings.cuts(own, from, to);
    List<HeldStretch> stretches = new ArrayList<>();
    for (int i = 1; i < cuts.size(); i++) {
      long begin = cuts.get(i - 1);
      long end = cuts.get(i);
      List<Holding> present = own.stream().filter(one -> one.covers(begin, end)).toList();
      if (end > begin && !present.isEmpty()) {
        GpuSplit split = GpuSplit.of(board, begin, end, present, List.of());
        stretches.add(new HeldStretch(begin, end, times(split)));
      }
    }
    return stretches;
  }

  private static SortedMap<JobKey, BoardTime> times(GpuSplit split) {
    SortedMap<JobKey, BoardTime> times = new TreeMap<>();
    BigInteger stretch = BoardTime.of(split.nanos(), Holding.WHOLE_BILLIONTHS).ownBillionths();
    for (Map.Entry<JobKey, Long> run : split.runs().entrySet()) {
      BigInteger own =
          stretch
              .multiply(BigInteger.valueOf(run.getValue()))
              .divide(BigInteger.valueOf(split.whole()));
      times.put(run.getKey(), new BoardTime(split.nanos(), own));
    }
    return times;
  }
}
