package org.sobre.hardware.gpu.amd;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;

/**
 * The compute driver's view of the machine, {@code /sys/class/kfd/kfd/topology/nodes}. Reading it
 * wakes no card: the driver answers from its memory.
 *
 * @param nodes GPUs only, by node number; a partitioned card has several
 */
public record KfdTopology(List<Node> nodes) {

  /**
   * @param gpuId the number by which {@code /sys/class/kfd/kfd/proc} names the card
   * @param gfx {@code gfx90a}
   * @param uniqueId as {@link AmdDeviceId#uniqueId} spells it
   */
  public record Node(
      int number,
      long gpuId,
      PciAddress address,
      Optional<String> gfx,
      Optional<String> uniqueId) {}

  public KfdTopology {
    nodes = List.copyOf(nodes);
  }

  /** A machine without that driver, or a tree that cannot be read, has no nodes. */
  public static KfdTopology of(SysRoot root) {
    Path directory = root.sys().resolve("class/kfd/kfd/topology/nodes");
    List<Node> nodes = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "[0-9]*")) {
      for (Path entry : entries) {
        node(entry).ifPresent(nodes::add);
      }
    } catch (IOException | DirectoryIteratorException e) {
      return new KfdTopology(nodes);
    }
    nodes.sort(Comparator.comparingInt(Node::number));
    return new KfdTopology(nodes);
  }

  /** The first node at this place. */
  public Optional<Node> at(PciAddress address) {
    return nodes.stream().filter(node -> node.address().equals(address)).findFirst();
  }

  private static Optional<Node> node(Path directory) {
    String number = String.valueOf(directory.getFileName());
    try {
      return number.matches("[0-9]{1,4}")
          ? parse(
              Integer.parseInt(number),
              Files.readString(directory.resolve("gpu_id")),
              Files.readString(directory.resolve("properties")))
          : Optional.empty();
    } catch (IOException e) {
      // a device cgroup hides nodes by refusing their files
      return Optional.empty();
    }
  }

  /** A processor's node, whose gpu id is 0, is none. */
  static Optional<Node> parse(int number, String gpuIdText, String properties) {
    Map<String, String> values = new HashMap<>();
    properties
        .lines()
        .map(line -> line.strip().split("\\s+"))
        .filter(words -> words.length == 2)
        .forEach(words -> values.put(words[0], words[1]));
    Optional<Long> gpuId = whole(gpuIdText.strip()).filter(id -> id != 0);
    Optional<PciAddress> address =
        whole(values.get("location_id")).flatMap(location -> address(values, location));
    if (gpuId.isEmpty() || address.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Node(
            number,
            gpuId.get(),
            address.get(),
            whole(values.get("gfx_target_version")).flatMap(AmdArchitecture::gfx),
            uniqueId(values.get("unique_id"))));
  }

  /** Bus, device and function in the low 16 bits; a partition's number may stand above. */
  private static Optional<PciAddress> address(Map<String, String> values, long location) {
    return whole(values.getOrDefault("domain", "0"))
        .filter(domain -> domain <= 0xffffffffL)
        .map(
            domain ->
                new PciAddress(
                    domain,
                    (int) (location >> 8 & 0xff),
                    (int) (location >> 3 & 0x1f),
                    (int) (location & 7)));
  }

  private static Optional<Long> whole(@Nullable String text) {
    return text != null && text.matches("[0-9]{1,18}")
        ? Optional.of(Long.parseLong(text))
        : Optional.empty();
  }

  /** Decimal here, and unsigned: half of all numbers exceed a long. */
  private static Optional<String> uniqueId(@Nullable String text) {
    if (text == null || !text.matches("[0-9]{1,20}")) {
      return Optional.empty();
    }
    return AmdDeviceId.uniqueId(new BigInteger(text).toString(16));
  }
}
