package org.sobre.hardware.gpu.nvidia;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pure parser of {@code nvidia-smi -q}: indented headings, {@code key : value} below them. The same
 * facts as in the XML under other names.
 */
final class NvidiaQueryText {

  /** {@code GPU 00000000:01:00.0}, alone on its line; the GPU of a Jetson may have no address. */
  private static final Pattern CARD =
      Pattern.compile("(\\s*)GPU ([0-9A-Fa-f]{4,8}:[0-9A-Fa-f:.]{7}|N/A)\\s*");

  private static final String MIG_DEVICE = "mig_device";
  private static final String PRODUCT_NAME = "product_name";

  /** The last section of every card in all drivers, before 331 {@code Compute Processes}. */
  private static final String PROCESSES = "processes";

  /** Where this form's names differ from the XML's. */
  private static final Map<String, String> PATHS =
      Map.ofEntries(
          Map.entry("gpu_uuid", NvidiaGpuFacts.UUID),
          Map.entry("pci/bus_id", NvidiaGpuFacts.BUS_ID),
          Map.entry("mig_mode/current", NvidiaGpuFacts.MIG),
          Map.entry("temperature/gpu_current_temp", NvidiaGpuFacts.TEMPERATURE),
          Map.entry("temperature/gpu", NvidiaGpuFacts.TEMPERATURE),
          Map.entry("utilization/gpu", NvidiaGpuFacts.UTILIZATION),
          Map.entry("clocks/sm", NvidiaGpuFacts.SM_CLOCK),
          Map.entry("gpu_power_readings/instantaneous_power_draw", NvidiaGpuFacts.INSTANT_POWER),
          Map.entry("shared_fb_memory_usage/total", NvidiaGpuFacts.TOTAL),
          Map.entry("shared_fb_memory_usage/free", NvidiaGpuFacts.FREE));

  private record Section(int indent, String name) {}

  private final NvidiaSmiLogBuilder log = new NvidiaSmiLogBuilder();
  private final Deque<Section> path = new ArrayDeque<>();
  private Optional<NvidiaGpuFacts> open = Optional.empty();
  private String id = "";
  private int indentOfCard;

  /** Whether this card's first MIG device has begun: its heading may be damaged. */
  private boolean inMig;

  /** Whether the card is described as a whole, and not one detail only ({@code -d MEMORY}). */
  private boolean described;

  private boolean complete;

  private NvidiaQueryText() {}

  /** Whether a line begins a card. */
  static boolean isCard(String line) {
    return CARD.matcher(line).matches();
  }

  /**
   * @param printed one answer; of several, as a loop prints them, the caller cuts out one
   */
  static NvidiaSmiLog parse(String printed) throws NvidiaSmiFormatException {
    NvidiaSmiFormatException.refuseTooLong(printed);
    NvidiaQueryText parser = new NvidiaQueryText();
    for (Iterator<String> lines = printed.lines().iterator(); lines.hasNext(); ) {
      String line = lines.next();
      if (!line.isBlank()) {
        parser.line(line);
      }
    }
    if (parser.open.isPresent() && parser.described && !parser.complete) {
      parser.log.messages(List.of(NvidiaSmiLog.cutOff("GPU " + parser.id)));
    }
    parser.closeCard();
    return parser.log.build();
  }

  private void line(String line) throws NvidiaSmiFormatException {
    Matcher card = CARD.matcher(line);
    int indent = line.length() - line.stripLeading().length();
    int colon = colon(line);
    if (card.matches()) {
      closeCard();
      id = card.group(2);
      indentOfCard = card.group(1).length();
      open = Optional.of(new NvidiaGpuFacts());
    } else if (colon >= 0) {
      entry(indent, slug(line.substring(0, colon)), line.substring(colon + 1));
    } else {
      heading(indent, line.strip());
    }
  }

  /**
   * Where key and value part: the first colon with blanks on both sides; -1 where there is none.
   */
  private static int colon(String line) {
    int at = line.indexOf(':');
    while (at >= 0 && !(isBlank(line, at - 1) && isBlank(line, at + 1))) {
      at = line.indexOf(':', at + 1);
    }
    return at;
  }

  private static boolean isBlank(String line, int at) {
    return at >= line.length() || (at >= 0 && Character.isWhitespace(line.charAt(at)));
  }

  private void entry(int indent, String name, String value) {
    if (open.isEmpty() || indent <= indentOfCard) {
      log.header(name, value);
      return;
    }
    enter(new Section(indent, name));
    String whole = String.join("/", path.stream().map(Section::name).toList());
    int mig = (whole + "/").indexOf(MIG_DEVICE + "/");
    if (mig >= 0 && inMig) {
      String below = whole.substring(Math.min(whole.length(), mig + MIG_DEVICE.length() + 1));
      open.get().addToMig(PATHS.getOrDefault(below, below), value);
    } else {
      open.get().add(PATHS.getOrDefault(whole, whole), value);
    }
  }

  private void heading(int indent, String text) throws NvidiaSmiFormatException {
    if (open.isEmpty() || indent <= indentOfCard) {
      if (!text.startsWith("==")) {
        log.messages(NvidiaSmiLog.lines(text));
      }
      return;
    }
    enter(new Section(indent, slug(text)));
    if (path.getLast().name().equals(MIG_DEVICE)) {
      open.get().beginMig();
      inMig = true;
    }
  }

  private void enter(Section section) {
    while (!path.isEmpty() && path.getLast().indent() >= section.indent()) {
      path.removeLast();
    }
    path.addLast(section);
    described |= section.name().equals(PRODUCT_NAME);
    complete |= section.name().endsWith(PROCESSES);
  }

  private void closeCard() throws NvidiaSmiFormatException {
    if (open.isPresent()) {
      log.card(id, open.get());
    }
    open = Optional.empty();
    inMig = false;
    described = false;
    complete = false;
    path.clear();
  }

  /** {@code FB Memory Usage} is the XML's {@code fb_memory_usage}. */
  private static String slug(String heading) {
    return heading.strip().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
  }
}
