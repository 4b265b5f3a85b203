package org.sobre.hardware.gpu.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuInventory;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.PciScan;
import org.sobre.hardware.node.MachineTree;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.probe.ProbeReport.Outcome;

/**
 * An nvidia-smi that answers some questions and hangs at one, deaf to SIGTERM and with a child:
 * through the real runner, so that processes are started, and must be gone.
 */
class HangingToolTest {

  private static final Duration DEADLINE = Duration.ofMillis(1500);
  private static final Executor THREADS =
      work -> {
        Thread thread = new Thread(work, "hanging-tool-test");
        thread.setDaemon(true);
        thread.start();
      };

  @TempDir Path root;
  private MachineTree tree;

  @BeforeEach
  void twoCards() throws IOException {
    tree =
        new MachineTree(root)
            .pci("0000:81:00.0", "0x10de", "0x2231", "0x030000")
            .pci("0000:c1:00.0", "0x10de", "0x2231", "0x030000")
            .driver("0000:81:00.0", "nvidia")
            .driver("0000:c1:00.0", "nvidia")
            .device("nvidia0")
            .device("nvidia1")
            .file("answers/-q", Recordings.read("rtx-a5000-x2_590.44.01_q-x.xml"))
            .file(
                "answers/topo",
                "\tGPU0\tGPU1\tCPU Affinity\nGPU0\t X \tNV4\t0-7\nGPU1\tNV4\t X \t0-7\n")
            .file("answers/--query-gpu=uuid,compute_cap", capability('b') + capability('d'));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-L", "topo", "--query-gpu=uuid,compute_cap"})
  void takesAwayItsOwnFactsAlone(String question) throws IOException {
    long begin = System.nanoTime();
    GpuInventory found = discover(question);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(DEADLINE.plusSeconds(2));
    assertThat(found.gpus())
        .hasSize(2)
        .allSatisfy(
            gpu -> {
              assertThat(gpu.state()).isEqualTo(GpuState.OK);
              assertThat(gpu.memoryTotal().measured()).isPresent();
              assertThat(gpu.links().isEmpty()).isEqualTo(question.equals("topo"));
              assertThat(gpu.computeCapability().isPresent())
                  .isEqualTo(!question.startsWith("--query"));
            });
    assertNothingIsLeft();
  }

  @Test
  void aSideQuestionThatHangsIsReported() throws IOException {
    List<ProbeReport> reports = discover("topo").probes();
    assertThat(reports)
        .extracting(report -> report.name() + " " + report.outcome())
        .containsExactly("nvidia-smi " + Outcome.OK, "nvidia-smi topo -m " + Outcome.WARNED);
    assertNothingIsLeft();
  }

  @Test
  void aDescriptionThatHangsLeavesTheCardsListed() throws IOException {
    GpuInventory found = discover("-q");
    assertThat(found.gpus()).hasSize(2).extracting(Gpu::state).containsOnly(GpuState.UNREADABLE);
    assertThat(found.probes()).extracting(ProbeReport::outcome).containsExactly(Outcome.TIMED_OUT);
    assertNothingIsLeft();
  }

  private GpuInventory discover(String hangsAt) throws IOException {
    Path tool =
        Files.writeString(
            root.resolve("nvidia-smi"),
            """
            #!/bin/sh
            if [ "$1" = '%s' ]; then
              trap '' TERM
              sh -c 'trap "" TERM; echo $$ >> %s; sleep 300; :' &
              echo $$ >> %s
              sleep 300
            fi
            cat "%s/answers/$1" 2>/dev/null
            """
                .formatted(hangsAt, pids(), pids(), root));
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new NvidiaDiscovery(
            new CommonsExecToolRunner(), tool.toString(), tree.sysRoot(), THREADS)
        .discover(PciScan.of(tree.sysRoot()).displays(), DEADLINE);
  }

  private Path pids() {
    return root.resolve("pids");
  }

  private void assertNothingIsLeft() throws IOException {
    List<String> started = Files.readAllLines(pids());
    assertThat(started).hasSize(2);
    for (String pid : started) {
      await()
          .atMost(Duration.ofSeconds(5))
          .until(
              () -> {
                Path stat = Path.of("/proc", pid, "stat");
                return !Files.exists(stat) || Files.readString(stat).contains(") Z ");
              });
    }
  }

  private static String capability(char last) {
    return "GPU-12345678-aaaa-bbbb-cccc-0123456789" + (last == 'b' ? "ab" : "cd") + ", 8.6\n";
  }
}
