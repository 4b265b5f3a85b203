package org.sobre.cli;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuPartition;
import org.sobre.hardware.gpu.UnknownPlace;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.node.MeterDescription;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.Reading;

/** A node for the eye: who it is, its processors, one row a GPU, its meters. */
final class NodeTable {

  private static final Messages MESSAGES = Messages.of(NodeTable.class);

  private NodeTable() {}

  static String render(NodeDescription node, MemorySize offerFrom) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        MESSAGES.text("discover.node"),
        node.node() + node.board().map(board -> ", " + board).orElse(""));
    facts.put(MESSAGES.text("discover.cpu"), cpu(node.cpu()));
    facts.put(
        MESSAGES.text("discover.memory"), MESSAGES.text("gigabytes", gigabytes(node.memory())));
    facts.put(MESSAGES.text("discover.meters"), meters(node.meters()));
    return lines(facts)
        + "\n"
        + (node.gpus().isEmpty()
            ? MESSAGES.text("discover.noGpu") + "\n"
            : gpus(node.gpus(), offerFrom));
  }

  /** The texts stand in one column, whatever their names' length in this language. */
  private static String lines(Map<String, String> facts) {
    int widest = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
    return facts.entrySet().stream()
        .map(
            fact ->
                fact.getKey() + " ".repeat(widest + 2 - fact.getKey().length()) + fact.getValue())
        .map(line -> line + System.lineSeparator())
        .collect(Collectors.joining());
  }

  private static String cpu(CpuTopology cpu) {
    return String.join(
        ", ",
        cpu.model(),
        count(cpu.sockets(), "discover.socket.one", "discover.socket.many"),
        count(cpu.cores(), "discover.core.one", "discover.core.many"),
        count(cpu.threads(), "discover.thread.one", "discover.thread.many"));
  }

  /** {@code 2 cpu-package (powercap), 2 gpu (nvidia-smi)}. */
  private static String meters(List<MeterDescription> meters) {
    return meters.isEmpty()
        ? MESSAGES.text("discover.meters.none")
        : meters.stream()
            .collect(
                Collectors.groupingBy(
                    meter -> meter.part() + " (" + meter.source() + ")",
                    TreeMap::new,
                    Collectors.counting()))
            .entrySet()
            .stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "));
  }

  /**
   * One row a GPU under its headings, below it one for each of its partitions; a GPU of a recording
   * may have no place.
   */
  static String gpus(List<Gpu> gpus, MemorySize offerFrom) {
    PlainTable table =
        new PlainTable()
            .number("GPU")
            .text(MESSAGES.text("discover.heading.model"))
            .number(MESSAGES.text("discover.heading.vram"))
            .number(MESSAGES.text("discover.heading.free"))
            .text(MESSAGES.text("discover.heading.device"))
            .text(MESSAGES.text("discover.heading.pci"))
            .text(MESSAGES.text("discover.heading.state"))
            .text(MESSAGES.text("discover.heading.offered"));
    for (Gpu gpu : gpus) {
      table.row(
          Integer.toString(gpu.index()),
          gpu.model(),
          gigabytes(gpu.memoryTotal()),
          gigabytes(gpu.memoryFree()),
          gpu.device().map(Object::toString).orElse("-"),
          UnknownPlace.isOne(gpu.pciAddress()) ? "-" : gpu.pciAddress().toString(),
          gpu.state().jsonName(),
          offered(gpu.whyNotOffered(offerFrom)));
      for (int i = 0; i < gpu.partitions().size(); i++) {
        partition(table, gpu, i);
      }
    }
    return table.render();
  }

  /** {@code 0.3} is the fourth partition of GPU 0; its device file is the last that it needs. */
  private static void partition(PlainTable table, Gpu gpu, int number) {
    GpuPartition partition = gpu.partitions().get(number);
    List<Path> devices = partition.devices();
    table.row(
        gpu.index() + "." + number,
        partition.profile().orElse("-"),
        gigabytes(partition.memoryTotal()),
        gigabytes(partition.memoryFree()),
        devices.isEmpty() ? "-" : devices.get(devices.size() - 1).toString(),
        "-",
        gpu.state().jsonName(),
        offered(gpu.whyNotOffered(partition)));
  }

  private static String offered(Optional<String> why) {
    return why.map(reason -> MESSAGES.text("discover.offered.no", reason))
        .orElseGet(() -> MESSAGES.text("discover.offered.yes"));
  }

  private static String gigabytes(Reading<MemorySize> memory) {
    return memory.match(NodeTable::gigabytes, missing -> "-");
  }

  private static String gigabytes(MemorySize memory) {
    return Language.current().rounded(BigDecimal.valueOf(memory.gigabytes()), 1);
  }

  private static String count(int number, String one, String many) {
    return MESSAGES.text(number == 1 ? one : many, number);
  }
}
