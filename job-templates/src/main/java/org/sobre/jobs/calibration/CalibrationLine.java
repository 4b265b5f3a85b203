package org.sobre.jobs.calibration;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.Ceiling;

/**
 * One experience: a batch that ran, or ran out of the card's memory.
 *
 * @param framework what the program says it runs with, {@code torch-2.11}; absent if it says
 *     nothing
 * @param batch items at a time on one device, 1 or more
 * @param budget what the device had for it
 * @param peak what it took; of a batch that ran, if the program or the driver told
 * @param itemsPerSecond of the whole run, loading included; absent if nobody counted
 * @param words by which the want of memory was known; of a ceiling only
 * @param processes that trained together, each with its batch, 1 or more: several hold the buckets
 *     of their gradients beside it, or parts of one model
 * @param joined whether it ran because PyTorch's allocator was told to join its pieces
 */
public record CalibrationLine(
    Kind kind,
    CalibrationKey key,
    Optional<String> framework,
    int batch,
    MemorySize budget,
    Optional<Peak> peak,
    OptionalDouble itemsPerSecond,
    Optional<String> words,
    Instant at,
    int processes,
    boolean joined) {

  /** The name in the file is the constant in lower case. */
  public enum Kind {
    /** It ran, and what it took is known. */
    POINT,
    /** It ran out of memory with this budget. */
    CEILING,
    /** It ran; ceilings at or below it, met with no less, hold no longer. */
    CLEARED,
    /** Its user wants all of this key forgotten that was written until then. */
    FORGOTTEN;

    String jsonName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public CalibrationLine {
    requireNonNull(kind, "kind");
    requireNonNull(key, "key");
    requireNonNull(framework, "framework");
    requireNonNull(budget, "budget");
    requireNonNull(peak, "peak");
    requireNonNull(itemsPerSecond, "itemsPerSecond");
    requireNonNull(words, "words");
    requireNonNull(at, "at");
    if (batch < 1 || processes < 1) {
      throw new IllegalArgumentException(
          "expected a batch and processes from 1, found " + batch + " and " + processes);
    }
    if ((kind == Kind.POINT) != peak.isPresent()) {
      throw new IllegalArgumentException("expected a peak of a point, and of nothing else");
    }
  }

  /** Of one process, whose allocator worked as ever. */
  private CalibrationLine(
      Kind kind,
      CalibrationKey key,
      Optional<String> framework,
      int batch,
      MemorySize budget,
      Optional<Peak> peak,
      OptionalDouble itemsPerSecond,
      Optional<String> words,
      Instant at) {
    this(kind, key, framework, batch, budget, peak, itemsPerSecond, words, at, 1, false);
  }

  /** The same, of so many processes that trained together. */
  public CalibrationLine of(int several) {
    return new CalibrationLine(
        kind, key, framework, batch, budget, peak, itemsPerSecond, words, at, several, joined);
  }

  /** The same, or that it ran because the allocator joined its pieces. */
  public CalibrationLine joined(boolean pieces) {
    return new CalibrationLine(
        kind, key, framework, batch, budget, peak, itemsPerSecond, words, at, processes, pieces);
  }

  /** A batch that ran and said what it took. */
  public static CalibrationLine point(
      CalibrationKey key,
      Optional<String> framework,
      int batch,
      MemorySize budget,
      Peak peak,
      OptionalDouble itemsPerSecond,
      Instant at) {
    return new CalibrationLine(
        Kind.POINT,
        key,
        framework,
        batch,
        budget,
        Optional.of(peak),
        itemsPerSecond,
        Optional.empty(),
        at);
  }

  /** A batch that ran out of the card's memory. */
  public static CalibrationLine ceiling(
      CalibrationKey key,
      Optional<String> framework,
      int batch,
      MemorySize budget,
      String words,
      Instant at) {
    return new CalibrationLine(
        Kind.CEILING,
        key,
        framework,
        batch,
        budget,
        Optional.empty(),
        OptionalDouble.empty(),
        Optional.of(words),
        at);
  }

  /** A batch that ran, of which no more is known. */
  public static CalibrationLine cleared(
      CalibrationKey key, Optional<String> framework, int batch, MemorySize budget, Instant at) {
    return new CalibrationLine(
        Kind.CLEARED,
        key,
        framework,
        batch,
        budget,
        Optional.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        at);
  }

  /** That all of a key is forgotten which was written until then. */
  static CalibrationLine forgotten(CalibrationKey key, Instant at) {
    return new CalibrationLine(
        Kind.FORGOTTEN,
        key,
        Optional.empty(),
        1,
        new MemorySize(0),
        Optional.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        at);
  }

  /** Whether a ceiling is refuted by this: a batch as large ran with as much memory. */
  boolean refutes(CalibrationLine ceiling) {
    return (kind == Kind.POINT || kind == Kind.CLEARED)
        && key.equals(ceiling.key)
        && !at.isBefore(ceiling.at)
        && batch >= ceiling.batch
        && processes >= ceiling.processes
        && new Ceiling(ceiling.key.variant(), ceiling.batch, ceiling.budget).holdsFor(budget);
  }

  /** Of two successes, whether this refutes whatever the other does, were it as late. */
  boolean tellsMoreThan(CalibrationLine other) {
    return key.equals(other.key)
        && batch >= other.batch
        && processes >= other.processes
        && budget.compareTo(other.budget) <= 0;
  }

  /** Of two ceilings, whether this forbids whatever the other does. */
  public boolean covers(CalibrationLine other) {
    return kind == Kind.CEILING
        && key.equals(other.key)
        && batch == other.batch
        && budget.compareTo(other.budget) >= 0;
  }
}
