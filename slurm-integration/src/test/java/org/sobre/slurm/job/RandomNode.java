package org.sobre.slurm.job;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.PublishedGpu;
import org.sobre.slurm.node.PublishedPartition;

/** A node drawn at random, and what Slurm and the vendors' runtimes do on it. */
final class RandomNode {

  private static final String CUDA = "CUDA_VISIBLE_DEVICES";
  private static final String ROCR = "ROCR_VISIBLE_DEVICES";
  private static final int MOST_CARDS = 6;

  private record Card(PublishedGpu gpu, boolean offered, String type) {
    /** What a runtime could open of it. */
    List<String> devices() {
      return gpu.partitioned()
          ? gpu.partitions().stream().map(part -> part.id().orElseThrow()).toList()
          : List.of(gpu.device().orElseThrow());
    }
  }

  private final List<Card> cards = new ArrayList<>();
  private final List<GresEntry> gres = new ArrayList<>();

  private RandomNode(List<Card> cards) {
    this.cards.addAll(cards);
    offer(cards);
  }

  RandomNode(Random random) {
    do {
      cards.clear();
      int count = 1 + random.nextInt(MOST_CARDS);
      int vendors = random.nextInt(3);
      for (int i = 0; i < count; i++) {
        boolean amd = vendors == 1 || (vendors == 2 && random.nextBoolean());
        cards.add(amd ? amd(i, random) : nvidia(i, random));
      }
    } while (cards.stream().noneMatch(Card::offered));
    List<Card> order = new ArrayList<>(cards);
    Collections.shuffle(order, random);
    offer(order);
  }

  static RandomNode ofMig(String board, List<String> partitions, String whole) {
    return new RandomNode(
        List.of(
            new Card(gpu(GpuVendor.NVIDIA, board, 0, true, partitions), true, "mig"),
            new Card(gpu(GpuVendor.NVIDIA, whole, 1, true, List.of()), true, "whole")));
  }

  private static Card nvidia(int index, Random random) {
    List<String> mig =
        random.nextInt(3) == 0
            ? IntStream.range(0, 1 + random.nextInt(3)).mapToObj(n -> "MIG-" + index + n).toList()
            : List.of();
    boolean usable = random.nextInt(8) > 0;
    return new Card(
        gpu(GpuVendor.NVIDIA, "GPU-" + index, index, usable, mig),
        usable && random.nextInt(6) > 0,
        "n" + random.nextInt(2) + mig.isEmpty());
  }

  private static Card amd(int index, Random random) {
    String id =
        random.nextBoolean()
            ? String.format(Locale.ROOT, "AMD-%016x", index + 1)
            : "AMD-0000:c" + index + ":00.0";
    List<String> parts =
        random.nextInt(3) == 0
            ? IntStream.range(0, 2 + random.nextInt(3)).mapToObj(n -> id + "/" + n).toList()
            : List.of();
    boolean usable = random.nextInt(8) > 0;
    return new Card(
        gpu(GpuVendor.AMD, id, index, usable, parts),
        usable && random.nextInt(6) > 0,
        "a" + random.nextInt(2) + parts.isEmpty());
  }

  private static PublishedGpu gpu(
      GpuVendor vendor, String id, int index, boolean usable, List<String> partitions) {
    return new PublishedGpu(
        vendor,
        "model",
        Optional.of(id),
        new PciAddress(0, index, 0, 0),
        usable,
        OptionalLong.of(81_559),
        !partitions.isEmpty(),
        partitions.stream()
            .map(
                part ->
                    new PublishedPartition(
                        Optional.of(part),
                        Optional.of("p"),
                        OptionalLong.of(9_856),
                        OptionalInt.empty()))
            .toList());
  }

  /** Grouped by type, as slurmd has it. */
  private void offer(List<Card> order) {
    List<String> types = order.stream().map(Card::type).distinct().toList();
    for (String type : types) {
      for (Card card : order) {
        if (card.offered() && card.type().equals(type)) {
          card.devices().forEach(device -> gres.add(entry(card, device)));
        }
      }
    }
  }

  private GresEntry entry(Card card, String device) {
    return new GresEntry(
        gres.size(),
        "gpu",
        card.type(),
        List.of(Path.of("/dev/" + gres.size())),
        Optional.empty(),
        List.of(),
        OptionalInt.empty(),
        device,
        card.gpu().partitioned()
            ? Optional.of(
                new GresEntry.Partition(
                    card.gpu().device().orElseThrow(), "p", OptionalLong.empty()))
            : Optional.empty());
  }

  NodeDocument document() {
    return new NodeDocument(
        "n1",
        "boot",
        "digest",
        Optional.empty(),
        gres,
        cards.stream().map(Card::gpu).toList(),
        List.of(),
        new CpuTopology("cpu", 1, 1, 1),
        MemorySize.ofMebibytes(1));
  }

  List<Integer> someOf(Random random) {
    return someOf(IntStream.range(0, gres.size()).boxed().toList(), random);
  }

  static List<Integer> someOf(List<Integer> all, Random random) {
    List<Integer> positions = new ArrayList<>(all);
    Collections.shuffle(positions, random);
    return positions.subList(0, 1 + random.nextInt(positions.size())).stream().sorted().toList();
  }

