package org.sobre.energy.accrual;

import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.energy.ledger.JobLine.GpuUse;
import org.sobre.energy.meter.MeteredInterval;

/**
 * How a job used its GPUs, times summed over devices. Grows in place; what no device told is
 * absent.
 */
final class Use {

  private boolean busyKnown;
  private long busyNanos;
  private long heldIdleNanos;
  private long percentMillis;
  private long percentKnownMillis;
  private long vramMebibyteMillis;
  private long vramKnownMillis;
  private OptionalLong percentPeak = OptionalLong.empty();
  private OptionalLong vramPeakMebibytes = OptionalLong.empty();
  private OptionalLong powerPeakMilliwatts = OptionalLong.empty();

  /**
   * As a line tells.
   *
   * @param sums of its means; none in a state that an earlier version left: then the means are of
   *     the time after
   */
  static Use of(Optional<GpuUse> line, LoadSums sums) {
    Use use = new Use();
    use.percentMillis = sums.percentMillis();
    use.percentKnownMillis = sums.percentKnownMillis();
    use.vramMebibyteMillis = sums.vramMebibyteMillis();
    use.vramKnownMillis = sums.vramKnownMillis();
    line.ifPresent(use::takeUp);
    return use;
  }

  private void takeUp(GpuUse line) {
    busyKnown = line.busyMillis().isPresent();
    busyNanos = MeterTally.nanos(line.busyMillis().orElse(0));
    heldIdleNanos = MeterTally.nanos(line.heldIdleMillis().orElse(0));
    percentPeak = line.busyPercentPeak();
    vramPeakMebibytes = line.vramPeakMebibytes();
    powerPeakMilliwatts = line.powerPeakMilliwatts();
  }

  /**
   * @param heldNanos for which the run held the device so loaded
   */
  void add(MeteredInterval.Load load, long heldNanos) {
    long millis = MeterTally.millis(heldNanos);
    if (load.busy().isPresent()) {
      busyKnown = true;
      if (load.busy().get()) {
        busyNanos += heldNanos;
      } else {
        heldIdleNanos += heldNanos;
      }
    }
    if (load.busyPercent().isPresent()) {
      long percent = load.busyPercent().getAsInt();
      percentMillis += percent * millis;
      percentKnownMillis += millis;
      percentPeak = larger(percentPeak, percent);
    }
    if (load.memoryUsedMebibytes().isPresent()) {
      long mebibytes = load.memoryUsedMebibytes().getAsLong();
      vramMebibyteMillis += mebibytes * millis;
      vramKnownMillis += millis;
      vramPeakMebibytes = larger(vramPeakMebibytes, mebibytes);
    }
    if (load.powerMilliwatts().isPresent()) {
      powerPeakMilliwatts = larger(powerPeakMilliwatts, load.powerMilliwatts().getAsLong());
    }
  }

  /** Absent if nothing can be told. */
  Optional<GpuUse> asLine() {
    GpuUse line =
        new GpuUse(
            millis(busyNanos),
            millis(heldIdleNanos),
            vramPeakMebibytes,
            powerPeakMilliwatts,
            mean(percentMillis, percentKnownMillis),
            percentPeak,
            mean(vramMebibyteMillis, vramKnownMillis));
    return line.equals(GpuUse.UNKNOWN) ? Optional.empty() : Optional.of(line);
  }

  LoadSums sums() {
    return percentKnownMillis == 0 && vramKnownMillis == 0
        ? LoadSums.NONE
        : new LoadSums(percentMillis, percentKnownMillis, vramMebibyteMillis, vramKnownMillis);
  }

  private OptionalLong millis(long nanos) {
    return busyKnown ? OptionalLong.of(MeterTally.millis(nanos)) : OptionalLong.empty();
  }

  private static OptionalLong larger(OptionalLong known, long found) {
    return known.isPresent() && known.getAsLong() >= found ? known : OptionalLong.of(found);
  }

  /** To the nearest. */
  private static OptionalLong mean(long sum, long knownMillis) {
    return knownMillis == 0
        ? OptionalLong.empty()
        : OptionalLong.of((sum + knownMillis / 2) / knownMillis);
  }
}
