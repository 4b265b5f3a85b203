package org.sobre.hardware.gpu.amd;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;

/**
 * The compute driver's view of the machine, {@code /sys/class/kfd/kfd/topology/nodes}. Reading it
 * wakes no card: the driver answers from its memory.
 *
 * @param nodes GPUs only, by node number; a partitioned card has several
 * @param links between the cards of nodes, in both directions
 */
public record KfdTopology(List<Node> nodes, List<Link> links) {

  /** Of the kernel's CRAT table (kfd_crat.h): links of this type are xGMI. */
  private static final String XGMI = "11";

  /** Weight of one hop; cards of one hive that are not neighbours have a multiple of it. */
  private static final long ONE_HOP = 15;

  /** Heap types of a memory bank (kfd_topology.h): frame buffer that the host sees, or does not. */
  private static final List<String> FRAME_BUFFERS = List.of("1", "2");

  /** More entries in a directory than a machine has are not looked through. */
  private static final int MAX_ENTRIES = 512;

  /**
   * @param gpuId the number by which {@code /sys/class/kfd/kfd/proc} names the card
   * @param partition number of the part of its card that it is, 0 for a whole card (bits 31 to 28
   *     of {@code location_id}, kfd_topology.c)
   * @param gfx {@code gfx90a}
   * @param uniqueId as {@link AmdDeviceId#uniqueId} spells it
   * @param renderMinor N of {@code /dev/dri/renderDN}, of the part itself
   * @param memory video memory that programs on this node can use; of a part, its share
   */
  public record Node(
      int number,
      long gpuId,
      PciAddress address,
      int partition,
      Optional<String> gfx,
      Optional<String> uniqueId,
      OptionalInt renderMinor,
      Optional<MemorySize> memory) {

    public Node {
      requireNonNull(address, "address");
      requireNonNull(gfx, "gfx");
      requireNonNull(uniqueId, "uniqueId");
      requireNonNull(renderMinor, "renderMinor");
      requireNonNull(memory, "memory");
    }

    /** {@code /dev/dri/renderD128}, whether or not it is there. */
    Optional<Path> renderNode() {
      return renderMinor.isPresent()
          ? Optional.of(Path.of("/dev/dri/renderD" + renderMinor.getAsInt()))
          : Optional.empty();
    }
  }

  /**
   * A direct xGMI link.
   *
   * @param from number of a node
   * @param to number of a node
   * @param lanes 1 or more; 1 where not told
   */
  public record Link(int from, int to, int lanes) {}

  public KfdTopology {
    nodes = List.copyOf(nodes);
    links = List.copyOf(links);
  }

  /** A machine without that driver, or a tree that cannot be read, has no nodes. */
  public static KfdTopology of(SysRoot root) {
    return of(KernelFiles.in(root.sys().resolve("class/kfd/kfd/topology/nodes")));
  }

  /**
   * @param tree the directory that has one directory a node
   */
  static KfdTopology of(KernelFiles tree) {
    List<Node> nodes = new ArrayList<>();
    List<Link> links = new ArrayList<>();
    for (String name : numbered(tree, "")) {
      int number = Integer.parseInt(name);
      // a device cgroup hides nodes by refusing their files
      Optional<Node> node =
          parse(
              number,
              tree.text(name + "/gpu_id").orElse(""),
              tree.read(name + "/properties").measured().orElse(""),
              banks(tree, name));
      node.ifPresent(nodes::add);
      node.ifPresent(gpu -> links.addAll(links(tree, gpu)));
    }
    nodes.sort(Comparator.comparingInt(Node::number));
    return new KfdTopology(nodes, links);
  }

  /** The nodes at this place, by the number of their part. */
  public List<Node> at(PciAddress address) {
    return nodes.stream()
        .filter(node -> node.address().equals(address))
        .sorted(Comparator.comparingInt(Node::partition))
        .toList();
  }

  /** Cards to which this one has xGMI links; those of its parts are the same ones. */
  Map<PciAddress, Integer> linksOf(PciAddress address) {
    Map<PciAddress, Integer> peers = new TreeMap<>();
    for (Link link : links) {
      if (place(link.from()).equals(Optional.of(address))) {
        place(link.to())
            .filter(peer -> !peer.equals(address))
            .ifPresent(peer -> peers.merge(peer, link.lanes(), Math::max));
      }
    }
    return peers;
  }

  private Optional<PciAddress> place(int number) {
    return nodes.stream().filter(node -> node.number() == number).map(Node::address).findFirst();
  }

  private static List<String> numbered(KernelFiles tree, String directory) {
    return tree.names(directory).stream()
        .filter(name -> name.matches("[0-9]{1,4}"))
        .limit(MAX_ENTRIES)
        .toList();
  }

  private static List<String> banks(KernelFiles tree, String node) {
    String directory = node + "/mem_banks";
    return numbered(tree, directory).stream()
        .flatMap(n -> tree.read(directory + "/" + n + "/properties").measured().stream())
        .toList();
  }

  private static List<Link> links(KernelFiles tree, Node node) {
    String directory = node.number() + "/io_links";
    List<Link> links = new ArrayList<>();
    for (String n : numbered(tree, directory)) {
      Map<String, String> values =
          values(tree.read(directory + "/" + n + "/properties").measured().orElse(""));
      if (XGMI.equals(values.get("type"))
          && whole(values.get("weight")).orElse(ONE_HOP) <= ONE_HOP) {
        whole(values.get("node_to"))
            .filter(to -> to < 10_000)
            .ifPresent(to -> links.add(new Link(node.number(), to.intValue(), lanes(values))));
      }
    }
    return links;
  }

  /** The least bandwidth is that of one lane, the greatest that of all (amdgpu_amdkfd.c). */
  private static int lanes(Map<String, String> link) {
    return AmdLinks.lanes(
        whole(link.get("min_bandwidth")).orElse(0L), whole(link.get("max_bandwidth")).orElse(0L));
  }

  /** A processor's node, whose gpu id is 0, is none. */
  static Optional<Node> parse(int number, String gpuIdText, String properties, List<String> banks) {
    Map<String, String> values = values(properties);
    Optional<Long> gpuId = whole(gpuIdText.strip()).filter(id -> id != 0);
    Optional<Long> location = whole(values.get("location_id"));
    Optional<PciAddress> address = location.flatMap(bits -> address(values, bits));
    if (gpuId.isEmpty() || address.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Node(
            number,
            gpuId.get(),
            address.get(),
            location.map(bits -> (int) (bits >> 28 & 0xf)).orElse(0),
            whole(values.get("gfx_target_version")).flatMap(AmdArchitecture::gfx),
            uniqueId(values.get("unique_id")),
            whole(values.get("drm_render_minor"))
                .filter(minor -> minor >= 128 && minor < 1 << 20)
                .map(minor -> OptionalInt.of(minor.intValue()))
                .orElse(OptionalInt.empty()),
            memory(banks)));
  }

  private static Map<String, String> values(String properties) {
    Map<String, String> values = new HashMap<>();
    properties
        .lines()
        .map(line -> line.strip().split("\\s+"))
        .filter(words -> words.length == 2)
        .forEach(words -> values.put(words[0], words[1]));
    return values;
  }

  private static Optional<MemorySize> memory(List<String> banks) {
    long sum = 0;
    for (String bank : banks) {
      Map<String, String> values = values(bank);
      if (FRAME_BUFFERS.contains(values.getOrDefault("heap_type", ""))) {
        sum += whole(values.get("size_in_bytes")).filter(size -> size < 1L << 50).orElse(0L);
      }
    }
    return sum == 0 ? Optional.empty() : Optional.of(new MemorySize(sum));
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
