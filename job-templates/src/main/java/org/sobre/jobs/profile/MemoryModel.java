package org.sobre.jobs.profile;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Function;
import org.sobre.hardware.units.MemorySize;

/** Video memory as a function of the batch, and where the numbers come from. */
public sealed interface MemoryModel {

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
   * A batch that was seen to run.
   *
   * @param batch items at a time on one device, 1 or more
   * @param memory what it took, or the nominal size of the card it ran on
   * @param cardGigabytes present if all that is known is that it ran on a card sold with that many
   *     GB: any card that has N GB then fits (see {@link MemorySize#hasGigabytes})
   */
  record Point(int batch, MemorySize memory, OptionalInt cardGigabytes) {
    public Point {
      requireNonNull(memory, "memory");
      requireNonNull(cardGigabytes, "cardGigabytes");
      if (batch < 1) {
        throw new IllegalArgumentException("expected a batch from 1, found " + batch);
      }
    }
  }

  /**
   * Points, to be joined by straight lines.
   *
   * @param points at least one; batch grows strictly, memory does not shrink
   */
  record Points(Basis basis, String source, List<Point> points) implements MemoryModel {
    public Points {
      requireNonNull(basis, "basis");
      requireNonNull(source, "source");
      points = List.copyOf(points);
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
  }

  /**
   * {@code max(step, fixed + perItem x batch)}.
   *
   * @param step what the optimizer's step takes whatever the batch; 0 B where it takes no more than
   *     the rest
   */
  record Linear(Basis basis, String source, MemorySize fixed, MemorySize perItem, MemorySize step)
      implements MemoryModel {
    public Linear {
      requireNonNull(basis, "basis");
      requireNonNull(source, "source");
      requireNonNull(fixed, "fixed");
      requireNonNull(perItem, "perItem");
      requireNonNull(step, "step");
      if (perItem.bytes() == 0) {
        throw new IllegalArgumentException("an item must take memory, found " + perItem);
      }
    }
  }

  /** One of the two, checked by the compiler: Java 17 has no switch over sealed types. */
  default <R> R match(Function<Points, ? extends R> points, Function<Linear, ? extends R> linear) {
    return this instanceof Points p ? points.apply(p) : linear.apply((Linear) this);
  }
}
