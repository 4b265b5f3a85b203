package org.sobre.jobs.plan;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.List;

/**
 * What a job has for its batch.
 *
 * @param devices of this process; each runs the same batch. None: no GPU
 * @param world processes that train together over the whole job, each with its batch on a device;
 *     from 1 to 2<sup>20</sup>
 * @param tasksPerDevice tasks that see the same devices and share them, this one included, from 1
 * @param allowReduced whether variants that lose something may be taken
 * @param extraMarginPercent to be left beside the margin that the numbers themselves need; from 0
 *     to 1000
 * @param ceilings what ran out of memory before
 */
public record Budget(
    List<Device> devices,
    int world,
    int tasksPerDevice,
    boolean allowReduced,
    int extraMarginPercent,
    Ceilings ceilings) {

  private static final int LARGEST_WORLD = 1 << 20;
  private static final int LARGEST_MARGIN = 1000;

  public Budget {
    devices = List.copyOf(devices);
    requireNonNull(ceilings, "ceilings");
    requireWithin("world", world, 1, LARGEST_WORLD);
    requireWithin("tasksPerDevice", tasksPerDevice, 1, LARGEST_WORLD);
    requireWithin("extraMarginPercent", extraMarginPercent, 0, LARGEST_MARGIN);
  }

  private static void requireWithin(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          what + ": expected " + least + " to " + most + ", found " + value);
    }
  }

  /** Of a command that has devices to itself and runs a process on each. */
  public static Budget of(List<Device> devices, boolean allowReduced) {
    return new Budget(devices, Math.max(1, devices.size()), 1, allowReduced, 0, Ceilings.none());
  }

  /** The same, where this is remembered of what ran out of memory. */
  public Budget under(Ceilings known) {
    return new Budget(devices, world, tasksPerDevice, allowReduced, extraMarginPercent, known);
  }

  /** The same, were the devices these. */
  Budget on(List<Device> others) {
    return new Budget(others, world, tasksPerDevice, allowReduced, extraMarginPercent, ceilings);
  }

  /** The same, variants that lose something allowed. */
  Budget reduced() {
    return new Budget(devices, world, tasksPerDevice, true, extraMarginPercent, ceilings);
  }

  /** What of each device is this task's. */
  List<Share> shares() {
    return devices.stream().map(device -> new Share(device, tasksPerDevice)).toList();
  }

  /** Of which the least is left. */
  Share tightest() {
    return shares().stream().min(Comparator.comparing(Share::budget)).orElseThrow();
  }
}
