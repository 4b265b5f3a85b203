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
  private boolean fail;
  private boolean invalid;
  private boolean rebooting;
  private boolean undrains;

  void created(boolean drained) {
    down = false;
    drain = drained;
    fail = false;
    invalid = false;
    rebooting = false;
  }

  void drains() {
    drain = true;
    fail = false;
  }

  void fails() {
    fail = true;
    drain = false;
  }

  /** The order is out to slurmd; ASAP and nextstate= end with a drain, whoever ordered it. */
  void reboots(boolean asap) {
    down = true;
    drain = drain || asap;
    rebooting = true;
    undrains = asap;
  }

  void goesDown() {
    down = true;
  }

  /** Whether it was taken. */
  boolean resumes() {
    if (invalid || (!down && !drain && !fail)) {
      return false;
    }
    down = false;
    drain = false;
    fail = false;
    return true;
  }

  /**
   * slurmd registers with what it finds.
   *
   * @return whether the node is drained for that
   */
  boolean registers(boolean valid, Optional<String> reason) {
    invalid = !valid;
    if (valid && rebooting) {
      down = false;
      drain = drain && !undrains;
      rebooting = false;
    }
    if (valid) {
      down = down && reason.filter(r -> r.startsWith("Not responding")).isEmpty();
      return false;
    }
    boolean drained = !down && !drain && !fail;
    drain = drain || drained;
    return drained;
  }

  /** As scontrol writes it, without what all nodes here have. */
  String text() {
    return (down ? "DOWN" : "IDLE")
        + (drain ? "+DRAIN" : "")
        + (invalid ? "+INVALID_REG" : "")
        + (fail ? "+FAIL" : "")
        + (rebooting ? "+REBOOT_ISSUED" : "");
  }

  boolean isHeldOut() {
    return down || drain || fail;
  }
}
