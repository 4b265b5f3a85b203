package org.sobre.energy.attribution;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.Proportion;
import org.sobre.slurm.job.JobKey;

/**
 * Holdings, laid out in time: who pays for what in each stretch in which nothing changes is worked
 * out once, however many intervals of however many meters lie in it. Used by one thread.
 */
public final class Timeline {

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final Holdings holdings;
  private final Stretches<CpuSplit> cpus;
  private final Map<String, Stretches<GpuSplit>> boards = new HashMap<>();
  private final Map<String, Stretches<GpuSplit>> owners = new HashMap<>();
  private final List<String> owned;

  public Timeline(Holdings holdings) {
    this.holdings = holdings;
    this.cpus = new Stretches<>(changes(holdings.all()), this::cpuSplit);
    this.owned =
        holdings.all().stream()
            .filter(Holding::exclusive)
            .flatMap(holding -> holding.gpus().keySet().stream())
            .distinct()
            .sorted()
            .toList();
  }

  /** Whether it is made of these: as long as it is, it need not be made anew. */
  public boolean isOf(List<Holding> all, OptionalInt nodeCpus, List<Presence> presences) {
    return holdings.all().equals(all)
        && holdings.nodeCpus().equals(nodeCpus)
        && holdings.presences().equals(presences);
  }

  /**
   * Gives what a meter saw to those who pay for it.
   *
   * @param work of the processors, over the interval
   */
  public void give(MeteredInterval interval, CpuWork work, Recipients to) {
    switch (interval.meter().part()) {
      case GPU -> give(interval, board(interval.meter().device()), to);
      case CPU_PACKAGE, DRAM -> giveCpus(interval, work, to);
      // A whole node contains its innermost meters, which are split instead.
      case NODE -> to.toPlatform(interval.energy().microjoules());
    }
  }

  private static void give(MeteredInterval interval, Stretches<GpuSplit> stretches, Recipients to) {
    long given = 0;
    long from = interval.fromNanos();
    while (from < interval.toNanos()) {
      long until = Math.min(stretches.end(from), interval.toNanos());
      long microjoules = interval.microjoulesUntil(until);
      stretches.at(from).give(microjoules - given, until - from, to);
      given = microjoules;
      from = until;
    }
  }

  private void giveCpus(MeteredInterval interval, CpuWork work, Recipients to) {
    Long floor = work.floors().get(interval.meter());
    long given = 0;
    long still = 0;
    long from = interval.fromNanos();
    while (from < interval.toNanos()) {
      long until = Math.min(cpus.end(from), interval.toNanos());
      until = floor == null ? until : Math.min(until, work.end(from));
      long microjoules = interval.microjoulesUntil(until);
      if (floor == null) {
        cpus.at(from).give(microjoules - given, until - from, to);
      } else {
        long stillUntil = Proportion.of(floor, until - interval.fromNanos(), NANOS_PER_SECOND);
        // A package that draws less than ever before has no more to give.
        long of = Math.min(stillUntil - still, microjoules - given);
        cpus.at(from).give(microjoules - given, of, work.at(from), until - from, to);
        still = stillUntil;
      }
      given = microjoules;
      from = until;
    }
  }

  /** The boards that somebody holds as his own, at some time. */
  public List<String> owned() {
    return owned;
  }

  /**
   * Gives the time of a board to those who held it as their own, by the holdings alone, whether or
   * not a meter saw it. Runs of a station only may use a board: it is none of theirs.
   *
   * @param to is told once for each stretch
   * @return the end of the last stretch in which anybody held it; {@code fromNanos} if there is
   *     none
   */
  public long giveTime(
      String board, long fromNanos, long toNanos, BiConsumer<JobKey, BoardTime> to) {
    Stretches<GpuSplit> stretches = owners.computeIfAbsent(board, this::ownersOf);
    long heldUntil = fromNanos;
    long from = fromNanos;
    while (from < toNanos) {
      long until = Math.min(stretches.end(from), toNanos);
      GpuSplit split = stretches.at(from);
      if (!split.runs().isEmpty()) {
        split.giveTime(until - from, to);
        heldUntil = until;
      }
      from = until;
    }
    return heldUntil;
  }

  private CpuSplit cpuSplit(long from, long to) {
    return new CpuSplit(present(holdings.all(), from, to), holdings.nodeCpus().orElse(0));
  }

  private Stretches<GpuSplit> board(String device) {
    return boards.computeIfAbsent(
        device,
        any -> {
          List<Presence> there =
              holdings.presences().stream().filter(one -> one.device().equals(device)).toList();
          return new Stretches<>(
              LongStream.concat(changes(holdings.all()), changesOf(there)),
              (from, to) ->
                  GpuSplit.of(
                      device,
                      present(holdings.all(), from, to),
                      there.stream().filter(one -> one.covers(from, to)).toList()));
        });
  }

  private Stretches<GpuSplit> ownersOf(String board) {
    List<Holding> own =
        holdings.all().stream()
            .filter(holding -> holding.exclusive() && holding.gpus().containsKey(board))
            .toList();
    return new Stretches<>(
        changes(own), (from, to) -> GpuSplit.of(board, present(own, from, to), List.of()));
  }

  private static List<Holding> present(List<Holding> all, long from, long to) {
    return all.stream().filter(holding -> holding.covers(from, to)).toList();
  }

  private static LongStream changes(Collection<Holding> holdings) {
    return holdings.stream()
        .flatMapToLong(
            one -> LongStream.concat(LongStream.of(one.fromNanos()), one.toNanos().stream()));
  }

  private static LongStream changesOf(Collection<Presence> presences) {
    return presences.stream()
        .flatMapToLong(
            one -> LongStream.concat(LongStream.of(one.fromNanos()), one.toNanos().stream()));
  }
}
