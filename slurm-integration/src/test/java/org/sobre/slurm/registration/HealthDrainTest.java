package org.sobre.slurm.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.node.MissingGpu;

/** The health check drains and resumes by itself, and watches only what Slurm was given. */
class HealthDrainTest extends RebootCase {

  /** The health check gives the node back once the lost card is none that Slurm was given. */
  @Test
  void aCardThatTheHealthCheckFoundLostHoldsTheNodeOutAfterARebootToo()
      throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    healthCheckFindsALostCard();
    node.boots(card(0));
    assertThat(slurm.shown("State")).contains("IDLE+DRAIN");
    assertThat(slurm.shown("Reason"))
        .get()
        .asString()
        .startsWith("sobre: register: 1 of 2 GPUs is missing: NVIDIA GeForce RTX 4090");
    assertThat(node.shortfall().missing()).extracting(MissingGpu::drained).containsExactly(true);
    healthCheckFindsALostCard();
    node.boots(card(0));
    assertThat(slurm.shown("Reason")).as("the same record").get().asString().contains("missing");
    node.boots(card(0), card(1));
    assertThat(slurm.shown("State")).contains("IDLE");
  }

  @Test
  void aRecordThatCannotBeDeletedIsNotLeftToTheHealthCheck()
      throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    healthCheckFindsALostCard();
    slurm.isBusyFor(1000);
    node.boots(card(0));
    assertThat(slurm.shown("Reason")).get().asString().startsWith("sobre: register: ");
  }

  @Test
  void theHealthChecksDrainStaysAsLongAsItWatchesWhatIsMissing()
      throws IOException, JsonShapeException {
    node.boots(card(0), card(1));
    healthCheckFindsALostCard();
    node.publish(card(0));
    node.register();
    node.settle();
    assertThat(slurm.shown("Reason")).get().asString().startsWith("sobre: health: ");
    node.boots(card(0), card(1), card(2));
    assertThat(slurm.shown("Reason")).as("a new record").get().asString().startsWith("sobre: hea");
  }

  private void healthCheckFindsALostCard() {
    slurm.adminDrains("sobre: health: GPU 1 (0000:11:00.0): lost [root@2026-11-01T10:00]");
  }
}
