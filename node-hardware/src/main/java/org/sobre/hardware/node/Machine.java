package org.sobre.hardware.node;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.sobre.hardware.units.MemorySize;

/**
 * What a machine is made of apart from its GPUs.
 *
 * @param memory all that the operating system can use
 * @param board vendor and model of the main board, where the firmware tells
 */
public record Machine(CpuTopology cpu, MemorySize memory, Optional<String> board) {

  public Machine {
    requireNonNull(cpu, "cpu");
    requireNonNull(memory, "memory");
    requireNonNull(board, "board");
  }
}
