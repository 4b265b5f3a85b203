package org.sobre.jobs.launch;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Remembers, of output that passes by in pieces, the last 8 KiB and what a program says to Sobre in
 * lines of their own ({@link Tail}). Such a line begins after a line feed or a carriage return.
 * Takes the same memory however much passes. Any thread may ask while one adds.
 */
final class OutputMemory {

  static final int KEPT = 8_192;

  /** Longer ones are none of ours. */
  private static final int LONGEST_LINE = 160;

  private static final String OURS = "SOBRE_";
  private static final Pattern ITEMS = Pattern.compile("SOBRE_ITEMS (\\d{1,18})");
  private static final String LOADED = "SOBRE_LOADED";

  private final long sinceNanos;
  private final byte[] last = new byte[KEPT];
  private int kept;

  /** The line that may be one of ours so far; its length is -1 in one that is not. */
  private final byte[] line = new byte[LONGEST_LINE];

  private int length;
  private OptionalLong items = OptionalLong.empty();
  private Optional<Duration> loaded = Optional.empty();
  private boolean saidLoaded;
  private Optional<ReportedMemory> memory = Optional.empty();

  /**
   * @param sinceNanos by {@link System#nanoTime}: when the program was started
   */
  OutputMemory(long sinceNanos) {
    this.sinceNanos = sinceNanos;
  }

  synchronized void add(byte[] piece, int size) {
    keep(piece, size);
    int i = 0;
    while (i < size) {
      i = length < 0 ? afterLine(piece, i, size) : take(piece, i);
    }
  }

  /** What follows is not what came next: its first line may have begun in what is missing. */
  synchronized void missed() {
    length = -1;
  }

  /** What follows begins a line. */
  synchronized void begun() {
    length = 0;
  }

  /** Whether the program has said all that is to be known while it runs. */
  synchronized boolean isLoaded() {
    return loaded.isPresent();
  }

  /** The last line counts as it stands, ended or not. */
  synchronized Tail tail() {
    if (length > 0) {
      understand(new String(line, 0, length, StandardCharsets.UTF_8));
      length = -1;
    }
    return new Tail(new String(last, 0, kept, StandardCharsets.UTF_8), items, loaded, memory);
  }

  private void keep(byte[] piece, int size) {
    if (size >= KEPT) {
      System.arraycopy(piece, size - KEPT, last, 0, KEPT);
      kept = KEPT;
      return;
    }
    int old = Math.min(kept, KEPT - size);
    System.arraycopy(last, kept - old, last, 0, old);
    System.arraycopy(piece, 0, last, old, size);
    kept = old + size;
  }

  /** One byte of a line that may be ours. */
  private int take(byte[] piece, int i) {
    byte b = piece[i];
    if (isEnd(b)) {
      if (length > 0) {
        understand(new String(line, 0, length, StandardCharsets.UTF_8));
      }
      length = 0;
    } else if (length == LONGEST_LINE || (length < OURS.length() && b != OURS.charAt(length))) {
      length = -1;
    } else {
      line[length++] = b;
    }
    return i + 1;
  }

  private int afterLine(byte[] piece, int from, int size) {
    int i = from;
    while (i < size && !isEnd(piece[i])) {
      i++;
    }
    if (i < size) {
      length = 0;
    }
    return i + 1;
  }

  private static boolean isEnd(byte b) {
    return b == '\n' || b == '\r';
  }

  private void understand(String said) {
    String words = said.stripTrailing();
    Matcher count = ITEMS.matcher(words);
    if (count.matches()) {
      items = OptionalLong.of(Long.parseLong(count.group(1)));
      if (loaded.isEmpty()) {
        loaded = Optional.of(Duration.ofNanos(System.nanoTime() - sinceNanos));
      }
    } else if (words.equals(LOADED) && !saidLoaded) {
      saidLoaded = true;
      loaded = Optional.of(Duration.ofNanos(System.nanoTime() - sinceNanos));
    }
    ReportedMemory.parse(words)
        .filter(told -> told.reserved().bytes() > 0)
        .ifPresent(
            told ->
                memory = memory.filter(known -> known.isAbove(told)).or(() -> Optional.of(told)));
  }
}
