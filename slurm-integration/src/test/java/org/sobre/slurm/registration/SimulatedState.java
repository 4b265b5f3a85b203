package org.sobre.slurm.registration;

import java.util.Optional;

/**
 * A node's state as slurmctld 22.05.8 keeps it: a base state, and flags beside it that a change of
 * the base leaves alone ({@code _make_node_down}, {@code update_node}, {@code validate_node_specs}
 * and {@code drain_nodes} in src/slurmctld/node_mgr.c, tag slurm-22-05-8-1).
 */
final class SimulatedState {

  private boolean down;
  private boolean drain;
  private boolean invalid;

  void created(boolean drained) {
    down = false;
    drain = drained;
    invalid = false;
  }

  void drains() {
    drain = true;
  }

  void goesDown() {
    down = true;
  }

  /** Whether it was taken. */
  boolean resumes() {
    if (invalid || (!down && !drain)) {
      return false;
    }
    down = false;
    drain = false;
    return true;
  }

  /**
   * slurmd registers with what it finds.
   *
   * @return whether the node is drained for that
   */
  boolean registers(boolean valid, Optional<String> reason) {
    invalid = !valid;
    if (valid) {
      down = down && reason.filter(r -> r.startsWith("Not responding")).isEmpty();
      return false;
    }
    boolean drained = !down && !drain;
    drain = drain || drained;
    return drained;
  }

  /** As scontrol writes it, without what all nodes here have. */
  String text() {
    return (down ? "DOWN" : "IDLE") + (drain ? "+DRAIN" : "") + (invalid ? "+INVALID_REG" : "");
  }
}
