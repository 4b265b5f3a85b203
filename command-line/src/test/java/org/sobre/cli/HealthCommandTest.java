package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.node.Finding;
import org.sobre.hardware.node.Finding.Severity;
import org.sobre.hardware.probe.SysRoot;
import picocli.CommandLine;

/** {@code sobre health}, and what the doctor says of the same. */
class HealthCommandTest {

  private static final String GOOD =
      """
      v=1
      uptime=500.00
      policy=drain
      verdict=good
      causes=
      reason=
      kernel-log=read
      gpu=0 0000:24:00.0 GPU-0 ok
      complete=1
      """;

  private static final String BAD =
      GOOD.replace("verdict=good", "verdict=bad")
          .replace("causes=", "causes=lost:0000:24:00.0")
          .replace("reason=", "reason=GPU 0 (0000:24:00.0): lost")
          .replace("GPU-0 ok", "GPU-0 lost,xid-79 GPU is lost");

  @TempDir Path root;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void aNode() throws IOException {
    write("proc/sys/kernel/hostname", "n042\n");
    write("proc/uptime", "503.50 900.00\n");
    write("run/sobre/slurm/node.json", "{}");
  }

  @Test
  void aGoodNodeEndsWith0() throws IOException {
    write("run/sobre/health", GOOD);
    assertThat(health()).isEqualTo(ExitCode.DONE);
    assertThat(out.toString())
        .isEqualTo(
            """
            Node n042: nothing is wrong with the GPUs

            GPU  ADDRESS       HEALTH  SEEN
              0  0000:24:00.0  ok
            """);
  }

