package org.sobre.jobs.profile;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.sobre.hardware.units.MemorySize;

/** Video memory as a function of the batch, and where the numbers come from. */
public sealed interface MemoryModel {

  /** No trainer takes more items at once, and no model says anything of more. */
  int LARGEST_BATCH = 1 << 16;

  /** The context of a model whose numbers hold it. */
  MemorySize NOTHING = new MemorySize(0);

  /** How the numbers came to be; best first. The YAML name is the constant in lower case. */
  enum Basis {
    /** Seen on a machine of the site or told by its owner. */
    MEASURED,
    /** Somebody else's figure, with its address. */
    PUBLISHED,
    /** Computed from parameter counts, not yet seen. */
    PRIOR;

    public String yamlName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Basis basis();

  /** Who says so: a document, a page, a talk. */
  String source();

  /**
   * What a process takes of a card beside what the numbers count, whatever the batch: the context
   * of CUDA or HIP, which no figure of an allocator holds. 0 B where the numbers hold it. Nothing
   * is added to the size of a card on which a batch ran.
   */
  MemorySize context();

  /** What was seen to run out of memory. */
  List<Failure> failures();

  /**
   * A batch that was seen to run.
   *
   * @param batch items at a time on one device, 1 or more
   * @param memory what it took, or the nominal size of the card it ran on
   * @param cardGigabytes present if all that is known is that it ran on a card sold with that many
   *     GB: any card that has N GB then fits (see {@link MemorySize#hasGigabytes})
   * @param origin where the point comes from; absent if it is where the model does
   */
  record Point(int batch, MemorySize memory, OptionalInt cardGigabytes, Optional<Origin> origin) {
    public Point {
      requireNonNull(memory, "memory");
      requireNonNull(cardGigabytes, "cardGigabytes");
      requireNonNull(origin, "origin");
      if (batch < 1) {
        throw new IllegalArgumentException("expected a batch from 1, found " + batch);
      }
    }

    /** A point that comes from where its model does. */
    public Point(int batch, MemorySize memory, OptionalInt cardGigabytes) {
      this(batch, memory, cardGigabytes, Optional.empty());
    }
  }

  /**
   * Where a number comes from.
   *
   * @param source who says so: a document, a page, a talk
   */
  record Origin(Basis basis, String source) {
    public Origin {
      requireNonNull(basis, "basis");
      requireNonNull(source, "source");
    }
  }

  /**
   * A batch that was seen to run out of memory: neither it nor a larger one is tried on a card that
   * has no more.
   *
   * @param batch items at a time on one device, 1 or more
   * @param total all the memory of the card
   * @param source who says so
   */
  record Failure(int batch, MemorySize total, String source) {
    public Failure {
      requireNonNull(total, "total");
      requireNonNull(source, "source");
      if (batch < 1) {
        throw new IllegalArgumentException("expected a batch from 1, found " + batch);
      }
    }

    /**
     * On a card sold with so many GB. Such a card has N GiB at the most (a V100 of 32 GB: 32510
     * MiB), and every card that has no more is one of the same size or smaller.
     */
    public static Failure onCard(int batch, int gigabytes, String source) {
      return new Failure(batch, MemorySize.ofMebibytes(gigabytes * 1024L), source);
    }
  }

  /**
   * How far points are believed.
   *
   * @param further who else is asked of batches beyond twice the largest: both must admit one.
   *     Absent where nothing is said of such
   * @param leastMarginPercent beside every batch, that of a point too, which was seen under other
   *     circumstances; 0 where they are the same
   */
  record Reach(Optional<MemoryModel> further, int leastMarginPercent) {

    /** Up to twice the largest batch; a point as it was seen. */
    public static final Reach TWICE = new Reach(Optional.empty(), 0);

    public Reach {
      requireNonNull(further, "further");
      if (leastMarginPercent < 0) {
        throw new IllegalArgumentException(
            "expected a margin from 0 percent, found " + leastMarginPercent);
      }
    }
  }

