package org.sobre.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.sobre.energy.station.OwnStation;
import org.sobre.hardware.probe.SysRoot;

/** Where daemons answer on this machine: the system's, and the user's own. */
final class DaemonSockets {

  private DaemonSockets() {}

  /** The system's first. A directory that is not the user's alone holds no daemon of his. */
  static List<Path> all() throws IOException {
    OwnStation own = OwnStation.ofThisUser();
    Path system = SysRoot.machine().run().resolve("sobre/job.sock");
    return OwnStation.isDirectoryOf(own.run(), OwnStation.uidOfThisProcess())
        ? List.of(system, own.socket())
        : List.of(system);
  }
}
