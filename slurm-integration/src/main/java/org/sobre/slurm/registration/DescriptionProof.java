package org.sobre.slurm.registration;

import java.util.Optional;
import org.sobre.slurm.gres.SlurmNode;

/** Whether slurmd reads a node's description as it is meant; asked before it is published. */
@FunctionalInterface
public interface DescriptionProof {

  /** Where no slurmd is installed. */
  DescriptionProof NONE = node -> Optional.empty();

  /**
   * Takes a few seconds at most.
   *
   * @return what slurmd said against it, for a person; empty if it reads it
   */
  Optional<String> refusal(SlurmNode node);
}
