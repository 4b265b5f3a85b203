package org.sobre.hardware.gpu.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuPartition;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.Locality;
import org.sobre.hardware.gpu.PciScan;
import org.sobre.hardware.node.MachineTree;
import org.sobre.hardware.probe.FakeToolRunner;
import org.sobre.hardware.units.CpuList;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;

/** A whole NVIDIA node on a small tree: recorded answers, and the kernel's files around them. */
class NvidiaNodeTest {

  private static final MemorySize OFFER_FROM = MemorySize.ofMebibytes(4096);
  private static final String A5000S = Recordings.read("rtx-a5000-x2_590.44.01_q-x.xml");
  private static final String A100 = Recordings.read("a100-sxm4-80gb_535.54.03_q-x-mig-1of4.xml");
  private static final String A100_UUID = "GPU-513536b6-7d19-9063-b049-1e69664bb298";
  private static final PciAddress AT_81 = new PciAddress(0, 0x81, 0, 0);
  private static final PciAddress AT_C1 = new PciAddress(0, 0xc1, 0, 0);

  /** The card's device, and two of the four instances that the XML tells of, by the MIG guide. */
  private static final String A100_LIST =
      """
      GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-513536b6-7d19-9063-b049-1e69664bb298)
        MIG 1g.20gb     Device  0: (UUID: MIG-8c4c5a27-e508-5556-b2ea-7e549465741e)
        MIG 1g.20gb     Device  1: (UUID: MIG-1d89abd8-d10a-5361-bd06-77a807048472)
        MIG 1g.20gb     Device  3: (UUID: MIG-c6b63f1b-a006-5803-b4f4-cc1b2867b34b)
      """;

  @TempDir Path root;
  private MachineTree tree;
  private final FakeToolRunner runner = new FakeToolRunner();

  @BeforeEach
  void emptyMachine() throws IOException {
    tree = new MachineTree(root);
  }

  @Test
  void aMigDeviceHasTheIdOfTheListAndTheFilesOfTheKernel() throws IOException {
    a100();
    runner
        .exits(0, A100, "", "nvidia-smi", "-q")
        .exits(0, A100_LIST, "", "nvidia-smi", "-L")
        .exits(0, "", "", "nvidia-smi");
    Gpu card = discover().get(0);
    assertThat(card.whyNotOffered(OFFER_FROM)).contains("partitioned");
    assertThat(card.memoryTotal().measured()).contains(MemorySize.ofMebibytes(81_920));
    assertThat(card.partitions())
        .extracting(GpuPartition::gpuInstance)
        .containsExactly(
            OptionalInt.of(3), OptionalInt.of(4), OptionalInt.of(5), OptionalInt.of(6));
    GpuPartition first = card.partitions().get(0);
    assertThat(first.id()).contains("MIG-8c4c5a27-e508-5556-b2ea-7e549465741e");
    assertThat(first.profile()).contains("1g.20gb");
    assertThat(first.memoryTotal().measured()).contains(MemorySize.ofMebibytes(19_968));
    assertThat(first.devices())
        .extracting(Path::toString)
        .containsExactly(
            "/dev/nvidia1", "/dev/nvidia-caps/nvidia-cap165", "/dev/nvidia-caps/nvidia-cap166");
    assertThat(card.partitions())
        .extracting(GpuPartition::whyNotOffered)
        .containsExactly(
            Optional.empty(),
            Optional.of("no-device-file"),
            Optional.of("no-uuid"),
            Optional.of("no-device-file"));
  }

  @Test
  void withoutTheListMigDevicesAreListedAndNotOffered() throws IOException {
    a100();
    runner.exits(0, A100, "", "nvidia-smi", "-q").exits(2, "", "", "nvidia-smi");
    assertThat(discover().get(0).partitions())
        .hasSize(4)
        .allSatisfy(mig -> assertThat(mig.whyNotOffered()).contains("no-uuid"));
  }

  @Test
  void noPartOfALostCardIsOffered() throws IOException {
    a100();
    String gone = "Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost.\n";
    runner
        .exits(0, A100 + gone, "", "nvidia-smi", "-q")
        .exits(0, A100_LIST, "", "nvidia-smi", "-L")
        .exits(0, "", "", "nvidia-smi");
    Gpu card = discover().get(0);
    assertThat(card.partitions())
        .hasSize(4)
        .allSatisfy(mig -> assertThat(card.whyNotOffered(mig)).contains("lost"));
  }

  @Test
  void aCardInMigModeWithoutInstanceRunsNothing() throws IOException {
    a100();
    String none =
        A100.replaceAll("(?s)<mig_devices>.*</mig_devices>", "<mig_devices>None</mig_devices>");
    runner.exits(0, none, "", "nvidia-smi", "-q").exits(0, "", "", "nvidia-smi");
    Gpu card = discover().get(0);
    assertThat(card.partitioned()).isTrue();
    assertThat(card.partitions()).isEmpty();
    assertThat(card.whyNotOffered(OFFER_FROM)).contains("partitioned");
  }

