package org.sobre.hardware.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.gpu.nvidia.Recordings;
import org.sobre.hardware.node.RecordedContradiction.Output;

class RecordedContradictionTest {

  private final Map<String, Output> read = new HashMap<>();

  private Output recorded(String name) {
    return read.computeIfAbsent(name, n -> output(Recordings.read(n)));
  }

  private static Output output(String text) {
    return new Output(text, RecordedGpus.read(text).orElseThrow());
  }

  private static Optional<String> between(String one, String other) {
    return RecordedContradiction.between(output(one), output(other));
  }

  /**
   * MODEL_DRIVER of a recording's name: what was recorded of one machine in one go. One card was
   * recorded in both its modes, and two machines have eight of the same and one driver.
   */
  private static String machine(String name) {
    String ours = name.replace("h200-mig_", "h200_");
    return ours.endsWith("_q-unknown-error.txt")
        ? ours
        : ours.substring(0, ours.indexOf('_', ours.indexOf('_') + 1));
  }

  @Test
  void recordingsOfOneMachineNeverContradict() throws IOException, URISyntaxException {
    List<String> wrong = new ArrayList<>();
    List<String> names = Recordings.all().stream().filter(n -> !n.startsWith("failure_")).toList();
    for (String one : names) {
      for (String other : names) {
        if (one.compareTo(other) < 0 && machine(one).equals(machine(other))) {
          RecordedContradiction.between(recorded(one), recorded(other))
              .ifPresent(why -> wrong.add(one + " " + other + ": " + why));
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void descriptionsOfTwoMachinesDo() throws IOException, URISyntaxException {
    List<String> missed = new ArrayList<>();
    List<String> names =
        Recordings.all().stream().filter(n -> n.matches(".*_(q|q-x|q-idle|table)\\..*")).toList();
    for (String one : names) {
      for (String other : names) {
        if (one.compareTo(other) < 0
            && !machine(one).equals(machine(other))
            && RecordedContradiction.between(recorded(one), recorded(other)).isEmpty()) {
          missed.add(one + " " + other);
        }
      }
    }
    assertThat(missed).isEmpty();
  }

  @Test
  void saysWhatTheyDifferIn() {
    String list = "GPU 0: Tesla T4 (UUID: GPU-1)\n";
    assertThat(between(list, "GPU 0: Tesla T4 (UUID: GPU-2)\n"))
        .contains("GPU-1 in the one, GPU-2 in the other");
    assertThat(between(list, list + "GPU 1: Tesla T4 (UUID: GPU-3)\n")).isEmpty();
    assertThat(
            between(list, "name, memory.total [MiB]\nTesla T4, 15360 MiB\nTesla T4, 15360 MiB\n"))
        .contains("NVIDIA GPUs: 1 in the one, 2 in the other");
    assertThat(between(list, "name, memory.total [MiB]\nTesla P4, 7680 MiB\n"))
        .contains("Tesla T4 in the one, Tesla P4 in the other");
    String at3b = "uuid, pci.bus_id, driver_version\nGPU-1, 00000000:3B:00.0, 535.54.03\n";
    assertThat(between(list, at3b)).isEmpty();
    assertThat(between(at3b, at3b.replace("3B", "5E")))
        .contains("GPU-1 sits at 0000:3b:00.0 in the one, at 0000:5e:00.0 in the other");
    assertThat(between(at3b, at3b.replace("GPU-1", "GPU-2")))
        .contains("the GPU at 0000:3b:00.0 is GPU-1 in the one, GPU-2 in the other");
    assertThat(between(at3b, at3b.replace("535.54.03", "550.90.07")))
        .contains("driver 535.54.03 in the one, 550.90.07 in the other");
  }

  @Test
  void hostsAreKnownByTheShellsPrompt() {
    String list = "GPU 0: Tesla T4 (UUID: GPU-1)\n";
    assertThat(between("root@n1:~# nvidia-smi -L\n" + list, "[root@n2 ~]# nvidia-smi -L\n" + list))
        .contains("asked on host n1 in the one, on n2 in the other");
    assertThat(
            between(
                "root@n1:~# nvidia-smi -L\n" + list, "(base) me@N1:/data$ nvidia-smi -L\n" + list))
        .isEmpty();
    assertThat(between("mail me@n3 # nvidia\n" + list, "root@n2:~# nvidia-smi -L\n" + list))
        .isEmpty();
  }

  @Test
  void cardsOfAmdAreToldApartByTheirIdsAndPlaces() {
    String one =
        "[{\"gpu\": 0, \"bdf\": \"0000:c3:00.0\", \"uuid\": \"67ff740f-0000-1000-80c6-3ac3c3c637f9\"}]";
    assertThat(between(one, one.replace("c637f9", "c637fa")))
        .contains(
            "the GPU at 0000:c3:00.0 is AMD-67c63ac3c3c637f9 in the one,"
                + " AMD-67c63ac3c3c637fa in the other");
    String bare = "[{\"gpu\": 0, \"bdf\": \"0000:c3:00.0\"}]";
    assertThat(between(one, bare)).isEmpty();
    assertThat(between(bare, bare.replace("c3", "63")))
        .contains("0000:c3:00.0 in the one, 0000:63:00.0 in the other");
    assertThat(
            between(
                bare,
                "[{\"gpu\": 0, \"bdf\": \"0000:c3:00.0\"}, {\"gpu\": 1, \"bdf\": \"0000:63:00.0\"}]"))
        .contains("AMD GPUs: 1 in the one, 2 in the other");
    assertThat(between(bare, "GPU 0: Tesla T4 (UUID: GPU-1)\n")).isEmpty();
  }
}
