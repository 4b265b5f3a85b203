package org.sobre.slurm.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.json.JsonShapeException;

/** {@code scontrol reboot} sets a node down, with a reason, and Slurm gives it back by itself. */
class OrderedRebootTest extends RebootCase {

  private static final String LOUD = "fan is loud [ann@2026-11-01T10:00:00]";

  @Test
  void aNewRecordIsNotDrainedForTheRebootThatWasOrdered() throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    for (boolean asap : new boolean[] {true, false}) {
      slurm.adminReboots(asap);
      node.boots(card(0), card(1), card(2));
      state().as("asap: %s", asap).isEqualTo("IDLE");
      reason().isEmpty();
      slurm.adminReboots(asap);
      node.boots(card(0), card(1));
      reason().startsWith("sobre: register: 1 of 3 GPUs is missing");
      slurm.adminResumes();
    }
  }

  @Test
  void aDrainThatTheRebootDoesNotEndOutlivesANewRecord() throws IOException, JsonShapeException {
    node.boots(card(0));
    slurm.adminDrains(LOUD);
    slurm.adminReboots(false);
    node.boots(card(0), card(1));
    state().isEqualTo("IDLE+DRAIN");
    reason().startsWith("fan is loud : reboot issued");
  }

  @Test
  void aNodeThatIsToStayDownDoes() throws IOException, JsonShapeException {
    node.boots(card(0));
    slurm.adminReboots(true);
    slurm.adminSays("NextState", "DOWN");
    node.boots(card(0), card(1));
    state().isEqualTo("IDLE+DRAIN");
    reason().startsWith("Reboot ASAP : reboot issued");
  }

  /**
   * Who reboots a node for a card that has fallen off the bus has not said that it may stay away.
   */
  @Test
  void aCardThatTheRebootDoesNotBringBackIsStillMissed() throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    node.boots(card(0));
    slurm.adminReboots(true);
    node.boots(card(0));
    state().isEqualTo("IDLE+DRAIN");
    reason().startsWith("sobre: register: 1 of 2 GPUs is missing");
    slurm.adminResumes();
    node.boots(card(0));
    state().as("that is such a word").isEqualTo("IDLE");
  }

  @Test
  void nothingIsSettledBeforeSlurmHasHeardOfTheBoot() throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    node.boots(card(0));
    slurm.adminReboots(true);
    node.powerOn();
    node.publish(card(0));
    node.register();
    assertThat(node.settle().again()).isTrue();
    node.slurmdStarts();
    state().isEqualTo("IDLE");
    assertThat(node.settle().again()).isFalse();
    state().isEqualTo("IDLE+DRAIN");
  }
}
