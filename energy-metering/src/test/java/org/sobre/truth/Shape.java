package org.sobre.truth;

import java.util.List;
import java.util.Random;

/**
 * Loads as they occur, one after another, drawn from a seed. Every second one ends within the
 * second after a job began or ended, as loads do; the others end whenever they like.
 */
enum Shape {
  CONSTANT {
    @Override
    void add(PowerFunction.Builder to, long untilNanos, Range range, Random random) {
      to.constant(untilNanos, range.any(random));
    }
  },
  /** Each some 10 to 60 s long. */
  STEPS {
    @Override
    void add(PowerFunction.Builder to, long untilNanos, Range range, Random random) {
      while (to.until() < untilNanos) {
        to.constant(next(to, untilNanos, seconds(random, 10, 60)), range.any(random));
      }
    }
  },
  /** 0.5 Hz: a second high, a second low, from any phase. */
  SQUARE {
    @Override
    void add(PowerFunction.Builder to, long untilNanos, Range range, Random random) {
      double low = range.any(random);
      double high = range.any(random);
      boolean isHigh = random.nextBoolean();
      to.constant(next(to, untilNanos, 1 + random.nextInt((int) SECOND - 1)), isHigh ? high : low);
      while (to.until() < untilNanos) {
        isHigh = !isHigh;
        to.constant(next(to, untilNanos, SECOND), isHigh ? high : low);
      }
    }
  },
  RAMP {
    @Override
    void add(PowerFunction.Builder to, long untilNanos, Range range, Random random) {
      to.ramp(untilNanos, range.any(random), range.any(random));
    }
  },
  /** Bursts between two readings, and pauses of up to 20 s. */
  RANDOM {
    @Override
    void add(PowerFunction.Builder to, long untilNanos, Range range, Random random) {
      while (to.until() < untilNanos) {
        long length =
            random.nextInt(4) == 0
                ? 1 + random.nextInt((int) SECOND)
                : seconds(random, 2, 20) + random.nextInt((int) SECOND);
        to.constant(next(to, untilNanos, length), range.any(random));
      }
    }
  };

  private static final long SECOND = 1_000_000_000L;

  /** Of watts. */
  record Range(double least, double most) {
    double any(Random random) {
      return least + random.nextDouble() * (most - least);
    }
  }

  abstract void add(PowerFunction.Builder to, long untilNanos, Range range, Random random);

  /**
   * A function that goes on with such loads.
   *
   * @param marks when jobs begin and end
   */
  static PowerFunction day(
      PowerFunction.Builder builder, long nanos, Range range, List<Long> marks, Random random) {
    while (builder.until() < nanos) {
      long until = builder.until() + seconds(random, 30, 600) + random.nextInt((int) SECOND);
      if (random.nextBoolean() && !marks.isEmpty()) {
        long mark = marks.get(random.nextInt(marks.size())) + random.nextInt((int) SECOND);
        boolean isNext = mark > builder.until() && mark < builder.until() + 900 * SECOND;
        until = isNext ? mark : until;
      }
      Shape shape = random.nextInt(3) == 0 ? CONSTANT : values()[random.nextInt(values().length)];
      shape.add(builder, until, range, random);
    }
    return builder.build();
  }

  private static long next(PowerFunction.Builder to, long untilNanos, long length) {
    return Math.min(untilNanos, to.until() + length);
  }

  private static long seconds(Random random, int least, int most) {
    return (least + random.nextInt(most - least)) * SECOND;
  }
}
