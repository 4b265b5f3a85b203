package org.sobre.energy.occupancy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.energy.occupancy.GpuProcesses.Sighting;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;

class GpuProcessesTest {

  private static final PciAddress CARD = new PciAddress(0, 0xc3, 0, 0);

  @TempDir Path root;

  private static final class StandingClock implements UptimeClock {
    long nanos;

    @Override
    public long nanosSinceBoot() {
      return nanos;
    }

    @Override
    public Instant wall() {
      return Instant.EPOCH;
    }
  }

  @Test
  void readsARowOfNvidiaSmi() {
    assertThat(NvidiaComputeApps.parse("GPU-5c1f0000-0000-0000-0000-000000000001, 4242\r", 7))
        .contains(new Sighting("GPU-5c1f0000-0000-0000-0000-000000000001", 4_242, 7));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "gpu_uuid, pid",
        "No devices were found",
        "GPU-5c1f, [N/A]",
        "GPU-5c1f, [Insufficient Permissions]",
        "GPU-5c1f, -1",
        "GPU-5c1f, 42, python3",
        "GPU-5c1f, 99999999999999999999",
      })
  void aLineThatIsNoProcessIsNone(String line) {
    assertThat(NvidiaComputeApps.parse(line, 7)).isEmpty();
  }

  @Test
  void theToolIsAskedEachTwoSecondsAndLineByLine() {
    assertThat(NvidiaComputeApps.command("nvidia-smi", List.of("gpu_uuid", "pid"), List.of()))
        .containsExactly(
            "stdbuf",
            "-oL",
            "nvidia-smi",
            "--query-compute-apps=gpu_uuid,pid",
            "--format=csv,noheader",
            "-l",
            "2");
  }

  @Test
  void whoHasMemoryOnAnAmdCardUsesIt() throws IOException {
    topology(0, "0", "");
    topology(1, "49920", "simd_count 440\nlocation_id 49920\ndomain 0\nunique_id 1\n");
    process(4_242, "vram_49920", "1048576\n");
    process(4_243, "vram_49920", "0\n");
    process(4_244, "vram_777", "1048576\n");
    StandingClock clock = new StandingClock();
    KfdProcesses kfd = new KfdProcesses(new SysRoot(root), clock, Map.of(CARD, "AMD-a"));

    assertThat(kfd.poll()).containsExactly(new Sighting("AMD-a", 4_242, 0));
    assertThat(kfd.poll()).as("before the period is over").isEmpty();
    clock.nanos = GpuProcesses.PERIOD.toNanos();
    assertThat(kfd.poll()).hasSize(1);
  }

  @Test
  void withoutTheDriverThereIsNobody() {
    assertThat(new KfdProcesses(new SysRoot(root), new StandingClock(), Map.of()).poll()).isEmpty();
  }

  @Test
  void aCardsPlaceIsInItsProperties() {
    assertThat(KfdProcesses.place("domain 1\nlocation_id 49925\n"))
        .contains(new PciAddress(1, 0xc3, 0, 5));
    assertThat(KfdProcesses.place("domain 1\n")).isEqualTo(Optional.empty());
  }

  private void topology(int node, String gpuId, String properties) throws IOException {
    Path directory =
        Files.createDirectories(root.resolve("sys/class/kfd/kfd/topology/nodes/" + node));
    Files.writeString(directory.resolve("gpu_id"), gpuId + "\n");
    Files.writeString(directory.resolve("properties"), properties);
  }

  private void process(long pid, String file, String text) throws IOException {
    Path directory = Files.createDirectories(root.resolve("sys/class/kfd/kfd/proc/" + pid));
    Files.writeString(directory.resolve(file), text);
  }
}
