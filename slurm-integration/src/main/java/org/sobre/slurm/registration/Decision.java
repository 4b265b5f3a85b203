package org.sobre.slurm.registration;

import java.util.List;
import java.util.Optional;

/** What is to be done about Slurm's record of this node before slurmd starts. */
sealed interface Decision {

  /** Slurm does not know the node: {@code slurmd -Z} will create it. */
  record Create() implements Decision {}

  /**
   * The record is of other hardware, and slurmd's {@code --conf} counts only for a node that does
   * not exist: delete it, so that slurmd creates it anew.
   *
   * @param differences for a person
   */
  record Replace(List<String> differences) implements Decision {
    public Replace {
      differences = List.copyOf(differences);
    }
  }

  /**
   * The record stays; see {@link Settlement}.
   *
   * @param why for a person: what keeps a record of other hardware from being deleted now; empty
   *     where the record says what the node says
   */
  record Settle(Optional<String> why) implements Decision {}
}
