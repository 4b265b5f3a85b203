package org.sobre.energy.attribution;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.ledger.MeterId;

/**
 * What is known of processors beside who reserved them.
 *
 * @param uses in the order of their times; they do not overlap, and may leave gaps
 * @param floors of packages and their memory: what each draws while nobody does anything, in
 *     microwatts; none of a meter of which that was never seen
 */
public record CpuWork(List<CpuUse> uses, Map<MeterId, Long> floors) {

  public static final CpuWork NONE = new CpuWork(List.of(), Map.of());

  /** Busier than this part of all processors' time a node is not quiet. */
  private static final long QUIET_PART = 20;

  private static final long NANOS_PER_MICRO = 1_000;

  public CpuWork {
    uses = List.copyOf(uses);
    floors = Map.copyOf(floors);
  }

  /** The use that has an instant; null where nobody looked. */
  @Nullable CpuUse at(long nanos) {
    for (int i = 0; i < uses.size(); i++) {
      CpuUse use = uses.get(i);
      if (use.contains(nanos)) {
        return use;
      }
    }
    return null;
  }

  /** Until when {@link #at} says the same as of this instant. */
  long end(long nanos) {
    for (int i = 0; i < uses.size(); i++) {
      CpuUse use = uses.get(i);
      if (use.fromNanos() > nanos) {
        return use.fromNanos();
      }
      if (use.contains(nanos)) {
        return use.toNanos();
      }
    }
    return Long.MAX_VALUE;
  }

  /**
   * Whether all of a stretch of time was seen, and in none of it the processors did more than
   * housekeeping: a twentieth of what they can.
   *
   * @param cpus of the node
   */
  public boolean isQuiet(long fromNanos, long toNanos, int cpus) {
    long from = fromNanos;
    while (from < toNanos) {
      CpuUse use = at(from);
      if (use == null || use.busyMicros() > use.nanos() / NANOS_PER_MICRO * cpus / QUIET_PART) {
        return false;
      }
      from = use.toNanos();
    }
    return true;
  }
}