  @Test
  void ofANodeWithoutGpusNothingIsPraised() throws IOException {
    write("run/sobre/health", GOOD.replace("gpu=0 0000:24:00.0 GPU-0 ok\n", ""));
    assertThat(health()).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).isEqualTo("Node n042: no GPU here that could go wrong\n");
  }

  @Test
  void aBadOneEndsWith69AndSaysWhy() throws IOException {
    write("run/sobre/health", BAD.replace("policy=drain", "policy=off"));
    assertThat(health()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(out.toString())
        .contains(
            "Node n042: some GPUs cannot be relied on\n  GPU 0 (0000:24:00.0): lost\n",
            "Note: health.policy is off: the node is not drained\n",
            "lost,xid-79  GPU is lost\n");
  }

  /** What Slurm is told and what a tool said stay as they are. */
  @Test
  void peopleAreAnsweredInFrenchAndSlurmIsNot() throws IOException {
    Locale before = Locale.getDefault(Locale.Category.DISPLAY);
    Locale.setDefault(Locale.Category.DISPLAY, Locale.FRENCH);
    try {
      write("run/sobre/health", BAD);
      health();
    } finally {
      Locale.setDefault(Locale.Category.DISPLAY, before);
    }
    assertThat(out.toString())
        .isEqualTo(
            """
            Nœud n042 : certains GPU ne sont pas fiables
              GPU 0 (0000:24:00.0): lost

            GPU  ADRESSE       SANTÉ         CONSTAT
              0  0000:24:00.0  perdu,xid-79  GPU is lost
            """);
  }

  @Test
  void jsonHasTheSameForPrograms() throws IOException {
    write("run/sobre/health", BAD);
    assertThat(health("--format", "json")).isEqualTo(ExitCode.UNAVAILABLE);
    Map<String, Object> document = JSON.std.mapFrom(out.toString());
    assertThat(document)
        .containsEntry("node", "n042")
        .containsEntry("verdict", "bad")
        .containsEntry("stale", false)
        .containsEntry("ageMs", 3500)
        .containsEntry("policy", "drain")
        .containsEntry("reason", "GPU 0 (0000:24:00.0): lost")
        .containsEntry("causes", List.of("lost:0000:24:00.0"))
        .containsEntry("kernelLog", "read")
        .containsEntry("unknown", List.of())
        .containsEntry(
            "gpus",
            List.of(
                Map.of(
                    "index",
                    0,
                    "pciBusId",
                    "0000:24:00.0",
                    "device",
                    "GPU-0",
                    "health",
                    List.of("lost", "xid-79"),
                    "detail",
                    "GPU is lost")));
  }

  @Test
  void aStateOfADeadDaemonIsNoGoodNews() throws IOException {
    write("run/sobre/health", GOOD);
    write("proc/uptime", "621.00 900.00\n");
    assertThat(health()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(out.toString())
        .contains("Note: this was 121 s ago: sobre-monitord is stopped or stuck");
    assertThat(findings(Severity.WARNING))
        .anyMatch(text -> text.contains("looked at them for 121 s"));
  }

  @Test
  void withoutAStateItSaysWhoShouldWriteIt() throws IOException {
    assertThat(health()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(err.toString()).contains("run/sobre/health is not there: expected sobre-monitord");
    assertThat(findings(Severity.WARNING)).anyMatch(text -> text.contains("no GPU is watched"));
  }

  @Test
  void whatIsNoStateIsBadData() throws IOException {
    write("run/sobre/health", "verdict=good\n");
    assertThat(health()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(err.toString()).contains("is no state of health: expected complete=1");
  }

  @Test
  void theDoctorSaysWhatIsWrongWithTheGpus() throws IOException {
    write("run/sobre/health", BAD);
    assertThat(findings(Severity.PROBLEM))
        .singleElement()
        .asString()
        .startsWith("health of GPUs: GPU 0 (0000:24:00.0): lost; sobre health says more.");
    write("run/sobre/health", GOOD.replace("kernel-log=read", "kernel-log=no-permission"));
    assertThat(findings(Severity.PROBLEM)).isEmpty();
    assertThat(findings(Severity.WARNING)).singleElement().asString().contains("CAP_SYSLOG");
  }

  @Test
  void theDoctorWarnsWhereJobsAreNotKeptToTheirGpus() throws IOException {
    write("run/sobre/health", GOOD);
    assertThat(findings(Severity.WARNING)).isEmpty();
    write("run/slurm/conf/slurm.conf", "ClusterName=x\nTaskPlugin=task/affinity,task/cgroup\n");
    assertThat(findings(Severity.WARNING))
        .singleElement()
        .asString()
        .startsWith("ConstrainDevices: expected yes in ");
    assertThat(findings(Severity.WARNING, false)).as("a node without GPUs").isEmpty();
    write(
        "run/slurm/conf/cgroup.conf", "ConstrainDevices=no\nconstraindevices = YES # since May\n");
    assertThat(findings(Severity.WARNING)).isEmpty();
    write("run/slurm/conf/slurm.conf", "#TaskPlugin=task/cgroup\nTaskPlugin=task/affinity\n");
    assertThat(findings(Severity.WARNING)).singleElement().asString().contains("has no effect");
  }

  @Test
  void aStationIsToldNothingOfThis() {
    WholeConfig station = WholeConfig.of(SobreConfig.parse("test.yaml", "schema: sobre/1\n"));
    assertThat(HealthFindings.of(new SysRoot(root), station, true)).isEmpty();
  }

  private List<String> findings(Severity severity) {
    return findings(severity, true);
  }

  private List<String> findings(Severity severity, boolean hasGpus) {
    WholeConfig config =
        WholeConfig.of(
            SobreConfig.parse("test.yaml", "schema: sobre/1\nslurm: {controller: ctl}\n"));
    return HealthFindings.of(new SysRoot(root), config, hasGpus).stream()
        .filter(finding -> finding.severity() == severity)
        .map(Finding::toString)
        .toList();
  }

  private int health(String... arguments) {
    CommandLine line =
        new CommandLine(new HealthCommand(new SysRoot(root)))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    return Main.run(line, arguments);
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
