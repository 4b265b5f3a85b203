package org.sobre.slurm.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.node.CpuTopology;

/** Slurm drains a node that registers with less than its record says, and never lifts that. */
class SlurmsOwnDrainTest extends RebootCase {

  @Test
  void aBootWithFewerCardsAndNoControllerEndsWithTheNextGoodOne()
      throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    bootsWithoutController();
    state().isEqualTo("IDLE+DRAIN+INVALID_REG");
    reason().startsWith("gres/gpu count reported lower than configured (1 < 2) [slurm@");
    node.settle();
    reason().as("taken over").startsWith("sobre: register: ");
    node.boots(card(0), card(1));
    state().isEqualTo("IDLE");
    reason().isEmpty();
  }

  @Test
  void itsDrainEndsWithTheNextGoodBootAlsoIfNobodyTookItOver()
      throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    bootsWithoutController();
    node.boots(card(0), card(1));
    state().isEqualTo("IDLE");
  }

  @Test
  void nothingIsResumedBeforeSlurmTakesTheRegistration() throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    bootsWithoutController();
    node.powerOn();
    node.publish(card(0), card(1));
    node.register();
    assertThat(node.settle().again()).as("slurmd is not there yet").isTrue();
    assertThat(slurm.asked()).noneMatch(command -> command.contains("RESUME"));
    node.slurmdStarts();
    assertThat(node.settle().again()).isFalse();
    state().isEqualTo("IDLE");
  }

  private void bootsWithoutController() throws IOException, JsonShapeException {
    node.powerOn();
    slurm.goesAway();
    node.publish(card(0));
    node.register();
    slurm.comesBack();
    node.slurmdStarts();
  }

  /** Slurm makes 12 of 8 cores with two threads each and 4 with one: they fit none of its forms. */
  @Test
  void unlikeCoresAreComparedAsSlurmCountsThem() throws IOException, JsonShapeException {
    node.cpu(new CpuTopology("8 P-cores and 4 E-cores", 1, 12, 20));
    slurm.slurmdFinds(12, 24105);
    node.boots(card(0));
    state().isEqualTo("IDLE");
    node.boots(card(0));
    state().isEqualTo("IDLE");
    assertThat(slurm.asked()).noneMatch(command -> command.contains("delete"));
  }

  @Test
  void processorsAndMemoryAloneAreNoReasonOfOursToDrain() throws IOException, JsonShapeException {
    slurm.slurmdFinds(1, 24200);
    node.boots(card(0));
    state().as("directly after slurmd made the record").isEqualTo("IDLE");
    node.boots(card(0));
    state().isEqualTo("IDLE");
    assertThat(slurm.shown("Comment")).get().asString().startsWith("sobre=");
  }

  @Test
  void lessMemoryThanTheRecordSaysIsSlurmsToTellAndEndsWithANewRecord()
      throws IOException, JsonShapeException {
    node.boots(card(0));
    slurm.slurmdFinds(1, 24105);
    node.powerOn();
    slurm.goesAway();
    node.cpu(new CpuTopology("cpu", 1, 1, 1));
    node.publish(card(0));
    node.register();
    slurm.comesBack();
    node.slurmdStarts();
    node.settle();
    reason().startsWith("Low CPUs [slurm@");
    node.boots(card(0));
    state().isEqualTo("IDLE");
    assertThat(slurm.shown("CPUTot")).contains("1");
  }
}
