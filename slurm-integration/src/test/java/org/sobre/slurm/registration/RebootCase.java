package org.sobre.slurm.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.slurm.gres.Nodes;

/** A node over several boots, with the cards it has each time, against a simulated controller. */
abstract class RebootCase {

  static final String MODEL = "NVIDIA GeForce RTX 4090";

  @TempDir private Path root;
  final SimulatedSlurm slurm = new SimulatedSlurm();
  TestNode node = new TestNode(Path.of(""), slurm);

  @BeforeEach
  void unknownToSlurm() {
    node = new TestNode(root, slurm);
  }

  final AbstractStringAssert<?> state() {
    return assertThat(slurm.shown("State").orElse("no such node"));
  }

  final AbstractStringAssert<?> reason() {
    return assertThat(slurm.shown("Reason").orElse(""));
  }

  static Gpu card(int index) {
    return Nodes.card(index, MODEL, 24564, index);
  }
}