  @Test
  void computeInstancesOfOneGpuInstanceShareItsMemoryAndFile() throws IOException {
    a100();
    String shared =
        A100.replace("<gpu_instance_id>4</", "<gpu_instance_id>3</")
            .replaceFirst("(?s)(<index>1</index>.*?<compute_instance_id>)0</", "$11</");
    tree.device("nvidia-caps/nvidia-cap167");
    runner
        .exits(0, shared, "", "nvidia-smi", "-q")
        .exits(0, A100_LIST, "", "nvidia-smi", "-L")
        .exits(0, "", "", "nvidia-smi");
    Gpu card = discover().get(0);
    GpuPartition second = card.partitions().get(1);
    assertThat(second.gpuInstance()).isEqualTo(OptionalInt.of(3));
    assertThat(second.computeInstance()).isEqualTo(OptionalInt.of(1));
    assertThat(second.devices())
        .extracting(Path::toString)
        .containsExactly(
            "/dev/nvidia1", "/dev/nvidia-caps/nvidia-cap165", "/dev/nvidia-caps/nvidia-cap167");
    assertThat(card.memoryTotal().measured()).contains(MemorySize.ofMebibytes(81_920));
  }

  @Test
  void linksAndPlacesGoToTheRightCards() throws IOException {
    twoA5000s();
    tree.file("sys/bus/pci/devices/0000:81:00.0/numa_node", "1\n")
        .file("sys/bus/pci/devices/0000:81:00.0/local_cpulist", "8-15,24-31\n")
        .file("sys/bus/pci/devices/0000:c1:00.0/numa_node", "-1\n");
    // NVML counts the other way round than the description prints
    runner
        .exits(0, A5000S, "", "nvidia-smi", "-q")
        .exits(
            0,
            """
        GPU 0: NVIDIA RTX A5000 (UUID: GPU-12345678-aaaa-bbbb-cccc-0123456789cd)
        GPU 1: NVIDIA RTX A5000 (UUID: GPU-12345678-aaaa-bbbb-cccc-0123456789ab)
        """,
            "",
            "nvidia-smi",
            "-L")
        .exits(
            0,
            """
            \tGPU0\tGPU1\tCPU Affinity\tNUMA Affinity
            GPU0\t X \tNV4\t0-7,16-23\t0
            GPU1\tNV4\t X \t0-31\t0
            """,
            "",
            "nvidia-smi",
            "topo")
        .exits(0, "", "", "nvidia-smi");
    List<Gpu> gpus = discover();
    assertThat(gpus.get(0).locality()).isEqualTo(at(1, "8-15,24-31"));
    assertThat(gpus.get(1).locality()).isEqualTo(at(0, "0-7,16-23"));
    assertThat(gpus.get(0).links()).isEqualTo(Map.of(AT_C1, 4));
    assertThat(gpus.get(1).links()).isEqualTo(Map.of(AT_81, 4));
  }

  @Test
  void aMatrixOfOtherCardsTellsNothing() throws IOException {
    twoA5000s();
    runner
        .exits(0, A5000S, "", "nvidia-smi", "-q")
        .exits(0, Recordings.read("a100-sxm4-x8-p4d_unknown_topo-m.txt"), "", "nvidia-smi", "topo")
        .exits(0, "", "", "nvidia-smi");
    assertThat(discover())
        .allSatisfy(
            gpu -> {
              assertThat(gpu.links()).isEmpty();
              assertThat(gpu.locality()).isEqualTo(Locality.UNKNOWN);
            });
  }

  @Test
  void aSingleCardIsNotAskedForLinks() throws IOException {
    a100();
    runner.exits(0, A100, "", "nvidia-smi", "-q").exits(0, "", "", "nvidia-smi");
    assertThat(discover()).hasSize(1);
    assertThat(runner.asked()).noneMatch(command -> command.contains("topo"));
  }

  @Test
  void withoutAnAnswerTheKernelNamesTheCards() throws IOException {
    twoA5000s();
    tree.file(
        "proc/driver/nvidia/gpus/0000:81:00.0/information",
        """
        Model: \t NVIDIA RTX A5000
        GPU UUID: \t GPU-12345678-aaaa-bbbb-cccc-0123456789ab
        Device Minor: \t 1
        """);
    runner.exits(255, "", "Failed to initialize NVML: Unknown Error", "nvidia-smi");
    Gpu card = discover().get(0);
    assertThat(card.model()).isEqualTo("NVIDIA RTX A5000");
    assertThat(card.uuid()).contains("GPU-12345678-aaaa-bbbb-cccc-0123456789ab");
    assertThat(card.device()).contains(Path.of("/dev/nvidia1"));
    assertThat(card.state()).isEqualTo(GpuState.UNREADABLE);
    assertThat(card.whyNotOffered(OFFER_FROM)).contains("unreadable");
    assertThat(card.stateDetail().orElse(""))
        .contains("Unknown Error", "the kernel driver has bound it");
  }

