package org.sobre.slurm.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.gres.Nodes;
import org.sobre.slurm.node.MissingGpu;

/** After a power cut of the room the nodes are often up before the file server. */
class ShareAwayTest extends RebootCase {

  @Test
  void slurmsOwnRecordTellsWhatIsMissing() throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    node.share().goesAway();
    node.boots(card(0));
    reason().contains("1 of 2 GPUs is missing: nvidia_geforce_rtx_4090;");
  }

  @Test
  void aMissingCardHoldsTheNodeOutUntilItIsBackWhetherTheShareIsThereOrNot()
      throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    node.boots(card(0));
    String first = slurm.shown("Reason").orElseThrow();
    node.share().goesAway();
    node.boots(card(0));
    state().isEqualTo("IDLE+DRAIN");
    reason().isEqualTo(first);
    assertThat(node.shortfall().missing())
        .singleElement()
        .satisfies(gpu -> assertThat(gpu.device()).contains("GPU-00000001"))
        .satisfies(gpu -> assertThat(gpu.drained()).isTrue());
    node.boots(card(0));
    state().as("away twice").isEqualTo("IDLE+DRAIN");
    node.share().comesBack();
    node.daemonCopies();
    node.boots(card(0));
    state().as("the share is back and remembers").isEqualTo("IDLE+DRAIN");
    assertThat(node.shortfall().comparedWith()).contains("boot-4");
    node.boots(card(0), card(1));
    state().isEqualTo("IDLE");
  }

  @Test
  void anAdminsResumeCountsWithoutTheShareToo() throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    node.boots(card(0));
    slurm.adminResumes();
    node.share().goesAway();
    node.boots(card(0));
    state().isEqualTo("IDLE");
    assertThat(node.shortfall().missing()).isEmpty();
  }

  @Test
  void aCardThatIsBackEndsTheDrainWithoutTheShareToo() throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    node.boots(card(0));
    node.share().goesAway();
    node.boots(card(0), card(1));
    state().isEqualTo("IDLE");
    assertThat(node.shortfall().missing()).isEmpty();
  }

  @Test
  void aSecondCardThatGoesMeanwhileIsCounted() throws IOException, JsonShapeException {
    node.boots(card(0), card(1), card(2));
    node.boots(card(0), card(2));
    node.share().goesAway();
    node.boots(card(0));
    reason().contains("2 of 3 GPUs are missing: NVIDIA GeForce RTX 4090 at 0000:11:00.0", "_4090;");
    assertThat(node.shortfall().missing()).hasSize(2);
  }

  /** Slurm's record has the lost card still: what slurmd has read stays as it is. */
  @Test
  void aCardLostUnderWayIsCountedOnceAtTheNextBoot() throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    node.publish(card(0));
    node.register();
    reason().contains("1 of 2 GPUs is missing");
    node.share().goesAway();
    node.boots(card(0));
    reason().contains("1 of 2 GPUs is missing", "GPU-00000001");
    assertThat(node.shortfall().missing()).hasSize(1);
    assertThat(slurm.shown("Gres")).contains("gpu:nvidia_geforce_rtx_4090:1");
  }

  @Test
  void moreThanAReasonNamesAreAsManyAgain() throws IOException, JsonShapeException {
    node.boots(card(0), card(1), card(2), card(3), card(4), card(5));
    node.boots(card(0));
    reason().contains("5 of 6 GPUs are missing", " and 2 more");
    node.share().goesAway();
    node.boots(card(0));
    reason().contains("5 of 6 GPUs are missing", " and 2 more");
    node.share().comesBack();
    node.daemonCopies();
    node.boots(card(0), card(1), card(2), card(3), card(4), card(5));
    state().isEqualTo("IDLE");
    assertThat(node.shortfall().missing()).extracting(MissingGpu::model).isEmpty();
  }

  @Test
  void anotherCardInThePlaceOfAMissingOneEndsTheDrainWithoutTheShareToo()
      throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    node.boots(card(0));
    node.share().goesAway();
    node.boots(card(0), Nodes.card(5, "NVIDIA L4", 23034, 1));
    state().isEqualTo("IDLE");
    assertThat(node.shortfall().missing()).isEmpty();
  }

  /** The reason of the boot before knows its type and nothing more. */
  @Test
  void aCountedCardThatTheBusShowsAgainIsNotMissedTwice() throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    node.share().goesAway();
    node.boots(card(0));
    node.boots(card(0), card(1).unreadable("nvidia-smi does not answer"));
    reason().contains("1 of 2 GPUs is missing: NVIDIA GeForce RTX 4090 at 0000:11:00.0");
    assertThat(node.shortfall().missing()).hasSize(1);
  }

  /** As the power cut of the room has it: Slurm's record of before is all that anybody knows. */
  @Test
  void aCardThatGoesWhileShareAndControllerAreAwayIsMissedAtTheNextBoot()
      throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    node.powerOn();
    node.share().goesAway();
    slurm.goesAway();
    node.publish(card(0));
    node.register();
    slurm.comesBack();
    node.slurmdStarts();
    node.settle();
    reason().contains("hardware differs, reboot to register");
    node.share().comesBack();
    node.daemonCopies();
    node.boots(card(0));
    state().isEqualTo("IDLE+DRAIN");
    reason().contains("1 of 2 GPUs is missing: nvidia_geforce_rtx_4090;");
    node.boots(card(0), card(1));
    state().isEqualTo("IDLE");
  }
}
