package org.sobre.hardware.gpu.amd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuPartition;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.PciScan;
import org.sobre.hardware.node.MachineTree;
import org.sobre.hardware.probe.FakeToolRunner;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;

/**
 * Two MI300X in CPX mode, as the compute driver shows them (kfd_topology.c): a node each part, with
 * the number of the part in the highest bits of location_id, its own render node and its share of
 * the memory (as legacy-rocm-build issue 4750 has it from a MI300X). No recording of such a machine
 * is at hand.
 */
class AmdPartitionsTest {

  private static final String AT_0C = "0000:0c:00.0";
  private static final String AT_22 = "0000:22:00.0";
  private static final long WHOLE = 205_822_885_888L;
  private static final long SHARE = WHOLE / 8;
  private static final String NODES = "sys/class/kfd/kfd/topology/nodes/";

  @TempDir Path root;
  private MachineTree machine;
  private AmdTree tree;

  @BeforeEach
  void twoCardsInEightParts() throws IOException {
    machine = new MachineTree(root);
    tree = new AmdTree(machine).card(AT_0C, "74a1", 128).card(AT_22, "74a1", 136);
    for (String address : List.of(AT_0C, AT_22)) {
      tree.file(address, "mem_info_vram_total", WHOLE + "\n")
          .file(address, "current_compute_partition", "CPX\n")
          .file(address, "current_memory_partition", "NPS1\n")
          .file(address, "unique_id", "946d7e1ef9b172d" + address.charAt(5) + "\n")
          .file(address, "numa_node", "1\n")
          .file(address, "local_cpulist", "48-95\n");
    }
    for (int part = 0; part < 8; part++) {
      node(2 + part, 0x0c, part, 128 + part);
      node(10 + part, 0x22, part, 136 + part);
    }
  }

  private void node(int number, int bus, int part, int minor) throws IOException {
    long location = (long) part << 28 | (long) bus << 8;
    machine
        .file(NODES + number + "/gpu_id", (1000 + number) + "\n")
        .file(
            NODES + number + "/properties",
            "gfx_target_version 90402\nlocation_id "
                + location
                + "\ndomain 0\nunique_id 0\ndrm_render_minor "
                + minor
                + "\n")
        .file(
            NODES + number + "/mem_banks/0/properties",
            "heap_type 1\nsize_in_bytes " + SHARE + "\n")
        .device("dri/renderD" + minor);
  }

  @Test
  void theyAreTwoCardsOfEightPartsWithTheirOwnDevices() {
    List<Gpu> gpus = discover("");
    assertThat(gpus)
        .extracting(Gpu::pciAddress)
        .map(Object::toString)
        .containsExactly(AT_0C, AT_22);
    assertThat(gpus).allMatch(Gpu::partitioned);
    assertThat(gpus.get(1).partitions())
        .extracting(part -> part.id().orElseThrow() + " " + part.devices())
        .containsExactlyElementsOf(
            IntStream.range(0, 8)
                .mapToObj(i -> "AMD-946d7e1ef9b172d2/" + i + " [/dev/dri/renderD" + (136 + i) + "]")
                .toList());
  }

  @Test
  void aPartHasItsShareAndTheCardTheWhole() {
    Gpu gpu = discover("").get(0);
    assertThat(gpu.memoryTotal().measured()).contains(new MemorySize(WHOLE));
    assertThat(gpu.architecture()).contains("cdna3");
    assertThat(gpu.locality().numaNode()).hasValue(1);
    assertThat(gpu.locality().localCpus().map(Object::toString)).contains("48-95");
    assertThat(gpu.partitions())
        .hasSize(8)
        .allSatisfy(
            part -> {
              assertThat(part.profile()).contains("cpx");
              assertThat(part.memoryTotal().measured()).contains(new MemorySize(SHARE));
              assertThat(part.whyNotOffered()).isEmpty();
            });
  }

  /** rocm-smi and amd-smi print the whole card's memory for each part (legacy-rocm-build 4750). */
  @Test
  void whatAToolSaysOfThePartsChangesNothing() {
    String tool =
        IntStream.range(0, 16)
            .mapToObj(i -> toldPart(i, i < 8 ? "0000:0c:00." : "0000:22:00.", i % 8))
            .collect(Collectors.joining(",", "[", "]"));
    List<Gpu> withTool = discover(tool);
    assertThat(withTool)
        .extracting(Gpu::partitions)
        .isEqualTo(discover("").stream().map(Gpu::partitions).toList());
    assertThat(withTool)
        .hasSize(2)
        .allMatch(gpu -> gpu.memoryTotal().equals(Reading.of(new MemorySize(WHOLE))));
  }

  private static String toldPart(int gpu, String bus, int part) {
    return String.format(
        Locale.ROOT,
        """
        {"gpu": %d, "bus": {"bdf": "%s%d"}, "vram": {"size": {"value": 196288, "unit": "MB"}},
         "partition": {"accelerator_partition": "CPX", "memory_partition": "NPS1",
         "partition_id": %d}}
        """,
        gpu,
        bus,
        part,
        part);
  }

  @Test
  void withoutTheComputeDriverPartsAreListedAndNotOffered() throws IOException {
    deleteNodes();
    String tool =
        IntStream.range(0, 8)
            .mapToObj(i -> "{\"gpu\":" + i + ",\"bdf\":\"0000:0c:00." + i + "\"}")
            .collect(Collectors.joining(",", "[", ",{\"gpu\":8,\"bdf\":\"" + AT_22 + "\"}]"));
    Gpu gpu = discover(tool).get(0);
    assertThat(gpu.partitions())
        .hasSize(8)
        .extracting(GpuPartition::whyNotOffered)
        .allSatisfy(why -> assertThat(why).contains("no-device-file"));
  }

  @Test
  void inSpxModeACardIsWhole() throws IOException {
    for (String address : List.of(AT_0C, AT_22)) {
      tree.file(address, "current_compute_partition", "SPX\n");
    }
    assertThat(discover("")).noneMatch(Gpu::partitioned);
  }

  /** Links are between nodes; eight parts of a card with links to eight of another are one link. */
  @Test
  void linksAreBetweenCards() throws IOException {
    linkAll("weight 15\nmin_bandwidth 50000\nmax_bandwidth 100000\n");
    assertThat(discover("").get(0).links())
        .containsExactly(Map.entry(PciAddress.parse(AT_22).orElseThrow(), 2));
  }

  @Test
  void aCardTwoHopsAwayIsNotLinked() throws IOException {
    linkAll("weight 30\n");
    assertThat(discover("")).allMatch(gpu -> gpu.links().isEmpty());
  }

  private void linkAll(String properties) throws IOException {
    for (int from = 2; from < 18; from++) {
      for (int to = 2; to < 18; to++) {
        machine.file(
            NODES + from + "/io_links/" + to + "/properties",
            "type 11\nnode_from " + from + "\nnode_to " + to + "\n" + properties);
      }
      machine.file(NODES + from + "/io_links/0/properties", "type 2\nnode_to 0\n");
    }
  }

  private void deleteNodes() throws IOException {
    try (var files = Files.walk(root.resolve("sys/class/kfd"))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private List<Gpu> discover(String amdSmi) {
    FakeToolRunner runner = new FakeToolRunner();
    if (!amdSmi.isEmpty()) {
      runner.exits(0, amdSmi, "", "amd-smi", "static", "--json");
    }
    return new AmdDiscovery(runner, "amd-smi", "rocm-smi", machine.sysRoot())
        .discover(PciScan.of(machine.sysRoot()).of(GpuVendor.AMD), true, Duration.ofSeconds(10))
        .gpus();
  }
}
