package org.sobre.slurm.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.json.JsonShapeException;

/** What an admin has said stands, whatever goes wrong around it. */
class AdminWordTest extends RebootCase {

  private static final String LOUD = "fan is loud [ann@2026-11-01T10:00:00]";

  @Test
  void anAdminsDownIsNeitherTakenOverNorLifted() throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    slurm.adminSetsDown("PSU burnt [ann@2026-11-01T10:00:00]");
    node.boots(card(0), card(1), card(2).unreadable("fell off the bus"));
    assertThat(slurm.shown("State")).contains("DOWN");
    assertThat(slurm.shown("Reason")).get().asString().startsWith("PSU burnt [ann@");
    node.boots(card(0), card(1));
    assertThat(slurm.shown("State")).contains("DOWN");
  }

  @Test
  void anAdminWhoResumesTheNodeHasTheLastWord() throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    node.boots(card(0));
    slurm.adminResumes();
    node.settle();
    assertThat(slurm.shown("State")).as("slurmd started again").contains("IDLE");
    node.boots(card(0));
    assertThat(slurm.shown("State")).contains("IDLE");
    assertThat(node.shortfall().missing()).isEmpty();
  }

  @Test
  void anAdminsResumeCountsOverABootInWhichAnotherCardGoes()
      throws IOException, JsonShapeException {
    node.boots(card(0), card(1), card(2));
    node.boots(card(0), card(1));
    slurm.adminResumes();
    node.boots(card(0));
    assertThat(slurm.shown("Reason")).get().asString().contains("1 of 2 GPUs", "GPU-00000001");
  }

  @Test
  void aDrainSaidWhileTheRecordStaysBusyIsNotOverwritten() throws IOException, JsonShapeException {
    node.boots(card(0));
    slurm.isBusyFor(1000);
    slurm.beforeDelete(() -> slurm.adminDrains(LOUD));
    node.boots(card(0), card(1));
    state().contains("+DRAIN");
    reason().startsWith("fan is loud [ann@");
    slurm.isBusyFor(0);
    node.boots(card(0), card(1));
    state().isEqualTo("IDLE+DRAIN");
    reason().startsWith("fan is loud [ann@");
  }

  @Test
  void aDrainOutlivesAControllerThatGoesAwayAfterTheNodeWasSetDown()
      throws IOException, JsonShapeException {
    node.boots(card(0));
    slurm.adminDrains(LOUD);
    slurm.isBusyFor(1000);
    slurm.beforeUpdate(() -> slurm.beforeDelete(slurm::goesAway));
    node.powerOn();
    node.publish(card(0), card(1));
    node.register();
    slurm.comesBack();
    reason().as("whoever looks now").startsWith("fan is loud [ann@");
    node.slurmdStarts();
    node.settle();
    slurm.isBusyFor(0);
    node.boots(card(0), card(1));
    state().isEqualTo("IDLE+DRAIN");
    reason().startsWith("fan is loud [ann@");
  }

  /** Slurm takes slurmd's registration for invalid before the settler comes, and says so. */
  @Test
  void aDrainIsRestoredOverAReasonOfSlurmsOwn() throws IOException, JsonShapeException {
    node.boots(card(0));
    slurm.adminDrains(LOUD);
    node.powerOn();
    node.publish(card(0), card(1));
    node.register();
    node.slurmdStarts();
    slurm.adminSays("Reason", "gres/gpu count reported lower than configured (1 < 2) [slurm@x]");
    node.settle();
    reason().startsWith("fan is loud [ann@");
  }

  @Test
  void aNodeThatWasResumedAfterAFailedDeletionIsNotDrainedAgain()
      throws IOException, JsonShapeException {
    node.boots(card(0));
    slurm.adminDrains(LOUD);
    slurm.isBusyFor(1000);
    node.powerOn();
    node.publish(card(0), card(1));
    node.register();
    slurm.isBusyFor(0);
    slurm.adminResumes();
    node.publish(card(0), card(1));
    node.register();
    node.slurmdStarts();
    node.settle();
    state().isEqualTo("IDLE");
    assertThat(slurm.shown("Gres")).contains("gpu:nvidia_geforce_rtx_4090:2");
  }

  @Test
  void aResumeOutlivesAnotherPublicationInTheSameBoot() throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    node.boots(card(0));
    var since = node.shortfall().missing().get(0).since();
    node.publish(card(0));
    assertThat(node.shortfall().missing())
        .singleElement()
        .satisfies(gpu -> assertThat(gpu.drained()).isTrue())
        .satisfies(gpu -> assertThat(gpu.since()).isEqualTo(since));
    assertThat(node.shortfall().comparedWith()).contains("boot-1");
    slurm.adminResumes();
    node.publish(card(0));
    node.register();
    state().isEqualTo("IDLE");
    node.settle();
    state().isEqualTo("IDLE");
  }

  @Test
  void aDrainOfOursIsNotTheStartOptionOfTheRestOfTheBoot() throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    node.boots(card(0));
    assertThat(node.read("slurmd.env")).contains("State=DRAIN");
    slurm.adminResumes();
    node.settle();
    assertThat(node.read("slurmd.env")).doesNotContain("State=DRAIN").contains("Gres=gpu:");
    slurm.forgetsTheNode();
    node.slurmdStarts();
    node.settle();
    state().isEqualTo("IDLE");
  }

  /** The power went between slurmd's registration and the word on why. */
  @Test
  void aDrainForWhichNoReasonStandsIsOursToLift() throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    node.powerOn();
    node.publish(card(0));
    node.register();
    node.slurmdStarts();
    state().isEqualTo("IDLE+DRAIN");
    reason().isEmpty();
    node.boots(card(0), card(1));
    state().isEqualTo("IDLE");
  }

  @Test
  void aResumeIsHeardThatTheShareDoesNotKnowOf() throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    node.powerOn();
    node.publish(card(0));
    node.register();
    node.slurmdStarts();
    node.daemonCopies();
    node.settle();
    slurm.adminResumes();
    node.boots(card(0));
    state().isEqualTo("IDLE");
    assertThat(node.shortfall().missing()).isEmpty();
  }

  @Test
  void aForeignDrainThatIsLiftedSaysNothingOfAMissingCard() throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    slurm.adminDrains(LOUD);
    node.boots(card(0));
    slurm.adminResumes();
    node.boots(card(0));
    reason().startsWith("sobre: register: 1 of 2 GPUs is missing");
  }

  @Test
  void whereNothingMayBeDoneACardIsMissedOnce() throws IOException, JsonShapeException {
    node.policy(new RegistrationPolicy("ctl:6817", false, true));
    node.boots(card(0), card(1));
    node.boots(card(0));
    assertThat(node.shortfall().missing()).hasSize(1);
    node.boots(card(0));
    assertThat(node.shortfall().missing()).isEmpty();
    assertThat(slurm.asked()).allMatch(command -> command.equals("scontrol show node n1"));
  }

  @Test
  void anAdminsFailIsKeptAsADrain() throws IOException, JsonShapeException {
    node.boots(card(0));
    slurm.adminFails(LOUD);
    node.boots(card(0), card(1));
    state().isEqualTo("IDLE+DRAIN");
    reason().startsWith("fan is loud [ann@");
  }
}
