package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.RealCluster;

/** A node that comes back from a power cut with other cards, and an admin who has said things. */
@RealCluster
@Order(12)
class RebootIT {

  private static final String PAIR = "rtx4090-pair_535.154.05_q-x.xml";
  private static final String BOARD_ALONE = "l4-k80_555.42.06_q-x.xml:1,2";
  private static final String K80 = "Gres=gpu:tesla_k80:2\n";
  private static final String OWN_GRES = "Gres=gpu:nvidia_l4:1,gpu:tesla_k80:2\n";

  private final Lab lab;

  RebootIT(Lab lab) {
    this.lab = lab;
  }

  @BeforeEach
  void theShareKnowsOfThisBoot() {
    String boot = lab.on("mixed1", "cat", "/proc/sys/kernel/random/boot_id").text().strip();
    await("the daemon to copy the node's document: it looks every 5 s")
        .atMost(Duration.ofSeconds(30))
        .until(() -> shared().contains(boot));
  }

  @Test
  void fewerCardsDrainTheNodeUntilAnAdminKnowsOfIt() {
    admin("Comment=rack 7", "Weight=5", "Extra=lent to physics");
    lab.control("node", "rehardware", "mixed1", BOARD_ALONE).text();
    String fewer = lab.awaitNode("mixed1", K80, "Reason=sobre: register: ", " sobre=");
    assertThat(fewer)
        .contains("+DRAIN", "Weight=5", "Comment=rack 7 sobre=", "Extra=lent to physics")
        .contains("Reason=sobre: register: 1 of 3 GPUs is missing: NVIDIA L4 at 0000:01:00.0")
        .contains("taken out on purpose? scontrol update nodename=mixed1 state=resume");

    await("the share to know of the drain: the daemon looks every 5 s")
        .atMost(Duration.ofSeconds(30))
        .until(() -> shared().contains("\"drained\" : true"));
    admin("State=RESUME");
    reboot();
    String known = lab.awaitNode("mixed1", K80, "State=IDLE+DYNAMIC_NORM");
    assertThat(known).contains("Comment=rack 7 sobre=").doesNotContain("Reason=");
    assertThat(lab.on("mixed1", "cat", "/run/sobre/slurm/node.json").text())
        .contains("\"missing\" : [ ]");

    lab.control("node", "rehardware", "mixed1").text();
    assertThat(lab.awaitNode("mixed1", OWN_GRES, "State=IDLE+DYNAMIC_NORM", " sobre="))
        .as("more cards, and what the admin said is still there")
        .contains("Weight=5", "Comment=rack 7 sobre=", "Extra=lent to physics");
  }

  @Test
  void anAdminsDrainSurvivesOtherCardsAndAgainTheOldOnes() {
    admin("State=DRAIN", "Reason=fan is loud");
    lab.control("node", "rehardware", "mixed1", PAIR).text();
    assertThat(
            lab.awaitNode(
                "mixed1",
                "Gres=gpu:nvidia_geforce_rtx_4090:2\n",
                "Reason=fan is loud",
                "Comment=sobre="))
        .contains("+DRAIN", "vram_ge_24g");
    lab.control("node", "rehardware", "mixed1").text();
    String back = lab.awaitNode("mixed1", OWN_GRES, "Reason=fan is loud");
    assertThat(back).contains("+DRAIN").doesNotContain("sobre: register:");
  }

  /** Slurm brings a node that is down back with its next registration: here as a drain. */
  @Test
  void anAdminsDownIsADrainAfterOtherCards() {
    admin("State=DOWN", "Reason=PSU burnt");
    lab.control("node", "rehardware", "mixed1", PAIR).text();
    lab.awaitNode("mixed1", "gpu:nvidia_geforce_rtx_4090:2\n", "+DRAIN", "Reason=PSU burnt [");
    lab.control("node", "rehardware", "mixed1").text();
    assertThat(lab.awaitNode("mixed1", OWN_GRES, "+DRAIN", "Reason=PSU burnt ["))
        .doesNotContain("sobre: register:");
  }

