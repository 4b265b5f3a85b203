package org.sobre.hardware.gpu;

import java.util.Locale;

/**
 * What a GPU can be relied on for. A GPU in any other state than {@link #OK} is listed, and never
 * offered to Slurm.
 */
public enum GpuState {
  OK,
  /** The PCI bus shows it, or showed it, and the driver says it is gone. */
  LOST,
  /** The driver refuses to use it until it is reset. */
  NEEDS_RESET,
  /** The tool hangs, fails, or prints faults where values should stand. */
  UNREADABLE;

  public String jsonName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
