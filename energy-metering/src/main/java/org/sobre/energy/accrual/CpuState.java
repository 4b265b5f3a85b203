package org.sobre.energy.accrual;

import java.util.List;
import java.util.stream.Collectors;
import org.sobre.energy.attribution.CpuUse;
import org.sobre.energy.attribution.CpuWork;

/**
 * What is known of the node's processors.
 *
 * @param uses over the time that is not attributed yet
 * @param floors of the meters, in their order
 */
public record CpuState(List<CpuUse> uses, List<CpuFloor> floors) {

  static final CpuState NONE = new CpuState(List.of(), List.of());

  public CpuState {
    uses = List.copyOf(uses);
    floors = List.copyOf(floors);
  }

  CpuWork work() {
    return new CpuWork(
        uses,
        floors.stream()
            .filter(floor -> floor.microwatts().isPresent())
            .collect(Collectors.toMap(CpuFloor::meter, floor -> floor.microwatts().orElseThrow())));
  }
}
