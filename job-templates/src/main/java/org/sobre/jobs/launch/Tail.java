package org.sobre.jobs.launch;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is remembered of what a command wrote.
 *
 * @param text the last 8 KiB, as UTF-8; what is not UTF-8, a character cut in two say, is the
 *     replacement character. Empty also where nothing was read: a terminal's and a device's output
 *     is not
 * @param items of the last line {@code SOBRE_ITEMS n}: done so far, from 0
 * @param loaded from the command's start to its line {@code SOBRE_LOADED}, or else to the first of
 *     its items; of a file to the second
 * @param memory of the last line {@code SOBRE_MEMORY}
 */
public record Tail(
    String text, OptionalLong items, Optional<Duration> loaded, Optional<ReportedMemory> memory) {

  /** Nothing was written, or nothing of it was read. */
  public static final Tail NONE =
      new Tail("", OptionalLong.empty(), Optional.empty(), Optional.empty());

  public Tail {
    requireNonNull(text, "text");
    requireNonNull(items, "items");
    requireNonNull(loaded, "loaded");
    requireNonNull(memory, "memory");
  }
}
