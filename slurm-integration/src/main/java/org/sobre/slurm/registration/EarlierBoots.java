package org.sobre.slurm.registration;

import java.util.Optional;

/** Remembers what a node said of itself when it last ran. */
@FunctionalInterface
public interface EarlierBoots {

  /** A node that nobody remembers. */
  EarlierBoots NONE = (node, boot) -> Optional.empty();

  /**
   * Never fails and never takes long: a memory that cannot be reached is none.
   *
   * @param boot the boot that is going on
   * @return the text of node.json of the last boot before it
   */
  Optional<String> before(String node, String boot);
}
