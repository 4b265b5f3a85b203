package org.sobre.daemon;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.energy.ledger.MeterId;
import org.sobre.hardware.units.Reading.Reason;
import org.sobre.slurm.job.JobFacts;

/**
 * The node as it stands, of the last second: for {@code sobre watch}.
 *
 * @param devices that have a meter
 * @param users who have a run here that goes on
 */
record NodeView(String node, List<DeviceView> devices, List<Integer> users) {

  /**
   * @param milliwatts the mean of about the last second; absent while the meter is not seen
   * @param missing why the meter gives nothing; absent where it does
   * @param holders runs that hold it, or a partition of it each; of a CPU package nobody
   */
  record DeviceView(
      MeterId meter,
      OptionalLong milliwatts,
      OptionalInt busyPercent,
      OptionalLong memoryUsedMebibytes,
      OptionalLong memoryTotalMebibytes,
      OptionalInt celsius,
      Optional<Reason> missing,
      List<Holder> holders) {
    DeviceView {
      requireNonNull(missing, "missing");
      requireNonNull(meter, "meter");
      requireNonNull(milliwatts, "milliwatts");
      requireNonNull(busyPercent, "busyPercent");
      requireNonNull(memoryUsedMebibytes, "memoryUsedMebibytes");
      requireNonNull(memoryTotalMebibytes, "memoryTotalMebibytes");
      requireNonNull(celsius, "celsius");
      holders = List.copyOf(holders);
    }

    /** Of a meter that gives something. */
    DeviceView(
        MeterId meter,
        OptionalLong milliwatts,
        OptionalInt busyPercent,
        OptionalLong memoryUsedMebibytes,
        OptionalLong memoryTotalMebibytes,
        OptionalInt celsius,
        List<Holder> holders) {
      this(
          meter,
          milliwatts,
          busyPercent,
          memoryUsedMebibytes,
          memoryTotalMebibytes,
          celsius,
          Optional.empty(),
          holders);
    }
  }

  /**
   * @param partition what it holds of the device, by its profile; absent for the whole
   */
  record Holder(JobFacts job, Optional<String> partition) {
    Holder {
      requireNonNull(job, "job");
      requireNonNull(partition, "partition");
    }
  }

  NodeView {
    requireNonNull(node, "node");
    devices = List.copyOf(devices);
    users = List.copyOf(users);
  }

  /** Before anything was seen. */
  static NodeView empty(String node) {
    return new NodeView(node, List.of(), List.of());
  }
}
