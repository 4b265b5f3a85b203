package org.sobre.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sobre.energy.station.OwnStation;
import org.sobre.hardware.node.HostName;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.jobs.calibration.CalibrationStore;
import org.sobre.jobs.models.ModelsConfig;

/** Where it is remembered what batches take: by the user, and for all by the site. */
final class CalibrationFiles {

  /** The site's, unless it says where. */
  private static final Path SITE = Path.of("/etc/sobre/calibration");

  private static final int ROOT = 0;

  private CalibrationFiles() {}

  /** Empty where not even the user of this process is known. */
  static Optional<CalibrationStore> ofThisUser(ModelsConfig models) {
    try {
      Path own = OwnStation.ofThisUser().state().resolve("calibration");
      String host = HostName.of(SysRoot.machine());
      Path shared = models.calibration().orElse(SITE);
      return Optional.of(new CalibrationStore(own, host, List.of(shared), trusted(shared)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Root, and whom the site's directory belongs to: others' experiences would bind everybody. */
  private static Set<Integer> trusted(Path directory) {
    try {
      Object owner = Files.getAttribute(directory, "unix:uid");
      return owner instanceof Integer uid && uid != ROOT ? Set.of(ROOT, uid) : Set.of(ROOT);
    } catch (IOException e) {
      // one that is not there has no files
      return Set.of();
    }
  }
}