  /**
   * Points, to be joined by straight lines.
   *
   * @param points at least one; batch grows strictly, memory does not shrink
   * @param reach how far they are believed
   */
  record Points(
      Basis basis,
      String source,
      List<Point> points,
      MemorySize context,
      List<Failure> failures,
      Reach reach)
      implements MemoryModel {
    public Points {
      requireNonNull(basis, "basis");
      requireNonNull(source, "source");
      points = List.copyOf(points);
      requireNonNull(context, "context");
      failures = List.copyOf(failures);
      requireNonNull(reach, "reach");
      if (points.isEmpty()) {
        throw new IllegalArgumentException("expected at least one point");
      }
      for (int i = 1; i < points.size(); i++) {
        if (points.get(i).batch() <= points.get(i - 1).batch()
            || points.get(i).memory().compareTo(points.get(i - 1).memory()) < 0) {
          throw new IllegalArgumentException(
              "expected growing batches with memory that does not shrink, found "
                  + points.get(i - 1)
                  + " before "
                  + points.get(i));
        }
      }
    }

    /** Points that are believed up to twice the largest batch. */
    public Points(
        Basis basis,
        String source,
        List<Point> points,
        MemorySize context,
        List<Failure> failures) {
      this(basis, source, points, context, failures, Reach.TWICE);
    }

    /** Points whose memory is all that a process takes, and no failure is known. */
    public Points(Basis basis, String source, List<Point> points) {
      this(basis, source, points, new MemorySize(0), List.of());
    }
  }

  /**
   * What a computed line may be wrong by.
   *
   * @param counted of what is fixed, what is known best
   * @param countedPercent what that may be wrong by
   * @param restPercent what all else may be wrong by, as much or more
   */
  record Doubt(MemorySize counted, int countedPercent, int restPercent) {
    public Doubt {
      requireNonNull(counted, "counted");
      if (countedPercent < 0 || restPercent < countedPercent) {
        throw new IllegalArgumentException(
            "expected percents that do not fall, found " + countedPercent + ", " + restPercent);
      }
    }

    /** Of all, rounded up. It does not fall where more is taken. */
    public int percentOf(double bytes) {
      double known = Math.min(bytes, (double) counted.bytes());
      return bytes > 0
          ? (int) Math.ceil((known * countedPercent + (bytes - known) * restPercent) / bytes)
          : restPercent;
    }
  }

  /**
   * {@code max(step, fixed + perItem x batch)}.
   *
   * @param step what the optimizer's step takes whatever the batch; 0 B where it takes no more than
   *     the rest
   * @param measuredTo the largest batch that was seen, from which on the line is a guess; absent
   *     where its author vouches for all of it, and for a prior, of which no batch was seen
   * @param doubt of a prior that was computed here, what it may be wrong by; absent elsewhere
   */
  record Linear(
      Basis basis,
      String source,
      MemorySize fixed,
      MemorySize perItem,
      MemorySize step,
      OptionalInt measuredTo,
      MemorySize context,
      List<Failure> failures,
      Optional<Doubt> doubt)
      implements MemoryModel {
    public Linear {
      requireNonNull(basis, "basis");
      requireNonNull(source, "source");
      requireNonNull(fixed, "fixed");
      requireNonNull(perItem, "perItem");
      requireNonNull(step, "step");
      requireNonNull(measuredTo, "measuredTo");
      requireNonNull(doubt, "doubt");
      requireNonNull(context, "context");
      failures = List.copyOf(failures);
      if (perItem.bytes() == 0) {
        throw new IllegalArgumentException("an item must take memory, found " + perItem);
      }
      if (measuredTo.isPresent() && (basis == Basis.PRIOR || measuredTo.getAsInt() < 1)) {
        throw new IllegalArgumentException(
            "expected a measured batch from 1, and none for a prior, found " + measuredTo);
      }
    }

    /** A line whose margin follows from its basis and from how far it was seen. */
    public Linear(
        Basis basis,
        String source,
        MemorySize fixed,
        MemorySize perItem,
        MemorySize step,
        OptionalInt measuredTo,
        MemorySize context,
        List<Failure> failures) {
      this(basis, source, fixed, perItem, step, measuredTo, context, failures, Optional.empty());
    }

    /** A line that holds for every batch and counts all that a process takes; none failed. */
    public Linear(
        Basis basis, String source, MemorySize fixed, MemorySize perItem, MemorySize step) {
      this(basis, source, fixed, perItem, step, OptionalInt.empty(), new MemorySize(0), List.of());
    }
  }

  /** One of the two, checked by the compiler: Java 17 has no switch over sealed types. */
  default <R> R match(Function<Points, ? extends R> points, Function<Linear, ? extends R> linear) {
    return this instanceof Points p ? points.apply(p) : linear.apply((Linear) this);
  }
}
