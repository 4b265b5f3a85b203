package org.sobre.cli.watch;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sobre.cli.watch.Traffic.Flow;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.station.NodeView.Device;
import org.sobre.jobs.station.NodeView.Holder;

/** The words for one figure each, in the language of who reads. */
final class WatchCells {

  static final String UNKNOWN = "-";

  private static final Messages MESSAGES = Messages.of(WatchCells.class);

  /** As nvidia-smi's users know it: GPU- and the first eight digits. */
  private static final int SHORT_ID = 12;

  /** Of more devices the sum is shown. */
  private static final int MOST_FLOWS = 4;

  private static final double BYTES_PER_MEGABYTE = 1e6;

  private WatchCells() {}

  static String load(Device device) {
    return whole("load", device.busyPercent());
  }

  static String power(Device device) {
    return whole("power", device.watts());
  }

  static String temperature(Device device) {
    return whole("temperature", device.celsius());
  }

  private static String whole(String key, OptionalLong value) {
    return value.isPresent() ? MESSAGES.text(key, value.getAsLong()) : UNKNOWN;
  }

  static String memory(Device device) {
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
    return decimal(MemorySize.ofMebibytes(mebibytes).gigabytes());
  }

  private static String decimal(double number) {
    return String.format(Language.current().locale(), "%.1f", number);
  }

  /** Bytes a second. */
  static String rate(OptionalLong bytes) {
    return bytes.isPresent()
        ? MESSAGES.text("rate", decimal(bytes.getAsLong() / BYTES_PER_MEGABYTE))
        : UNKNOWN;
  }

  /** Of a board in parts each with its part: {@code 1g.20gb 12.0 alice lab1, 3g.40gb held}. */
  static String holders(Device device, boolean known) {
    if (device.withheld()) {
      return MESSAGES.text(device.part().equals("gpu") ? "withheld" : "withheld.shared");
    }
    if (!known && device.part().equals("gpu")) {
      return "?";
    }
    if (device.holders().isEmpty()) {
      return device.holder().map(WatchCells::holder).orElse(UNKNOWN);
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

  static String shortId(String id) {
    return id.length() > SHORT_ID ? id.substring(0, SHORT_ID) : id;
  }

  /** Those of which something is known; of many their sum. */
  static List<Flow> shown(List<Flow> flows) {
    List<Flow> known = flows.stream().filter(Flow::isKnown).toList();
    return known.size() <= MOST_FLOWS
        ? known
        : List.of(
            new Flow(
                MESSAGES.text("several", known.size()),
                sum(known, Flow::in),
                sum(known, Flow::out)));
  }

  private static OptionalLong sum(List<Flow> flows, Function<Flow, OptionalLong> of) {
    return OptionalLong.of(flows.stream().mapToLong(flow -> of.apply(flow).orElse(0)).sum());
  }

  /** A line: {@code disk sda read 1.2 MB/s, written 0.3 MB/s}, without the device. */
  static String flow(String key, Flow flow) {
    return MESSAGES.text(
        key,
        String.format(Locale.ROOT, "%12s", rate(flow.in())),
        String.format(Locale.ROOT, "%12s", rate(flow.out())));
  }
}
