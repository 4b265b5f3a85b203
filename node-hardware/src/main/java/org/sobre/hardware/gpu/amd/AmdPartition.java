package org.sobre.hardware.gpu.amd;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What part of its card a device is (amdgpu's documentation of {@code current_compute_partition}
 * and {@code current_memory_partition}).
 *
 * @param number of the part, from 0; absent where not told
 * @param compute {@code spx}, the whole card, or {@code dpx}, {@code tpx}, {@code qpx}, {@code
 *     cpx}; absent where the card has no such modes or nobody tells
 * @param memory {@code nps1} to {@code nps8}: how many parts the memory has
 */
record AmdPartition(OptionalInt number, Optional<String> compute, Optional<String> memory) {

  /** Nothing is said of partitions. */
  static final AmdPartition NONE =
      new AmdPartition(OptionalInt.empty(), Optional.empty(), Optional.empty());

  private static final Pattern COMPUTE = Pattern.compile("(?i)\\b([SDTQC]PX)\\b");
  private static final Pattern MEMORY = Pattern.compile("(?i)\\b(NPS[1-8])\\b");

  AmdPartition {
    requireNonNull(number, "number");
    requireNonNull(compute, "compute");
    requireNonNull(memory, "memory");
  }

  /** Finds the modes in whatever a tool prints of them: {@code CPX}, {@code NPS4, CPX, 1}. */
  static AmdPartition of(OptionalInt number, String printed) {
    return new AmdPartition(number, mode(COMPUTE, printed), mode(MEMORY, printed));
  }

  private static Optional<String> mode(Pattern pattern, String printed) {
    Matcher m = pattern.matcher(printed);
    return m.find() ? Optional.of(m.group(1).toLowerCase(Locale.ROOT)) : Optional.empty();
  }

  /** Whether the mode is one in which a card has several parts, or this is not its first. */
  boolean partOfCard() {
    return compute.filter(mode -> !mode.equals("spx")).isPresent()
        || (compute.isEmpty() && number.orElse(0) > 0);
  }

  AmdPartition completedBy(AmdPartition other) {
    return new AmdPartition(
        number.isPresent() ? number : other.number(),
        compute.or(other::compute),
        memory.or(other::memory));
  }
}
