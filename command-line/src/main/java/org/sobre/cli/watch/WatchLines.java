package org.sobre.cli.watch;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sobre.cli.watch.Traffic.Flow;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.probe.ToolText;
import org.sobre.jobs.station.NodeView.Device;

/** A line a device, of less than 80 columns but for long names of jobs, users and labs. */
public final class WatchLines implements WatchFormat {

  private static final Messages MESSAGES = Messages.of(WatchLines.class);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

  private final ZoneId zone;

  /**
   * @param zone of the times
   */
  public WatchLines(ZoneId zone) {
    this.zone = zone;
  }

  @Override
  public String head() {
    return line(
            MESSAGES.text("head.time"),
            MESSAGES.text("head.device"),
            MESSAGES.text("head.load"),
            MESSAGES.text("head.memory"),
            MESSAGES.text("head.power"),
            MESSAGES.text("head.temperature"),
            MESSAGES.text("head.holder"))
        + "\n";
  }

  @Override
  public String look(Look look) {
    String time = TIME.format(look.at().atZone(zone));
    return Stream.of(
            look.view().devices().stream()
                .map(device -> line(time, device, look.view().jobsKnown())),
            flows(time, "disk", look.traffic().disks()),
            flows(time, "net", look.traffic().networks()))
        .flatMap(lines -> lines)
        .map(line -> ToolText.oneLine(line) + "\n")
        .collect(Collectors.joining());
  }

  private static String line(String time, Device device, boolean known) {
    return line(
        time,
        device.part() + " " + WatchCells.shortId(device.device()),
        WatchCells.load(device),
        WatchCells.memory(device),
        WatchCells.power(device),
        WatchCells.temperature(device),
        WatchCells.holders(device, known));
  }

  private static Stream<String> flows(String time, String kind, List<Flow> flows) {
    return WatchCells.shown(flows).stream()
        .map(
            flow ->
                String.format(
                    Locale.ROOT,
                    "%-8s %-16s %s",
                    time,
                    kind + " " + flow.device(),
                    WatchCells.flow(kind, flow)));
  }

  private static String line(
      String time,
      String device,
      String load,
      String memory,
      String power,
      String temperature,
      String holder) {
    return String.format(
        Locale.ROOT,
        "%-8s %-16s %6s %14s %6s %5s  %s",
        time,
        device,
        load,
        memory,
        power,
        temperature,
        holder);
  }
}
