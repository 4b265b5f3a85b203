package org.sobre.hardware.units;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.Function;

/**
 * A value that was read, or the reason why it could not be. Absence is a type here and never 0, -1
 * or null: a card whose power is unknown does not draw 0 W.
 */
public sealed interface Reading<T> {

  /** Why there is no value. The JSON name is lower case with dashes. */
  enum Reason {
    /** The machine has no such thing. */
    NOT_PRESENT,
    /** The thing is there and cannot tell. */
    NOT_SUPPORTED,
    /** It sleeps, and asking would wake it. */
    SUSPENDED,
    /** An administrator has asked that it be left alone for a while. */
    RELEASED,
    /** It could tell somebody else. */
    NO_PERMISSION,
    /** It did not answer in time. */
    TIMED_OUT,
    /** It answered with an error or with something that could not be understood. */
    FAILED;

    public String jsonName() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  record Measured<T>(T value) implements Reading<T> {
    public Measured {
      requireNonNull(value, "value");
    }
  }

  /**
   * @param detail what was found instead, for a person; may be empty
   */
  record Unavailable<T>(Reason reason, String detail) implements Reading<T> {
    public Unavailable {
      requireNonNull(reason, "reason");
      requireNonNull(detail, "detail");
    }
  }

  static <T> Reading<T> of(T value) {
    return new Measured<>(value);
  }

  static <T> Reading<T> unavailable(Reason reason, String detail) {
    return new Unavailable<>(reason, detail);
  }

  /** One of the two, checked by the compiler: Java 17 has no switch over sealed types. */
  default <R> R match(
      Function<? super T, ? extends R> measured,
      Function<Unavailable<T>, ? extends R> unavailable) {
    if (this instanceof Measured<T> m) {
      return measured.apply(m.value());
    }
    return unavailable.apply((Unavailable<T>) this);
  }

  default Optional<T> measured() {
    return match(Optional::of, missing -> Optional.empty());
  }
}
