package org.sobre.hardware.node;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * The processors of a machine.
 *
 * @param model as the kernel names it
 * @param sockets physical packages, 1 or more
 * @param cores physical cores in all
 * @param threads logical processors in all
 * @param layout which processors make a core and a socket; absent where that was not told, and
 *     where it does not agree with the numbers
 */
public record CpuTopology(
    String model, int sockets, int cores, int threads, Optional<CpuLayout> layout) {

  public CpuTopology {
    requireNonNull(model, "model");
    if (sockets < 1 || cores < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "expected at least one socket, core and thread, found "
              + sockets
              + ", "
              + cores
              + " and "
              + threads);
    }
    int socketsTold = sockets;
    int coresTold = cores;
    layout =
        layout.filter(
            told -> told.sockets().size() == socketsTold && told.coreCount() == coresTold);
  }

  /** Of which only the numbers are known. */
  public CpuTopology(String model, int sockets, int cores, int threads) {
    this(model, sockets, cores, threads, Optional.empty());
  }
}
