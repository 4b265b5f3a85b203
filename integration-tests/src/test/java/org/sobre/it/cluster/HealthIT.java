package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.sobre.it.lab.JobRecord;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.RealCluster;

/**
 * A node whose cards fall ill is drained by the real Slurm's health check, and given back. The
 * lab's daemon looks each second and its slurmd checks every two.
 */
@RealCluster
@Order(9)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HealthIT {

  private static final String NODE = "mixed1";
  private static final String HOT_NODE = "amd1";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Three runs of the health check. */
  private static final Duration A_WHILE = Duration.ofSeconds(6);

  private static final String STATE_FILE = "/run/sobre/health";
  private static final String LOST = "sobre: health: GPU 0 (0000:01:00.0): lost";
  private static final Pattern STATE = Pattern.compile(" State=(\\S+)");
  private static final Pattern REASON = Pattern.compile(" Reason=(.*?)(?: \\[|$)");

  private final Lab lab;

  HealthIT(Lab lab) {
    this.lab = lab;
  }

  /** It takes a minute to count: the others are tested meanwhile. */
  @BeforeAll
  static void heatTheCardOfAnotherNode(Lab lab) {
    lab.control("gpu", HOT_NODE, "0", "hot").text();
  }

  @BeforeEach
  void aGoodNode() {
    awaitVerdict("good");
    awaitFree(NODE);
  }

  @AfterEach
  void everythingIsWell() {
    for (String card : new String[] {"0", "1", "2"}) {
      lab.control("gpu", NODE, card, "ok").text();
    }
    awaitFree(NODE);
  }

  @Test
  @Order(1)
  void aCardLostInMidJobDrainsTheNodeAndTheJobGoesOn() {
    String until = "while [ ! -e /tmp/card-was-lost ]; do sleep 0.2; done";
    String job = lab.sbatch("alice", until, "-w", NODE, "-p", "mixed", "--gres=gpu:nvidia_l4:1");
    lab.awaitStart(job);
    lab.control("gpu", NODE, "0", "lost").text();
    awaitReason(NODE, LOST);
    assertThat(state(NODE)).contains("DRAIN");
    assertThat(lab.on(NODE, "sobre", "health").exitCode()).isEqualTo(69);
    assertThat(lab.on(NODE, "sobre", "doctor").output())
        .contains("health of GPUs: GPU 0 (0000:01:00.0): lost", "ConstrainDevices: expected yes");
    lab.on(NODE, "touch", "/tmp/card-was-lost").text();
    assertThat(lab.awaitEnd(job, PATIENCE)).isEqualTo(new JobRecord("COMPLETED", "0:0"));
    assertThat(state(NODE)).contains("DRAIN");

    lab.control("gpu", NODE, "0", "ok").text();
    awaitFree(NODE);
    assertThat(reason(NODE)).isEmpty();
    assertThat(lab.on(NODE, "sobre", "health").exitCode()).isZero();
  }

  @Test
  @Order(2)
  void anAdministratorsDrainStaysAsItIs() {
    forgetRelapses();
    update("State=DRAIN", "Reason=fan is loud");
    lab.control("gpu", NODE, "0", "lost").text();
    awaitVerdict("bad");
    awaitActed("foreign .*");
    assertThat(reason(NODE)).isEqualTo("fan is loud");
    lab.control("gpu", NODE, "0", "ok").text();
    awaitVerdict("good");
    awaitActed("clear");
    assertThat(state(NODE)).contains("DRAIN");
    assertThat(reason(NODE)).isEqualTo("fan is loud");
    update("State=RESUME");
  }

  @Test
  @Order(3)
  void aToolThatHangsDrainsTheNodeAndLeavesNoProcess() {
    configuration("$a discovery: {deadline: 4s}");
    try {
      forgetRelapses();
      lab.control("gpu", NODE, "2", "hang").text();
      awaitReason(NODE, "sobre: health: GPUs 0,1,2: hanging");
      lab.control("gpu", NODE, "2", "ok").text();
      awaitFree(NODE);
    } finally {
      configuration("/^discovery:/d");
    }
    assertThat(lab.on(NODE, "pgrep", "-cf", "nvidia-smi --query-gpu=uuid,pci.bus_id").output())
        .isIn("0\n", "1\n");
  }

  @Test
  @Order(4)
  void anAdministratorWhoResumesIsObeyedUntilThereIsAnotherCause() {
    forgetRelapses();
    lab.control("gpu", NODE, "0", "lost").text();
    awaitReason(NODE, LOST);
    update("State=RESUME");
    awaitNothingIsDone();

    lab.control("gpu", NODE, "1", "log", "NVRM: Xid (PCI:%s): 48, pid=7, DBE").text();
    awaitReason(NODE, LOST + "; GPU 1 (0000:06:00.0): Xid 48");
    String over =
        "NVRM: Xid (PCI:%s): 154, GPU recovery action changed from 0x1 (GPU Reset Required)";
    lab.control("gpu", NODE, "1", "log", over + " to 0x0 (None)").text();
    awaitReason(NODE, LOST);
  }

  @Test
  @Order(5)
  void whatAProgramDidWrongIsNoCause() {
    lab.control("gpu", NODE, "0", "log", "NVRM: Xid (PCI:%s): 31, pid=7, name=python, MMU Fault")
        .text();
    awaitNothingIsDone();
  }

  @Test
  @Order(6)
  void withPolicyOffItIsSaidAndNothingIsDone() {
    configuration("s/^health: {policy: drain,/health: {policy: off,/");
    try {
      restartDaemon(NODE);
      awaitVerdict("good");
      lab.control("gpu", NODE, "0", "lost").text();
      awaitVerdict("bad");
      awaitNothingIsDone();
    } finally {
      lab.control("gpu", NODE, "0", "ok").text();
      configuration("s/^health: {policy: off,/health: {policy: drain,/");
      restartDaemon(NODE);
    }
  }

  @Test
  @Order(7)
  void aCardThatIsTooHotForAMinuteDrainsItsNode() {
    awaitReason(HOT_NODE, "sobre: health: GPU 0 (0000:c3:00.0): too hot");
    lab.control("gpu", HOT_NODE, "0", "ok").text();
    // it would be forgiven after another minute; a new daemon knows of no heat
    restartDaemon(HOT_NODE);
    awaitFree(HOT_NODE);
  }

  @Test
  @Order(8)
  void whatADeadDaemonSaidIsNotActedOn() {
    // else the state, said to be of the boot's first moment, would not be old; the last test waits
    // the least
    await()
        .atMost(Duration.ofSeconds(130))
        .until(
            () ->
                Double.parseDouble(lab.on(NODE, "cut", "-d ", "-f1", "/proc/uptime").text()) > 121);
    lab.control("daemon", "stop", NODE).text();
    String old =
        "s/^verdict=.*/verdict=bad/;s/^causes=.*/causes=lost:0000:01:00.0/;"
            + "s/^reason=.*/reason=GPU 0 (0000:01:00.0): lost/;s/^uptime=.*/uptime=0.00/";
    lab.on(NODE, "sed", "-i", old, STATE_FILE).text();
    try {
      awaitNothingIsDone();
      assertThat(lab.on(NODE, "sobre", "health").exitCode()).isEqualTo(69);
    } finally {
      lab.control("daemon", "start", NODE).text();
    }
  }

  private void restartDaemon(String node) {
    lab.control("daemon", "stop", node).text();
    // so that who waits for a verdict waits for the new daemon's
    lab.on(node, "rm", "-f", STATE_FILE).text();
    lab.control("daemon", "start", node).text();
  }

  /**
   * With it, a card that falls ill again and again is forgiven only after more than three looks.
   */
  private void forgetRelapses() {
    restartDaemon(NODE);
    awaitVerdict("good");
  }

  /** Of the whole lab, by a word for sed; a daemon that is started after this has it. */
  private void configuration(String edit) {
    lab.edit("/etc/sobre/sobre.yaml", edit);
  }

  private void awaitNothingIsDone() {
    await().atMost(PATIENCE).during(A_WHILE).until(() -> !state(NODE).contains("DRAIN"));
  }

  private void awaitVerdict(String word) {
    await("verdict " + word)
        .atMost(PATIENCE)
        .until(
            () -> lab.on(NODE, "grep", "-c", "^verdict=" + word + "$", STATE_FILE).exitCode() == 0);
  }

  private void awaitActed(String form) {
    await("the health check to have seen it: " + form)
        .atMost(PATIENCE)
        .until(
            () ->
                lab.on(NODE, "cat", "/run/sobre/slurm/health-acted")
                    .output()
                    .strip()
                    .matches(form));
  }

  private void awaitReason(String node, String reason) {
    await(node + " to be drained: " + reason)
        .atMost(Duration.ofSeconds(90))
        .until(() -> reason(node), reason::equals);
  }

  private void awaitFree(String node) {
    await(node + " to be given back")
        .atMost(PATIENCE)
        .until(
            () -> state(node), state -> state.matches("(IDLE|MIXED|ALLOCATED)(\\+DYNAMIC_NORM)?"));
  }

  private void update(String... words) {
    String[] command = new String[words.length + 3];
    System.arraycopy(new String[] {"scontrol", "update", "NodeName=" + NODE}, 0, command, 0, 3);
    System.arraycopy(words, 0, command, 3, words.length);
    lab.exec("root", command).text();
  }

  private String state(String node) {
    return first(STATE, node);
  }

  private String reason(String node) {
    return first(REASON, node);
  }

  private String first(Pattern pattern, String node) {
    String record = lab.exec("root", "scontrol", "-o", "show", "node", node).text();
    Matcher m = pattern.matcher(record);
    return m.find() ? m.group(1) : "";
  }
}