  /** {@code /run/sobre/slurm/visible}, as docs/slurm.md has it. */
  String visibleFile() {
    List<String> amd = visible(GpuVendor.AMD, List.of(), /* constrained= */ false);
    StringBuilder text = new StringBuilder("v=1\n");
    for (GresEntry entry : gres) {
      String device = entry.device();
      int number = amd.indexOf(device);
      String word = device.matches("AMD-[0-9a-f]{16}") ? device.replace("AMD", "GPU") : "" + number;
      text.append(entry.position())
          .append(device.startsWith("AMD") ? " amd " + word + " " + number : " nvidia " + device)
          .append('\n');
    }
    return text.append("complete=1\n").toString();
  }

  /** The job's variables as slurmstepd sets them without AutoDetect (docs/slurm.md). */
  Map<String, String> slurms(List<Integer> held, boolean constrained) {
    return slurms(held, held, constrained);
  }

  /**
   * Of a task.
   *
   * @param bound those of the positions held that the task is bound to ({@code --gpu-bind})
   */
  Map<String, String> slurms(List<Integer> held, List<Integer> bound, boolean constrained) {
    String shown = join(constrained ? bound.stream().map(held::indexOf).toList() : bound);
    Map<String, String> environment =
        new HashMap<>(Map.of("SLURM_JOB_ID", "7", "SLURM_JOB_GPUS", join(held)));
    Set<GpuVendor> offered =
        cards.stream()
            .filter(Card::offered)
            .map(card -> card.gpu().vendor())
            .collect(Collectors.toSet());
    boolean flags = offered.size() == 1;
    if (!flags || offered.contains(GpuVendor.NVIDIA)) {
      environment.put(CUDA, shown);
    }
    if (!flags || offered.contains(GpuVendor.AMD)) {
      environment.put(ROCR, shown);
    }
    if (!flags) {
      environment.put("GPU_DEVICE_ORDINAL", shown);
    }
    return environment;
  }

  private static String join(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /**
   * Devices without an id, of which nobody can say how they are counted: the positions held are the
   * first ones, so that Slurm's list is the same with ConstrainDevices and without, and along the
   * bus others lie between.
   */
  boolean cannotBeTold(List<Integer> held) {
    boolean first = held.equals(IntStream.range(0, held.size()).boxed().toList());
    List<String> devices = held.stream().map(position -> gres.get(position).device()).toList();
    boolean withoutId =
        devices.stream().anyMatch(d -> d.startsWith("AMD-") && !d.matches("AMD-[0-9a-f]{16}"));
    List<String> open = visible(GpuVendor.AMD, held, /* constrained= */ false);
    List<String> closed = visible(GpuVendor.AMD, held, /* constrained= */ true);
    return first
        && withoutId
        && devices.stream()
            .filter(device -> device.startsWith("AMD"))
            .anyMatch(device -> open.indexOf(device) != closed.indexOf(device));
  }

  boolean hasAmdCardsNotOffered() {
    return cards.stream()
        .anyMatch(
            card -> card.gpu().vendor() == GpuVendor.AMD && card.gpu().usable() && !card.offered());
  }

  /** What a vendor's runtime finds on the bus, in its order. */
  private List<String> visible(GpuVendor vendor, List<Integer> held, boolean constrained) {
    Set<String> shut = new HashSet<>();
    if (constrained) {
      gres.stream()
          .filter(entry -> !held.contains(entry.position()))
          .forEach(entry -> shut.add(entry.device()));
    }
    return cards.stream()
        .filter(card -> card.gpu().vendor() == vendor && card.gpu().usable())
        .flatMap(card -> card.devices().stream())
        .filter(device -> !shut.contains(device))
        .toList();
  }

  /** The devices that a command with these variables opens. */
  Set<String> opened(Map<String, String> environment, List<Integer> held, boolean constrained) {
    Set<String> opened = new HashSet<>();
    read(environment.get(CUDA))
        .forEach(word -> opened.add(cuda(word, visible(GpuVendor.NVIDIA, held, constrained))));
    read(environment.get(ROCR))
        .forEach(word -> opened.add(rocm(word, visible(GpuVendor.AMD, held, constrained))));
    return opened;
  }

  private static List<String> read(@Nullable String list) {
    return list == null ? List.of() : Arrays.asList(list.split(",", -1));
  }

  /** Numbers are whole cards; where one is in MIG mode this model trusts none. */
  private String cuda(String word, List<String> visible) {
    if (!word.matches("\\d+")) {
      return visible.contains(word) ? word : "not to be seen: " + word;
    }
    boolean mig = visible.stream().anyMatch(device -> device.startsWith("MIG"));
    return mig ? "a number beside MIG: " + word : nth(word, visible);
  }

  private static String rocm(String word, List<String> visible) {
    if (word.matches("\\d+")) {
      return nth(word, visible);
    }
    String device = word.replace("GPU-", "AMD-");
    return visible.contains(device) ? device : "not to be seen: " + word;
  }

  private static String nth(String word, List<String> visible) {
    int number = Integer.parseInt(word);
    return number < visible.size() ? visible.get(number) : "no device " + word;
  }

  @Override
  public String toString() {
    return cards + " as " + gres.stream().map(GresEntry::device).toList();
  }
}
