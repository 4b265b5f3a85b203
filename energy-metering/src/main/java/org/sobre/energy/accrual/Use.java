package org.sobre.energy.accrual;

import static java.util.Objects.requireNonNull;

import java.util.OptionalLong;
import org.sobre.energy.ledger.JobLine.GpuUse;
import org.sobre.energy.meter.MeteredInterval;

/**
 * How a job used its GPUs, times summed over devices.
 *
 * @param busyNanos absent until a load was read, as the next
 */
record Use(
    OptionalLong busyNanos,
    OptionalLong heldIdleNanos,
    OptionalLong vramPeakMebibytes,
    OptionalLong powerPeakMilliwatts) {

  static final Use NONE =
      new Use(
          OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

  Use {
    requireNonNull(busyNanos, "busyNanos");
    requireNonNull(heldIdleNanos, "heldIdleNanos");
    requireNonNull(vramPeakMebibytes, "vramPeakMebibytes");
    requireNonNull(powerPeakMilliwatts, "powerPeakMilliwatts");
  }

  Use plus(MeteredInterval.Load load, long heldNanos) {
    OptionalLong busy = busyNanos;
    OptionalLong idle = heldIdleNanos;
    if (load.busy().isPresent()) {
      boolean did = load.busy().get();
      busy = OptionalLong.of(busy.orElse(0) + (did ? heldNanos : 0));
      idle = OptionalLong.of(idle.orElse(0) + (did ? 0 : heldNanos));
    }
    return new Use(
        busy,
        idle,
        larger(vramPeakMebibytes, load.memoryUsedMebibytes()),
        larger(powerPeakMilliwatts, load.powerMilliwatts()));
  }

  GpuUse asLine() {
    return new GpuUse(
        scaled(busyNanos), scaled(heldIdleNanos), vramPeakMebibytes, powerPeakMilliwatts);
  }

  static Use of(GpuUse line) {
    return new Use(
        unscaled(line.busyMillis()),
        unscaled(line.heldIdleMillis()),
        line.vramPeakMebibytes(),
        line.powerPeakMilliwatts());
  }

  private static OptionalLong larger(OptionalLong a, OptionalLong b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.isEmpty() ? b : a;
    }
    return OptionalLong.of(Math.max(a.getAsLong(), b.getAsLong()));
  }

  private static OptionalLong scaled(OptionalLong nanos) {
    return nanos.isPresent()
        ? OptionalLong.of(MeterTally.millis(nanos.getAsLong()))
        : OptionalLong.empty();
  }

  private static OptionalLong unscaled(OptionalLong millis) {
    return millis.isPresent()
        ? OptionalLong.of(MeterTally.nanos(millis.getAsLong()))
        : OptionalLong.empty();
  }
}
