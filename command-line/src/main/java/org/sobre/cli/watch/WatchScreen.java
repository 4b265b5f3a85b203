package org.sobre.cli.watch;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.sobre.cli.watch.Traffic.Flow;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.probe.ToolText;
import org.sobre.jobs.station.NodeView;
import org.sobre.jobs.station.NodeView.Device;

/**
 * All of a look at once, in the same place each time: each line is written over the one before it,
 * so that nothing flickers. As wide and as high as the terminal, which may change; made for 80
 * columns. Of less than {@value #FULL_WIDTH} the memory has no room, of few rows the blank ones.
 */
public final class WatchScreen implements WatchFormat {

  private static final Messages MESSAGES = Messages.of(WatchScreen.class);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
  private static final String GPU = "gpu";
  private static final int FULL_WIDTH = 60;

  /** ECMA-48: to the upper left; clear to the end of the line, of the screen. */
  private static final String HOME = "\u001b[H";

  private static final String CLEAR_LINE = "\u001b[K";
  private static final String CLEAR_BELOW = "\u001b[J";

  private final ZoneId zone;
  private final Supplier<TerminalSize> size;
  private Optional<Look> last = Optional.empty();

  /**
   * @param zone of the times
   * @param size of the terminal as it is now
   */
  public WatchScreen(ZoneId zone, Supplier<TerminalSize> size) {
    this.zone = zone;
    this.size = size;
  }

  @Override
  public String head() {
    return "";
  }

  @Override
  public synchronized String look(Look look) {
    last = Optional.of(look);
    return frame(look);
  }

  /** The last look again, on a terminal that has another size; nothing before the first. */
  public synchronized String again() {
    return last.map(this::frame).orElse("");
  }

  private String frame(Look look) {
    TerminalSize now = size.get();
    List<String> lines = new ArrayList<>();
    lines.add(title(look, now.columns()));
    lines.add("");
    devices(lines, look.view(), now.columns() >= FULL_WIDTH);
    flows(lines, "disk", look.traffic().disks());
    flows(lines, "net", look.traffic().networks());
    if (!look.notes().isEmpty()) {
      lines.add("");
      lines.addAll(look.notes());
    }
    return HOME + written(cut(lines, now.rows()), now.columns());
  }

  /**
   * Cleared before they are written: after a line's last column it is cleared on some terminals.
   */
  private static String written(List<String> lines, int columns) {
    int last = lines.size() - 1;
    return IntStream.rangeClosed(0, last)
        .mapToObj(
            i ->
                (i < last ? CLEAR_LINE : CLEAR_BELOW)
                    + cut(ToolText.oneLine(lines.get(i)), columns))
        .collect(Collectors.joining("\n"));
  }

  private String title(Look look, int columns) {
    String right = TIME.format(look.at().atZone(zone)) + "  " + MESSAGES.text("screen.end");
    int gap = Math.max(2, columns - look.view().node().length() - right.length());
    return look.view().node() + " ".repeat(gap) + right;
  }

  private static void devices(List<String> lines, NodeView view, boolean full) {
    List<Device> devices = view.devices();
    List<Device> gpus = devices.stream().filter(WatchScreen::isGpu).toList();
    if (!gpus.isEmpty()) {
      lines.add(head(full));
      gpus.forEach(device -> lines.add(gpu(device, view.jobsKnown(), full)));
      lines.add("");
    }
    devices.stream()
        .filter(device -> !isGpu(device))
        .forEach(device -> lines.add(other(device, full)));
  }

  private static boolean isGpu(Device device) {
    return device.part().equals(GPU);
  }

  private static String head(boolean full) {
    return line(
        full,
        "GPU",
        MESSAGES.text("head.load"),
        MESSAGES.text("head.memory"),
        MESSAGES.text("head.power"),
        MESSAGES.text("head.temperature"),
        MESSAGES.text("screen.holder"));
  }

  private static String gpu(Device device, boolean known, boolean full) {
    return line(
        full,
        WatchCells.shortId(device.device()),
        WatchCells.load(device),
        WatchCells.memory(device),
        WatchCells.power(device),
        WatchCells.temperature(device),
        WatchCells.holders(device, known));
  }

  private static String line(
      boolean full,
      String name,
      String load,
      String memory,
      String power,
      String temperature,
      String holder) {
    String cells =
        full
            ? String.format(
                Locale.ROOT,
                "%-16s %6s %14s %7s %6s  %s",
                name,
                load,
                memory,
                power,
                temperature,
                holder)
            : String.format(
                Locale.ROOT, "%-12s %5s %6s %6s  %s", name, load, power, temperature, holder);
    return cells.stripTrailing();
  }

  /** Its power stands below that of the GPUs. */
  private static String other(Device device, boolean full) {
    return String.format(
        Locale.ROOT,
        full ? "%-38s %7s%s" : "%-18s %6s%s",
        device.part() + " " + WatchCells.shortId(device.device()),
        WatchCells.power(device),
        device.withheld() ? " ".repeat(full ? 9 : 2) + WatchCells.holders(device, true) : "");
  }

  private static void flows(List<String> lines, String kind, List<Flow> flows) {
    List<Flow> shown = WatchCells.shown(flows);
    for (Flow flow : shown) {
      lines.add(
          String.format(
              Locale.ROOT, "%-16s %s", kind + " " + flow.device(), WatchCells.flow(kind, flow)));
    }
  }

  /** What has no room is counted in the last line; blank ones go first. */
  private static List<String> cut(List<String> all, int rows) {
    List<String> lines =
        all.size() <= rows ? all : all.stream().filter(line -> !line.isEmpty()).toList();
    if (lines.size() <= rows || rows < 2) {
      return lines.subList(0, Math.min(lines.size(), Math.max(1, rows)));
    }
    List<String> cut = new ArrayList<>(lines.subList(0, rows - 1));
    cut.add(MESSAGES.text("screen.more", lines.size() - rows + 1));
    return cut;
  }

  private static String cut(String line, int columns) {
    return line.codePointCount(0, line.length()) <= columns
        ? line
        : line.substring(0, line.offsetByCodePoints(0, columns));
  }
}
