package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.slurm.registration.RegistrationLock;

/** What the units run: before slurmd under one deadline, and after it. */
class NodeBootTest {

  private static final Duration AT_ONCE = Duration.ofMillis(10);

  @TempDir private Path root;
  private SmallSlurmNode node;

  @BeforeEach
  void oneCardAndALostOne() throws IOException {
    node = new SmallSlurmNode(root);
  }

  @Test
  void publishesAndRegistersByItself() throws IOException {
    assertThat(node.run("node", "boot")).isEqualTo(ExitCode.DONE);
    assertThat(node.out.toString())
        .startsWith("n042: gpu:nvidia_geforce_rtx_4090:1; written to ")
        .endsWith("Slurm does not know n042 yet: slurmd will create it\n");
    assertThat(Files.readString(node.published("slurmd.env")))
        .startsWith("SLURMD_OPTIONS=\"-Z --conf-server ctl:6817 --conf 'Gres=gpu:");
  }

  @Test
  void aControllerThatIsAwayFailsNoBoot() {
    node.record = Optional.of("");
    assertThat(node.run("node", "boot")).isEqualTo(ExitCode.DONE);
    assertThat(node.out.toString()).contains("did not answer", "slurmd starts all the same");
  }

  /** 3 s here: of the 10 that this command has, 7 are kept for Slurm. */
  @Test
  void aClockThatNobodyHasSetIsWaitedForAndFailsNoBoot() throws IOException {
    node.write("run/systemd/timesync/.there", "");
    node.run("node", "publish");
    node.record = Optional.of("");
    assertThat(node.run("node", "register")).isEqualTo(ExitCode.DONE);
    assertThat(node.out.toString())
        .contains("has not set the clock yet): waiting for it", "slurmd starts all the same")
        .contains("sobre-registered.service settles the record");
  }

  @Test
  void aStationBootsWithoutSlurmAndSaysOneLine() throws IOException {
    node.write("sobre.yaml", "schema: sobre/1\n");
    assertThat(node.run("node", "boot")).isEqualTo(ExitCode.DONE);
    assertThat(node.out.toString()).startsWith("n042: gpu:").hasLineCount(1);
    assertThat(node.given).doesNotContainKey("scontrol");
  }

  /** Of the 27 s registering keeps 7; a scan that hangs leaves a third of the rest. */
  @Test
  void everyWaitTakesAPartOfOneDeadline() {
    node.run("node", "boot");
    assertThat(node.patience).isBetween(Duration.ofSeconds(10), Duration.ofMillis(13_334));
    node.run("node", "publish", "--within", "4");
    assertThat(node.patience).isBetween(Duration.ofSeconds(1), Duration.ofMillis(2_667));
  }

  @Test
  void withoutTimeEachToolHasWhatIsLeft() {
    node.run("node", "publish", "--within", "1");
    assertThat(node.patience).as("a driver's first answer").isEqualTo(Duration.ofSeconds(1));
    // the scan has its own; slurmd -V and the share would have 2 s each
    List<Duration> after =
        Stream.of("slurmd", "setpriv", "cat").flatMap(t -> given(t).stream()).toList();
    assertThat(after).hasSize(2).allMatch(given -> given.compareTo(Duration.ofSeconds(1)) < 0);
  }

  private Optional<Duration> given(String tool) {
    return Optional.ofNullable(node.given.get(tool));
  }

  @Test
  void aTimeThatIsNoneIsAWrongUse() {
    assertThat(node.run("node", "publish", "--within", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(node.err.toString()).contains("--within", "from 1 to 600", "found 0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "discovery: {deadine: 3s} | slurm: {controller: ctl} | deadine",
        "ledger: {checkpoint: often} | slurm: {controller: ctl} | checkpoint",
        "health: {policy: off} | slurm: {controller: ctl, actOnNodes: perhaps} | actOnNodes"
      })
  void aSlipElsewhereInTheConfigurationLeavesSlurmdItsOptions(
      String section, String slurm, String slip) throws IOException {
    node.write("sobre.yaml", "schema: sobre/1\n" + section + "\n" + slurm + "\n");
    assertThat(node.run("node", "boot")).isEqualTo(ExitCode.BAD_CONFIGURATION);
    assertThat(node.err.toString()).contains(slip);
    assertThat(node.published("gres.conf")).isEmptyFile();
    assertThat(Files.readString(node.published("slurmd.env")))
        .isEqualTo("SLURMD_OPTIONS=\"-Z --conf-server ctl:6817\"\n");
    assertThat(node.published("node.json")).doesNotExist();
  }

  @Test
  void aSlipInTheControllerItselfLeavesTheFragment() throws IOException {
    node.write("sobre.yaml", "schema: sobre/1\nslurm: {controller: \"ctl:99999\"}\n");
    assertThat(node.run("node", "boot")).isEqualTo(ExitCode.BAD_CONFIGURATION);
    assertThat(node.published("gres.conf")).isEmptyFile();
    assertThat(node.published("slurmd.env")).doesNotExist();
  }

  @Test
  void whatThisBootHasPublishedStandsThroughASlip() throws IOException {
    node.run("node", "boot");
    String options = Files.readString(node.published("slurmd.env"));
    node.write("sobre.yaml", "schema: sobre/1\nmeter: {}\nslurm: {controller: ctl}\n");
    assertThat(node.run("node", "boot")).isEqualTo(ExitCode.BAD_CONFIGURATION);
    assertThat(Files.readString(node.published("slurmd.env"))).isEqualTo(options);
  }

  @Test
  void onceSlurmdRunsANodeThatHasNotPublishedIsHeldOut() {
    node.record = Optional.of(SmallSlurmNode.RECORD);
    assertThat(node.run("node", "register", "--after-slurmd")).isEqualTo(ExitCode.DONE);
    assertThat(node.out.toString())
        .contains("run `sobre node publish`", "Reason=sobre: register: this node could not be");
  }

  @Test
  void onceSlurmdRunsARefusalHasAStatusOfItsOwn() {
    node.record = Optional.of(SmallSlurmNode.REFUSES);
    assertThat(node.run("node", "register", "--after-slurmd")).isEqualTo(ExitCode.REFUSED);
    assertThat(node.out.toString()).contains("Access/permission denied");
  }

  @Test
  void whileItWaitsForSlurmdAnotherMayPublish() throws IOException {
    node.record = Optional.of("");
    int status =
        RegistrationLock.<Integer, IOException>alone(
            node.published(""), AT_ONCE, () -> node.run("node", "register", "--after-slurmd"));
    assertThat(status).isEqualTo(ExitCode.UNAVAILABLE);
  }
}
