package org.sobre.slurm.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.gres.Nodes;
import org.sobre.slurm.node.MissingGpu;

/** A node over several boots, with the cards it has each time, against a simulated controller. */
class RebootTest extends RebootCase {

  @Test
  void theFirstBootLeavesTheDigestInTheComment() throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    assertThat(slurm.shown("State")).contains("IDLE");
    assertThat(slurm.shown("Comment"))
        .contains("sobre=" + node.document().digest().substring(0, 16));
    assertThat(slurm.shown("Gres")).contains("gpu:nvidia_geforce_rtx_4090:2");
  }

  @Test
  void theSameCardsChangeNothingWhateverAnAdminHasSaidOfTheNode()
      throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    slurm.adminSays("Comment", "rack 7 " + slurm.shown("Comment").orElseThrow());
    slurm.adminSays("AvailableFeatures", "vram_ge_2g,infiniband");
    int before = slurm.asked().size();
    node.boots(card(0), card(1));
    assertThat(slurm.asked().subList(before, slurm.asked().size()))
        .as("the digest is the same: features by hand are the admin's business")
        .containsOnly("scontrol show node n1");
  }

  @Test
  void aCommentWithoutOurDigestIsComparedByFieldsAndGetsItBack()
      throws IOException, JsonShapeException {
    node.boots(card(0));
    String made = slurm.shown("Comment").orElseThrow();
    slurm.adminSays("Comment", "rack 7");
    node.boots(card(0));
    assertThat(slurm.asked()).noneMatch(command -> command.contains("delete"));
    assertThat(slurm.shown("Comment")).contains("rack 7 " + made);
  }

  @Test
  void whatAnAdminSaidSurvivesANewRecord() throws IOException, JsonShapeException {
    node.boots(card(0));
    slurm.adminDrains("fan is loud [ann@2026-11-01T10:00:00]");
    slurm.adminSays("Comment", "rack 7 " + slurm.shown("Comment").orElseThrow());
    slurm.adminSays("Weight", "7");
    slurm.adminSays("Extra", "{\"rack\":7}");
    slurm.adminSays(
        "AvailableFeatures", slurm.shown("AvailableFeatures").orElseThrow() + ",infiniband");
    node.boots(card(0), card(1));
    assertThat(slurm.asked()).contains("scontrol delete NodeName=n1");
    assertThat(slurm.shown("Gres")).contains("gpu:nvidia_geforce_rtx_4090:2");
    assertThat(slurm.shown("State")).contains("IDLE+DRAIN");
    assertThat(slurm.shown("Reason")).get().asString().startsWith("fan is loud [ann@2026-11-01");
    assertThat(slurm.shown("Comment")).get().asString().startsWith("rack 7 sobre=");
    assertThat(slurm.shown("Weight")).contains("7");
    assertThat(slurm.shown("Extra")).contains("{\"rack\":7}");
    assertThat(slurm.shown("AvailableFeatures")).get().asString().endsWith(",infiniband");
  }

  @Test
  void whatCannotBeKeptIsNamedInTheJournal() throws IOException, JsonShapeException {
    node.boots(card(0));
    slurm.adminSays("CpuBind", "rank");
    slurm.adminSays("AvailableFeatures", "infiniband,room=7");
    node.powerOn();
    node.publish(card(0), card(1));
    assertThat(node.register())
        .contains("not kept, set it again: CpuBind=rank, feature room=7")
        .noneMatch(line -> line.contains("infiniband"));
  }

  @Test
  void aCardThatIsGoneHoldsTheNodeOutUntilItIsBack() throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    node.boots(card(0));
    assertThat(slurm.shown("Gres")).contains("gpu:nvidia_geforce_rtx_4090:1");
    assertThat(slurm.shown("State")).contains("IDLE+DRAIN");
    assertThat(slurm.shown("Reason"))
        .get()
        .asString()
        .startsWith(
            "sobre: register: 1 of 2 GPUs is missing: NVIDIA GeForce RTX 4090 at 0000:11:00.0"
                + " (GPU-00000001); taken out on purpose? scontrol update nodename=n1 state=resume");
    node.boots(card(0));
    assertThat(slurm.shown("State")).as("still missing").contains("IDLE+DRAIN");
    node.boots(card(0), card(1));
    assertThat(slurm.shown("State")).contains("IDLE");
    assertThat(node.shortfall().missing()).isEmpty();
  }

  @Test
  void withPolicyOffAMissingCardIsSaidAndTheNodeStaysIn() throws IOException, JsonShapeException {
    node.policy(new RegistrationPolicy("ctl:6817", true, false));
    node.boots(card(0), card(1));
    node.boots(card(0));
    assertThat(slurm.shown("State")).contains("IDLE");
    assertThat(node.shortfall().missing()).extracting(MissingGpu::model).containsExactly(MODEL);
    node.boots(card(0));
    assertThat(node.shortfall().missing()).as("said once").isEmpty();
  }

  @Test
  void otherCardsInTheirPlaceAreNoLoss() throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    node.boots(
        Nodes.card(5, "NVIDIA L4", 23034, 0),
        Nodes.card(6, "Tesla K80", 11441, 1),
        Nodes.card(7, "Tesla K80", 11441, 2));
    assertThat(slurm.shown("State")).contains("IDLE");
    assertThat(slurm.shown("Gres")).contains("gpu:nvidia_l4:1,gpu:tesla_k80:2");
  }

  @Test
  void aForeignDrainIsNeverTouchedByAMissingCard() throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    slurm.adminDrains("RMA ordered [ann@2026-11-01T10:00:00]");
    node.boots(card(0));
    assertThat(slurm.shown("Reason")).get().asString().startsWith("RMA ordered [ann@");
    node.boots(card(0), card(1));
    assertThat(slurm.shown("Reason")).get().asString().startsWith("RMA ordered [ann@");
  }

  @Test
  void aRefusedDescriptionGivesNoGpuAndHoldsTheNodeOut() throws IOException, JsonShapeException {
    node.proof(described -> Optional.of("slurmd -G: duplicate device file name"));
    node.boots(card(0));
    assertThat(node.read("gres.conf")).doesNotContain("Name=gpu");
    assertThat(node.read("slurmd.env")).doesNotContain("Gres=").contains("State=DRAIN");
    assertThat(slurm.shown("Reason"))
        .get()
        .asString()
        .startsWith(
            "sobre: register: slurmd refuses the gres description: slurmd -G: duplicate device");
    node.proof(DescriptionProof.NONE);
    node.boots(card(0));
    assertThat(slurm.shown("State")).contains("IDLE");
    assertThat(slurm.shown("Gres")).contains("gpu:nvidia_geforce_rtx_4090:1");
  }

  @Test
  void anAdminWhoDrainsWhileTheRecordIsBusyIsHeard() throws IOException, JsonShapeException {
    node.boots(card(0));
    slurm.isBusyFor(2);
    slurm.beforeDelete(
        () -> {
          slurm.adminDrains("fan is loud [ann@2026-11-01T10:00:00]");
        });
    node.powerOn();
    node.publish(card(0), card(1));
    List<String> said = node.register();
    assertThat(said).last().asString().startsWith("it stays drained: fan is loud");
    node.slurmdStarts();
    node.settle();
    assertThat(slurm.shown("State")).contains("IDLE+DRAIN");
    assertThat(slurm.shown("Reason")).get().asString().startsWith("fan is loud [ann@");
    assertThat(slurm.shown("Gres")).contains("gpu:nvidia_geforce_rtx_4090:2");
  }

  @Test
  void aRecordThatAReservationHoldsIsDrainedWithinTheBudget()
      throws IOException, JsonShapeException {
    node.boots(card(0));
    slurm.isBusyFor(1000);
    node.powerOn();
    node.publish(card(0), card(1));
    long before = slurm.elapsedMillis();
    node.register();
    assertThat(slurm.elapsedMillis() - before).isBetween(4_500L, 6_000L);
    state().as("set down for a lost job").isEqualTo("DOWN+DRAIN");
    assertThat(slurm.shown("Reason")).get().asString().contains("hardware differs");
  }

  @Test
  void aControllerThatForgetsTheDeletionGetsNoJobOnTheOldRecord()
      throws IOException, JsonShapeException {
    node.boots(card(0));
    node.powerOn();
    node.publish(card(0), card(1));
    node.register();
    // slurmctld was killed before it saved its state, and has the old record again
    slurm.slurmdStarts("--conf 'Gres=gpu:nvidia_geforce_rtx_4090:1'");
    node.slurmdStarts();
    node.settle();
    assertThat(slurm.shown("State")).contains("IDLE+DRAIN");
    assertThat(slurm.shown("Reason"))
        .get()
        .asString()
        .startsWith("sobre: register: hardware differs, reboot to register: Gres");
  }

  @Test
  void aControllerThatIsAwayIsSettledWithWhenItIsBackAndNothingIsDeletedThen()
      throws IOException, JsonShapeException {
    node.boots(card(0));
    slurm.goesAway();
    node.powerOn();
    node.publish(card(0), card(1));
    node.register();
    assertThat(slurm.elapsedMillis()).isLessThan(6500);
    node.slurmdStarts();
    assertThat(node.settle().again()).isTrue();
    slurm.comesBack();
    assertThat(node.settle().again()).isFalse();
    assertThat(slurm.asked()).noneMatch(command -> command.contains("delete"));
    assertThat(slurm.shown("Reason")).get().asString().contains("reboot to register");
    node.boots(card(0), card(1));
    assertThat(slurm.shown("State")).contains("IDLE");
  }

  @Test
  void aCardLostUnderWayKeepsItsPlaceForSlurmAndIsSaid() throws IOException, JsonShapeException {
    node.boots(card(0), card(1), card(2));
    String fragment = node.read("gres.conf");
    String options = node.read("slurmd.env");
    node.publish(card(0), card(2));
    node.register();
    assertThat(node.read("gres.conf")).isEqualTo(fragment);
    assertThat(node.read("slurmd.env"))
        .as("should Slurm lose the record meanwhile")
        .isEqualTo(options.replace("'\"", " State=DRAIN'\""));
    assertThat(node.document().gres()).hasSize(3);
    assertThat(node.shortfall().missing())
        .singleElement()
        .satisfies(gpu -> assertThat(gpu.device()).contains("GPU-00000001"));
    assertThat(slurm.shown("Reason"))
        .get()
        .asString()
        .startsWith("sobre: register: 1 of 3 GPUs is missing:");
    assertThat(slurm.asked()).noneMatch(command -> command.contains("delete"));
    node.publish(card(0), card(1), card(2));
    node.register();
    assertThat(slurm.shown("State")).as("it is back").contains("IDLE");
  }
}
