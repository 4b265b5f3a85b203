package org.sobre.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.sobre.energy.station.OwnStation;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;
import org.sobre.jobs.station.DaemonLauncher;
import org.sobre.jobs.station.MeteredRun;
import org.sobre.jobs.station.OwnDaemon;
import org.sobre.jobs.station.RunOpening;
import org.sobre.jobs.station.Station;
import org.sobre.slurm.job.Allocation.Devices;

/** Who counts for a wrapped command that is no Slurm job, by what the configuration says. */
final class OutsideSlurm {

  private static final Messages MESSAGES = Messages.of(OutsideSlurm.class);

  /** A command waits no longer for the user's own daemon to begin. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private OutsideSlurm() {}

  /**
   * On a cluster's node nobody: the daemon there counts Slurm's jobs.
   *
   * @param config absent if it could not be read
   * @param named the file of {@code --config}, for the daemon too
   */
  static RunOpening of(
      Optional<SobreConfig> config, Optional<Path> named, Optional<String> account) {
    if (config.isEmpty()) {
      return (devices, program) ->
          Reading.unavailable(Reason.FAILED, MESSAGES.text("config.unreadable"));
    }
    if (config.get().slurm().string("controller").isPresent()) {
      return Station.slurmNode();
    }
    return (devices, program) -> onStation(named, account, devices, program);
  }

  private static Reading<MeteredRun> onStation(
      Optional<Path> named, Optional<String> account, Devices devices, String program) {
    try {
      OwnDaemon own =
          new OwnDaemon(OwnStation.ofThisUser(), new DaemonLauncher(monitord(), named), PATIENCE);
      Path system = SysRoot.machine().run().resolve("sobre/job.sock");
      return new Station(system, own, account).begin(devices, program);
    } catch (IOException e) {
      return Reading.unavailable(Reason.FAILED, Main.inputOutput(e));
    }
  }

  /** Installed, or what the launcher of a checkout says. */
  private static Path monitord() {
    return Path.of(System.getProperty("sobre.monitord", "/usr/sbin/sobre-monitord"));
  }
}
