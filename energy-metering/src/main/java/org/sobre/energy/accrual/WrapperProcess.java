package org.sobre.energy.accrual;

/**
 * The process that a run on a machine without Slurm lives and dies with. A pid is given anew after
 * a while; with the time of its start it names one process of a boot.
 *
 * @param pid in the daemon's own pid namespace, from 1
 * @param startTicks since boot, in the kernel's clock ticks: field 22 of {@code /proc/PID/stat},
 *     proc(5)
 */
public record WrapperProcess(long pid, long startTicks) {

  public WrapperProcess {
    if (pid < 1 || startTicks < 0) {
      throw new IllegalArgumentException(
          "expected a pid from 1 and a start from 0, found " + pid + " and " + startTicks);
    }
  }
}
