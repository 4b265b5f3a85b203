package org.sobre.cli;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.node.MeterDescription;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.Reading;

/** A node for the eye: who it is, its processors, one row a GPU, its meters. */
final class NodeTable {

  private NodeTable() {}

  static String render(NodeDescription node, MemorySize offerFrom) {
    return line("Node", node.node() + node.board().map(board -> ", " + board).orElse(""))
        + line("CPU", cpu(node.cpu()))
        + line("Memory", gigabytes(node.memory()) + " GB")
        + line("Meters", meters(node.meters()))
        + "\n"
        + (node.gpus().isEmpty()
            ? "No GPU: this is a CPU-only node.\n"
            : gpus(node.gpus(), offerFrom));
  }

  private static String line(String name, String text) {
    return String.format(Locale.ROOT, "%-8s%s%n", name, text);
  }

  private static String cpu(CpuTopology cpu) {
    return cpu.model()
        + ", "
        + count(cpu.sockets(), "socket")
        + ", "
        + count(cpu.cores(), "core")
        + ", "
        + count(cpu.threads(), "thread");
  }

  /** {@code 2 cpu-package (powercap), 2 gpu (nvidia-smi)}. */
  private static String meters(List<MeterDescription> meters) {
    return meters.isEmpty()
        ? "none"
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

  private static String gpus(List<Gpu> gpus, MemorySize offerFrom) {
    PlainTable table =
        new PlainTable()
            .number("GPU")
            .text("MODEL")
            .number("VRAM GB")
            .number("FREE GB")
            .text("DEVICE")
            .text("PCI BUS ID")
            .text("STATE")
            .text("OFFERED");
    for (Gpu gpu : gpus) {
      table.row(
          Integer.toString(gpu.index()),
          gpu.model(),
          gigabytes(gpu.memoryTotal()),
          gigabytes(gpu.memoryFree()),
          gpu.device().map(Object::toString).orElse("-"),
          gpu.pciAddress().toString(),
          gpu.state().jsonName(),
          offered(gpu.whyNotOffered(offerFrom)));
    }
    return table.render();
  }

  private static String offered(Optional<String> why) {
    return why.map(reason -> "no: " + reason).orElse("yes");
  }

  private static String gigabytes(Reading<MemorySize> memory) {
    return memory.match(NodeTable::gigabytes, missing -> "-");
  }

  private static String gigabytes(MemorySize memory) {
    return String.format(Locale.ROOT, "%.1f", memory.gigabytes());
  }

  private static String count(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
