package org.sobre.slurm.registration;

import java.util.List;
import org.sobre.slurm.node.AdminState;

/** What is to be done about Slurm's record of this node. */
sealed interface Decision {

  /** Slurm does not know the node: {@code slurmd -Z} will create it. */
  record Create() implements Decision {}

  /** The record says what the node says. */
  record Keep() implements Decision {}

  /** The record is right again, and only our own earlier drain still holds the node out. */
  record Resume() implements Decision {}

  /**
   * The record is of other hardware, and slurmd's {@code --conf} counts only for a node that does
   * not exist: delete it, so that slurmd creates it anew.
   *
   * @param differences for a person
   * @param admin what would be lost with the record
   */
  record Replace(List<String> differences, AdminState admin) implements Decision {
    public Replace {
      differences = List.copyOf(differences);
    }
  }

  /**
   * The record is of other hardware and must not be deleted now.
   *
   * @param why for a person: what keeps the record from being deleted
   */
  record Drain(List<String> differences, String why) implements Decision {
    public Drain {
      differences = List.copyOf(differences);
    }
  }
}