  /** Slurm sets the node down for it, with a reason, and would give it back by itself. */
  @Test
  void aRebootThatWasOrderedLeavesNoDrainOnANewRecord() {
    lab.control("node", "rehardware", "mixed1", PAIR).text();
    lab.awaitNode("mixed1", "Reason=sobre: register: 1 of 3 GPUs", "Comment=sobre=");
    admin("State=RESUME");
    lab.exec("root", "scontrol", "reboot", "ASAP", "reason=new kernel", "mixed1").text();
    lab.awaitNode("mixed1", "REBOOT_ISSUED", "NextState=", "Reason=new kernel : reboot issued");
    lab.control("node", "rehardware", "mixed1").text();
    assertThat(lab.awaitNode("mixed1", OWN_GRES, "State=IDLE+DYNAMIC_NORM", "Comment=sobre="))
        .doesNotContain("Reason=");
  }

  /** After a power cut of the room the file server is often up last. */
  @Test
  void aMissingCardHoldsTheNodeOutThoughTheShareRemembersNothing() {
    lab.control("node", "rehardware", "mixed1", BOARD_ALONE).text();
    lab.awaitNode("mixed1", K80, "Reason=sobre: register: 1 of 3 GPUs", "Comment=sobre=");
    lab.control("node", "powercut", "mixed1").text();
    lab.exec("root", "sh", "-c", "rm /srv/sobre/ledger/mixed1/node*.json").text();
    lab.control("node", "start", "mixed1").text();
    await("the daemon to tell the share of this boot")
        .atMost(Duration.ofSeconds(30))
        .until(() -> shared().contains("\"drained\" : true"));
    assertThat(lab.awaitNode("mixed1", K80, "Reason=sobre: register: "))
        .contains("+DRAIN", "1 of 3 GPUs is missing: NVIDIA L4 at 0000:01:00.0 (GPU-");
    assertThat(shared()).doesNotContain("comparedWith");
    lab.control("node", "rehardware", "mixed1").text();
    lab.awaitNode("mixed1", OWN_GRES, "State=IDLE+DYNAMIC_NORM");
  }

  /** Somebody has edited the fragment; Slurm drains the node and would leave it so for good. */
  @Test
  void slurmsOwnDrainForTooFewGpusEndsWithTheNextGoodBoot() {
    lab.on("mixed1", "sed", "-i", "/nvidia_l4/d", "/run/sobre/slurm/gres.conf").text();
    lab.unit("mixed1", "stop", "slurmd").text();
    lab.unit("mixed1", "start", "slurmd").text();
    lab.awaitNode("mixed1", "+DRAIN", "INVALID_REG", "Reason=gres/gpu", "[slurm@");
    reboot();
    assertThat(lab.awaitNode("mixed1", OWN_GRES, "State=IDLE+DYNAMIC_NORM"))
        .doesNotContain("Reason=");
  }

  @AfterEach
  void resumeAndForget() {
    if (!lab.exec("root", "scontrol", "show", "node", "mixed1").text().contains(OWN_GRES)) {
      lab.control("node", "rehardware", "mixed1").text();
      lab.awaitNode("mixed1", OWN_GRES);
    }
    lab.exec("root", "scontrol", "update", "NodeName=mixed1", "State=RESUME");
    admin("Comment=", "Weight=1", "Extra=");
    lab.awaitNode("mixed1", OWN_GRES, "State=IDLE+DYNAMIC_NORM");
  }

  private String shared() {
    return lab.exec("root", "cat", "/srv/sobre/ledger/mixed1/node.json").output();
  }

  private void reboot() {
    lab.control("node", "powercut", "mixed1").text();
    lab.control("node", "start", "mixed1").text();
    // the record stands from the boot before: only what slurmd says of itself is new
    lab.awaitNode("mixed1", "State=IDLE+DYNAMIC_NORM");
    await("the node to settle")
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> lab.on("mixed1", "test", "-s", "/run/sobre/slurm/slurmd.boot").exitCode() == 0);
  }

  private void admin(String... values) {
    String[] words = new String[values.length + 3];
    words[0] = "scontrol";
    words[1] = "update";
    words[2] = "NodeName=mixed1";
    System.arraycopy(values, 0, words, 3, values.length);
    lab.exec("root", words).text();
  }
}
