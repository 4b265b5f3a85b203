package org.sobre.accounting.year;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** One run of a job on one node, and what it drew of each meter in each hour. */
final class YearRun {

  final YearJob job;
  final int restart;
  final YearNode node;
  final long begin;
  final long end;

  /** Of the node's GPUs the one it holds, or -1. */
  final int gpu;

  final int firstHour;
  final int hours;

  /** By meter; empty of what it does not hold, or cannot be read. */
  final List<Optional<YearDraw>> draws = new ArrayList<>();

  YearRun(
      YearJob job,
      int restart,
      YearNode node,
      int gpu,
      long begin,
      long end,
      SplittableRandom random) {
    this.job = job;
    this.restart = restart;
    this.node = node;
    this.gpu = gpu;
    this.begin = begin;
    this.end = end;
    this.firstHour = YearShape.hourOf(begin);
    this.hours = YearShape.hourOf(end - 1) - firstHour + 1;
    for (int meter = 0; meter < node.meters(); meter++) {
      boolean has = node.isGpu(meter) ? meter == gpu : node.readable();
      draws.add(has ? Optional.of(draw(node.isGpu(meter), random)) : Optional.empty());
    }
  }

  private YearDraw draw(boolean ofGpu, SplittableRandom random) {
    YearDraw draw = new YearDraw(hours);
    boolean counts = !ofGpu || node.counts();
    long watts = 10L + random.nextInt(400);
    for (int hour = 0; hour < hours; hour++) {
      int held = held(firstHour + hour);
      int seen = random.nextInt(20) == 0 ? random.nextInt(held + 1) : held;
      long drawn = watts * seen * 1_000 + (seen == 0 ? 0 : random.nextInt(1_000_000));
      // a daemon that starts has the first seconds from the card's power, not from its counter
      long fromPower = counts ? (random.nextInt(50) == 0 ? drawn / 100 : 0) : drawn;
      draw.sampled[hour] = fromPower;
      draw.counter[hour] = drawn - fromPower;
      draw.idle[hour] = ofGpu ? drawn / (2 + random.nextInt(20)) : 0;
      draw.observedMillis[hour] = seen;
    }
    return draw;
  }

  /** Milliseconds of an hour of the year in which it ran. */
  int held(int hour) {
    long from = Math.max(begin, YearShape.millisOf(hour));
    long to = Math.min(end, YearShape.millisOf(hour + 1));
    return Math.toIntExact(Math.max(0, to - from));
  }

  boolean isOn(YearNode other) {
    return node.name().equals(other.name());
  }

  /** Whether its job line is written: it has ended in the year. */
  boolean isEnded() {
    return end <= YearShape.millisOf(YearShape.hours());
  }

  /** Thousandths of a GPU. */
  int gpuThousandths() {
    return gpu < 0 ? 0 : node.shared() ? 500 : 1_000;
  }

  /** What reports call its GPUs. */
  String gpuName() {
    return !isEnded() ? "(not ended)" : gpu < 0 || node.type() == null ? "(no gpu)" : node.type();
  }
}
