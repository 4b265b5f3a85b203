package org.sobre.cli.watch;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.station.NodeView;
import org.sobre.jobs.station.NodeView.Device;
import org.sobre.jobs.station.NodeView.Holder;

/** A line a device, of less than 80 columns but for long names of jobs, users and labs. */
public final class WatchLines implements WatchFormat {

  private static final Messages MESSAGES = Messages.of(WatchLines.class);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
  private static final String UNKNOWN = "-";

  /** As nvidia-smi's users know it: GPU- and the first eight digits. */
  private static final int SHORT_ID = 12;

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
        MESSAGES.text("head.holder"));
  }

  @Override
  public String look(Instant at, NodeView view) {
    String time = TIME.format(at.atZone(zone));
    return view.devices().stream()
        .map(
            device ->
                line(
                    time,
                    device.part() + " " + shortId(device.device()),
                    whole("load", device.busyPercent()),
                    memory(device),
                    whole("power", device.watts()),
                    holders(device)))
        .collect(Collectors.joining());
  }

  private static String line(
      String time, String device, String load, String memory, String power, String holder) {
    return String.format(
            Locale.ROOT,
            "%-8s  %-16s  %6s  %14s  %7s  %s",
            time,
            device,
            load,
            memory,
            power,
            holder)
        + "\n";
  }

  private static String whole(String key, OptionalLong value) {
    return value.isPresent() ? MESSAGES.text(key, value.getAsLong()) : UNKNOWN;
  }

  private static String memory(Device device) {
    if (device.memoryUsedMebibytes().isEmpty()) {
      return UNKNOWN;
    }
    return MESSAGES.text(
        "memory",
        gigabytes(device.memoryUsedMebibytes().getAsLong()),
        device.memoryTotalMebibytes().isPresent()
            ? gigabytes(device.memoryTotalMebibytes().getAsLong())
            : "?");
  }

  private static String gigabytes(long mebibytes) {
    return String.format(
        Language.current().locale(), "%.1f", MemorySize.ofMebibytes(mebibytes).gigabytes());
  }

  /** Of a board in parts each with its part: {@code 1g.20gb 12.0 alice lab1, 3g.40gb held}. */
  private static String holders(Device device) {
    if (device.holders().isEmpty()) {
      return device.holder().map(WatchLines::holder).orElse(UNKNOWN);
    }
    return device.holders().stream()
        .map(
            holder ->
                holder.partition().map(partition -> partition + " ").orElse("") + holder(holder))
        .collect(Collectors.joining(", "));
  }

  private static String holder(Holder holder) {
    if (holder.job().isEmpty()) {
      return MESSAGES.text("held");
    }
    return Stream.of(holder.job(), holder.user(), holder.account())
        .flatMap(word -> word.stream())
        .collect(Collectors.joining(" "));
  }

  private static String shortId(String id) {
    return id.length() > SHORT_ID ? id.substring(0, SHORT_ID) : id;
  }
}
