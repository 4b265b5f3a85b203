package org.sobre.hardware.gpu.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.fuzz.Mutations;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.PciDisplay;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.PciAddress;

/** Discovery as a whole, where one of the tool's four answers is damaged. */
class NvidiaDiscoveryFuzzTest {

  private static final String XML = Recordings.read("a100-sxm4-80gb_535.54.03_q-x-mig-1of4.xml");
  private static final String LIST =
      """
      GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-513536b6-7d19-9063-b049-1e69664bb298)
        MIG 1g.20gb     Device  0: (UUID: MIG-8c4c5a27-e508-5556-b2ea-7e549465741e)
        MIG 1g.20gb     Device  1: (UUID: MIG-1d89abd8-d10a-5361-bd06-77a807048472)
      """;
  private static final String TOPO = Recordings.read("a100-sxm4-x8-p4d_unknown_topo-m.txt");
  private static final String QUERY = "GPU-513536b6-7d19-9063-b049-1e69664bb298, 8.0\n";
  private static final List<PciDisplay> ON_THE_BUS = List.of(display(1), display(0x41));
  private static final MigMinors MINORS =
      MigMinors.parse("gpu1/gi3/access 165\ngpu1/gi3/ci0/access 166\n");

  @Test
  void inventsNothing() {
    Mutations.survives(
        List.of(XML, LIST, TOPO, QUERY),
        text -> {
          List<String> answers = new ArrayList<>(List.of(XML, LIST, TOPO, QUERY));
          answers.set(Math.floorMod(text.hashCode(), answers.size()), text);
          assertSound(discover(answers), String.join("\n", answers));
        });
  }

  private static void assertSound(List<Gpu> gpus, String told) {
    String lower = told.toLowerCase(Locale.ROOT);
    List<PciAddress> addresses = gpus.stream().map(Gpu::pciAddress).collect(Collectors.toList());
    ON_THE_BUS.forEach(display -> assertThat(addresses).contains(display.address()));
    for (Gpu gpu : gpus) {
      assertThat(gpu.pciAddress())
          .satisfiesAnyOf(
              address -> assertThat(ON_THE_BUS).anyMatch(d -> d.address().equals(address)),
              address -> assertThat(lower).contains(address.toString().substring(4)));
      gpu.uuid().ifPresent(uuid -> assertThat(told).contains(uuid));
      gpu.partitions().forEach(part -> part.id().ifPresent(id -> assertThat(told).contains(id)));
      assertThat(addresses).containsAll(gpu.links().keySet());
    }
  }

  private static List<Gpu> discover(List<String> answers) {
    Map<String, String> byQuestion =
        Map.of(
            "-q", answers.get(0),
            "-L", answers.get(1),
            "topo", answers.get(2),
            "--query-gpu=uuid,compute_cap", answers.get(3));
    ToolRunner runner =
        (command, environment, deadline) ->
            new ToolResult(
                command,
                Ending.EXITED,
                OptionalInt.of(0),
                byQuestion.getOrDefault(command.size() > 1 ? command.get(1) : "", ""),
                "",
                Duration.ZERO);
    NvidiaAnswer answer =
        new NvidiaSmiProbe(runner, "nvidia-smi", Runnable::run).ask(false, Duration.ofSeconds(60));
    NvidiaTopology topology = NvidiaTopology.of(answer);
    return NvidiaDiscovery.reconcile(
            ON_THE_BUS, answer, new NvidiaKernel(Map.of(), MINORS, file -> true))
        .stream()
        .map(gpu -> gpu.placed(gpu.locality(), topology.links(gpu.pciAddress())))
        .toList();
  }

  private static PciDisplay display(int bus) {
    return new PciDisplay(
        new PciAddress(0, bus, 0, 0), GpuVendor.NVIDIA, "10de:20b2", Optional.of("nvidia"));
  }
}
