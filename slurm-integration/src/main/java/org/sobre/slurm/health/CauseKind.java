package org.sobre.slurm.health;

import java.util.Locale;

/** Why a card cannot be relied on. The order is that of urgency, in which causes are told. */
public enum CauseKind {
  /** It is gone from the bus, or the driver says so, or its tool no longer lists it. */
  LOST("lost"),
  /** The driver refuses to use it until it is reset. */
  NEEDS_RESET("needs a reset"),
  /** Who asks it gets no answer before the deadline. */
  HANGING("hanging"),
  /** Its tool answers with an error where values should stand. */
  FAILING("failing"),
  /** The kernel told of an Xid that only a reset cures, see {@link XidEvents}. */
  XID("Xid"),
  /** Its memory or another block of it had errors that could not be corrected (RAS). */
  UNCORRECTABLE("uncorrectable errors"),
  /** Slowed by its temperature, for longer than {@code health.heatMinutes}. */
  HEAT("too hot");

  private final String words;

  CauseKind(String words) {
    this.words = words;
  }

  /** As in the state file: {@code needs-reset}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** After "GPU 0", in a reason. */
  String words() {
    return words;
  }
}
