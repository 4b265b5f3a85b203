package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.energy.station.OwnStation;
import org.sobre.hardware.node.HostName;
import org.sobre.hardware.probe.SysRoot;

/** Its user logged out, which took the run directory away, and in again. */
@Timeout(60)
class OwnDaemonLeftBehindTest {

  @TempDir Path root;

  /** The daemon that was left: another process, because a process has its locks as a whole. */
  static final class Earlier {
    private Earlier() {}

    public static void main(String[] arguments) throws IOException {
      DaemonLock lock = DaemonLock.tryTake(Path.of(arguments[0])).orElseThrow();
      System.out.println("held");
      while (System.in.read() >= 0) {}
      lock.close();
    }
  }

  @Test
  void theNextDaemonDoesNotWriteItsLedgerToo() throws Exception {
    Path config = Files.writeString(root.resolve("sobre.yaml"), "schema: sobre/1\n");
    OwnStation station =
        new OwnStation(root.resolve("run"), root.resolve("state"), root.resolve("cache"));
    Files.createDirectories(station.ledger());
    Path held = station.state().resolve("monitord." + HostName.of(SysRoot.machine()) + ".lock");
    Process earlier =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Earlier.class.getName(),
                held.toString())
            .start();
    try {
      assertThat(earlier.inputReader().readLine()).isEqualTo("held");
      Daemon daemon = new Daemon(Settings.load(Optional.of(config)));

      assertThatThrownBy(() -> daemon.runForUser(station))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("writes " + station.ledger());
      assertThat(station.ledger()).isEmptyDirectory();
    } finally {
      earlier.destroy();
    }
  }
}
