package org.sobre.hardware.node;

/**
 * The processors of a machine.
 *
 * @param model as the kernel names it
 * @param sockets physical packages, 1 or more
 * @param cores physical cores in all
 * @param threads logical processors in all
 */
public record CpuTopology(String model, int sockets, int cores, int threads) {

  public CpuTopology {
    if (sockets < 1 || cores < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "expected at least one socket, core and thread, found "
              + sockets
              + ", "
              + cores
              + " and "
              + threads);
    }
  }
}
