package org.sobre.energy.accrual;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.attribution.CpuUse;
import org.sobre.energy.attribution.CpuWork;
import org.sobre.energy.attribution.Holding;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.meter.MeteredInterval;

/** Follows what the processors do, and what they draw while they do nothing. */
final class CpuAccount {

  private final List<CpuUse> uses = new ArrayList<>();
  private final SortedMap<MeterId, CpuFloor> floors = new TreeMap<>();
  private Map<MeterId, Long> knownFloors = Map.of();
  private @Nullable CpuWork work;

  void takeUp(CpuState state) {
    uses.addAll(state.uses());
    state.floors().forEach(floor -> floors.put(floor.meter(), floor));
    knownFloors = state.work().floors();
  }

  /** One that tells of a time that another has told of is not kept. */
  void add(CpuUse use) {
    if (uses.isEmpty() || uses.get(uses.size() - 1).toNanos() <= use.fromNanos()) {
      uses.add(use);
      work = null;
    }
  }

  /** Attribution has come so far. */
  void forget(long nanos) {
    if (uses.removeIf(use -> use.toNanos() <= nanos)) {
      work = null;
    }
  }

  CpuWork work() {
    CpuWork known = work;
    if (known == null) {
      known = new CpuWork(uses, knownFloors);
      work = known;
    }
    return known;
  }

  CpuState state() {
    return new CpuState(uses, List.copyOf(floors.values()));
  }

  /**
   * An interval was attributed.
   *
   * @param holdings of all runs
   */
  void learn(MeteredInterval interval, List<Holding> holdings, OptionalInt nodeCpus) {
    Part part = interval.meter().part();
    if (part != Part.CPU_PACKAGE && part != Part.DRAM) {
      return;
    }
    boolean quiet =
        nodeCpus.isPresent()
            && work().isQuiet(interval.fromNanos(), interval.toNanos(), nodeCpus.getAsInt())
            && isNobodys(interval, holdings);
    CpuFloor before = floors.getOrDefault(interval.meter(), CpuFloor.unknown(interval.meter()));
    CpuFloor after = before.plus(interval, quiet);
    if (!after.isNothing()) {
      floors.put(interval.meter(), after);
    } else {
      floors.remove(interval.meter());
    }
    if (!after.microwatts().equals(before.microwatts())) {
      knownFloors = state().work().floors();
      work = null;
    }
  }

  private static boolean isNobodys(MeteredInterval interval, List<Holding> holdings) {
    for (Holding run : holdings) {
      if (run.fromNanos() < interval.toNanos()
          && run.toNanos().orElse(Long.MAX_VALUE) > interval.fromNanos()) {
        return false;
      }
    }
    return true;
  }
}
