package org.sobre.jobs.oom;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.units.MemorySize;

/**
 * The figures of PyTorch's sentence about its memory, of 1.0 and later. What a version does not
 * tell, or what was cut off, is absent.
 *
 * @param asked by the allocation that failed
 * @param total of the card
 * @param free of the card, the allocator's own cache not counted
 * @param inUse of this process on the card, the context included; 2.0 and later
 * @param allocated by tensors
 * @param unallocated reserved by the allocator and in no tensor: what fragments leave unused
 * @param allowed the part of the card that the program has limited itself to
 * @param canGrow whether it is of a version whose segments can grow: 2.1 and later; an older one
 *     ends at a word about them
 */
public record TorchReport(
    MemorySize asked,
    Optional<MemorySize> total,
    Optional<MemorySize> free,
    Optional<MemorySize> inUse,
    Optional<MemorySize> allocated,
    Optional<MemorySize> unallocated,
    Optional<MemorySize> allowed,
    boolean canGrow) {

  /** Fragments under this part of the card are what every full card has. */
  private static final int MANY_FRAGMENTS_PERCENT = 5;

  /** A card with so much free has room for small allocations, whatever its driver says. */
  private static final int MUCH_FREE_PERCENT = 10;

  private static final String SIZE = "(\\d{1,9}(?:\\.\\d{1,4})?) (bytes|[KMGT]iB)";
  private static final Pattern ASKED = Pattern.compile("Tried to allocate " + SIZE);
  private static final Pattern TOTAL =
      Pattern.compile("total capaci?ty of " + SIZE + "|" + SIZE + " total capacity");
  private static final Pattern FREE = Pattern.compile(SIZE + " (?:is )?free");
  private static final Pattern IN_USE =
      Pattern.compile("this process has " + SIZE + " memory in use");
  private static final Pattern ALLOCATED =
      Pattern.compile(SIZE + " (?:is allocated by PyTorch|already allocated)");
  private static final Pattern UNALLOCATED =
      Pattern.compile(SIZE + " (?:is reserved by PyTorch but unallocated|cached\\))");
  private static final Pattern RESERVED = Pattern.compile(SIZE + " reserved in total by PyTorch");
  private static final Pattern ALLOWED = Pattern.compile(SIZE + " allowed");

  private static final Pattern NEW =
      Pattern.compile("total capaci?ty of|reserved by PyTorch but unallocated");

  public TorchReport {
    requireNonNull(asked, "asked");
    requireNonNull(total, "total");
    requireNonNull(free, "free");
    requireNonNull(inUse, "inUse");
    requireNonNull(allocated, "allocated");
    requireNonNull(unallocated, "unallocated");
    requireNonNull(allowed, "allowed");
  }

  /** The last one in a text; empty if there is none. */
  public static Optional<TorchReport> last(String text) {
    Matcher asked = ASKED.matcher(text);
    Optional<TorchReport> last = Optional.empty();
    while (asked.find()) {
      int end = text.indexOf('\n', asked.start());
      String sentence = text.substring(asked.start(), end < 0 ? text.length() : end);
      last = size(ASKED, sentence).map(size -> of(size, sentence));
    }
    return last;
  }

  private static TorchReport of(MemorySize asked, String sentence) {
    Optional<MemorySize> allocated = size(ALLOCATED, sentence);
    Optional<MemorySize> unallocated =
        size(UNALLOCATED, sentence)
            .or(
                () ->
                    size(RESERVED, sentence)
                        .flatMap(reserved -> allocated.map(used -> less(reserved, used))));
    return new TorchReport(
        asked,
        size(TOTAL, sentence),
        size(FREE, sentence),
        size(IN_USE, sentence),
        allocated,
        unallocated,
        size(ALLOWED, sentence),
        NEW.matcher(sentence).find());
  }

  /**
   * Whether the allocator holds enough that no tensor uses, in pieces too small: then the same
   * batch may fit with segments that can grow.
   */
  public boolean isFragmented() {
    Optional<MemorySize> limit = allowed.or(() -> total);
    if (limit.isEmpty() || unallocated.isEmpty()) {
      return false;
    }
    long pieces = unallocated.get().bytes();
    long room = room().map(MemorySize::bytes).orElse(0L);
    return pieces >= limit.get().bytes() / 100 * MANY_FRAGMENTS_PERCENT
        && pieces + room >= asked.bytes();
  }

  /** Whether the card had plenty of room for what was asked: the fault is then another one. */
  public boolean hadRoom() {
    Optional<MemorySize> limit = allowed.or(() -> total);
    return limit.isPresent()
        && room()
            .filter(room -> room.bytes() / 2 >= asked.bytes())
            .filter(room -> room.bytes() >= limit.get().bytes() / 100 * MUCH_FREE_PERCENT)
            .isPresent();
  }

  /**
   * What the process could have had of the card; absent where the sentence does not tell. Others
   * may have taken their part after the batch was planned. What a program allows itself is no
   * matter of the card: it will do so the next time.
   */
  public Optional<MemorySize> offered() {
    return free.flatMap(
        room -> inUse.map(used -> new MemorySize(Math.addExact(room.bytes(), used.bytes()))));
  }

  /** What could still be taken, by the card and by the program's own limit. */
  private Optional<MemorySize> room() {
    if (allowed.isEmpty()) {
      return free;
    }
    MemorySize held =
        new MemorySize(
            allocated.map(MemorySize::bytes).orElse(0L)
                + unallocated.map(MemorySize::bytes).orElse(0L));
    return Optional.of(less(allowed.get(), held));
  }

  private static MemorySize less(MemorySize all, MemorySize part) {
    return new MemorySize(Math.max(0, all.bytes() - part.bytes()));
  }

  private static Optional<MemorySize> size(Pattern pattern, String sentence) {
    Matcher m = pattern.matcher(sentence);
    if (!m.find()) {
      return Optional.empty();
    }
    int first = m.group(1) == null ? 3 : 1;
    double number = Double.parseDouble(m.group(first));
    return Optional.of(new MemorySize(Math.round(number * unit(m.group(first + 1)))));
  }

  private static double unit(String name) {
    return switch (name) {
      case "KiB" -> 1 << 10;
      case "MiB" -> 1 << 20;
      case "GiB" -> 1 << 30;
      case "TiB" -> 1L << 40;
      default -> 1;
    };
  }
}