  @Test
  void noDevicesWereFoundKeepsTheCardsListed() throws IOException {
    twoA5000s();
    runner.exits(6, "No devices were found\n", "", "nvidia-smi");
    assertThat(discover())
        .hasSize(2)
        .allSatisfy(
            gpu -> {
              assertThat(gpu.state()).isEqualTo(GpuState.UNREADABLE);
              assertThat(gpu.stateDetail().orElse("")).contains("No devices were found");
            });
  }

  @Test
  void aCardOfTooOldAKindForTheDriverIsNotLost() throws IOException {
    twoA5000s();
    tree.pci("0000:e1:00.0", "0x10de", "0x102d", "0x030200");
    runner.exits(0, A5000S, "", "nvidia-smi", "-q").exits(0, "", "", "nvidia-smi");
    Gpu kepler = discover().get(2);
    assertThat(kepler.state()).isEqualTo(GpuState.UNREADABLE);
    assertThat(kepler.stateDetail().orElse("")).contains("no kernel driver is bound", "too old");
  }

  @Test
  void anExcludedCardSaysSo() throws IOException {
    twoA5000s();
    tree.pci("0000:e1:00.0", "0x10de", "0x2231", "0x030200")
        .driver("0000:e1:00.0", "nvidia")
        .file(
            "proc/driver/nvidia/gpus/0000:e1:00.0/information",
            "Model: \t NVIDIA RTX A5000\nGPU Excluded:\t Yes\n");
    runner.exits(0, A5000S, "", "nvidia-smi", "-q").exits(0, "", "", "nvidia-smi");
    Gpu excluded = discover().get(2);
    assertThat(excluded.state()).isEqualTo(GpuState.UNREADABLE);
    assertThat(excluded.stateDetail().orElse("")).contains("NVreg_ExcludedGpus");
  }

  /** A vGPU guest's nvidia-smi gives no minor; the kernel of the guest does. */
  @Test
  void theKernelNamesTheMinorThatTheToolDoesNot() throws IOException {
    String guest = Recordings.read("grid-p4-1q_513.46-vgpu-guest_q-x.xml");
    PciAddress address = firstAddress(guest);
    tree.pci(address.toString(), "0x10de", "0x1bb3", "0x030200")
        .device("nvidia0")
        .file(
            "proc/driver/nvidia/gpus/" + address + "/information",
            "Model: \t GRID P4-1Q\nDevice Minor: \t 0\n");
    runner.exits(0, guest, "", "nvidia-smi", "-q").exits(0, "", "", "nvidia-smi");
    assertThat(discover().get(0).device()).contains(Path.of("/dev/nvidia0"));
  }

  private static PciAddress firstAddress(String xml) {
    int at = xml.indexOf("<gpu id=\"") + "<gpu id=\"".length();
    return PciAddress.parse(xml.substring(at, xml.indexOf('"', at))).orElseThrow();
  }

  private void a100() throws IOException {
    tree.pci("0000:01:00.0", "0x10de", "0x20b2", "0x030200")
        .driver("0000:01:00.0", "nvidia")
        .device("nvidia1")
        .device("nvidia-caps/nvidia-cap165")
        .device("nvidia-caps/nvidia-cap166")
        .file(
            "proc/driver/nvidia-caps/mig-minors",
            """
        config 1
        monitor 2
        gpu0/gi3/access 30
        gpu0/gi3/ci0/access 31
        gpu1/gi3/access 165
        gpu1/gi3/ci0/access 166
        gpu1/gi3/ci1/access 167
        gpu1/gi4/access 174
        gpu1/gi4/ci0/access 175
        """);
    assertThat(A100).contains(A100_UUID);
  }

  private void twoA5000s() throws IOException {
    tree.pci(AT_81.toString(), "0x10de", "0x2231", "0x030000")
        .pci(AT_C1.toString(), "0x10de", "0x2231", "0x030000")
        .driver(AT_81.toString(), "nvidia")
        .driver(AT_C1.toString(), "nvidia")
        .device("nvidia0")
        .device("nvidia1");
  }

  private static Locality at(int numaNode, String cpus) {
    return new Locality(OptionalInt.of(numaNode), CpuList.parse(cpus));
  }

  private List<Gpu> discover() {
    return new NvidiaDiscovery(runner, "nvidia-smi", tree.sysRoot(), Runnable::run)
        .discover(PciScan.of(tree.sysRoot()).displays(), Duration.ofSeconds(5))
        .gpus();
  }
}
