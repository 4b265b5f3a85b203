package org.sobre.energy.station;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnStationTest {

  private static final Path HOME = Path.of("/home/alice");

  @TempDir private Path directory;

  @Test
  void withoutVariablesTheSpecificationsDefaultsAndTmp() {
    OwnStation station = OwnStation.of(Map.of(), HOME, 1203, path -> true);
    assertThat(station.socket()).isEqualTo(Path.of("/tmp/sobre-1203/job.sock"));
    assertThat(station.ledger()).isEqualTo(Path.of("/home/alice/.local/state/sobre/ledger"));
    assertThat(station.log()).isEqualTo(Path.of("/home/alice/.local/state/sobre/monitord.log"));
    assertThat(station.cache()).isEqualTo(Path.of("/home/alice/.cache/sobre"));
  }

  @Test
  void theVariablesGoBefore() {
    OwnStation station =
        OwnStation.of(
            Map.of(
                "HOME", "/elsewhere",
                "XDG_RUNTIME_DIR", "/run/user/1203",
                "XDG_STATE_HOME", "/state",
                "XDG_CACHE_HOME", "not/absolute"),
            HOME,
            1203,
            path -> true);
    assertThat(station.run()).isEqualTo(Path.of("/run/user/1203/sobre"));
    assertThat(station.state()).isEqualTo(Path.of("/state/sobre"));
    assertThat(station.cache()).isEqualTo(Path.of("/elsewhere/.cache/sobre"));
  }

  /** As su leaves it behind: the directory is the other user's. */
  @Test
  void anothersRuntimeDirectoryIsNotTaken() {
    Map<String, String> environment = Map.of("XDG_RUNTIME_DIR", "/run/user/0");
    OwnStation station = OwnStation.of(environment, HOME, 1203, path -> false);
    assertThat(station.run()).isEqualTo(Path.of("/tmp/sobre-1203"));
  }

  /** As sudo -E leaves it behind: what root made there, the user could not write any more. */
  @Test
  void rootMakesNothingInAnothersHome() {
    Map<String, String> environment =
        Map.of("HOME", "/home/alice", "XDG_STATE_HOME", "/home/alice/state");
    Path root = Path.of("/root");
    OwnStation borrowed =
        OwnStation.of(environment, root, 0, path -> !path.startsWith("/home/alice"));
    assertThat(borrowed.state()).isEqualTo(Path.of("/root/.local/state/sobre"));
    assertThat(borrowed.cache()).isEqualTo(Path.of("/root/.cache/sobre"));
    OwnStation own = OwnStation.of(environment, root, 0, path -> true);
    assertThat(own.state()).isEqualTo(Path.of("/home/alice/state/sobre"));
    OwnStation user = OwnStation.of(environment, HOME, 1203, path -> false);
    assertThat(user.state()).isEqualTo(Path.of("/home/alice/state/sobre"));
  }

  @Test
  void onlyARealDirectoryOfTheUsersThatNobodyElseMayWriteIsOwn() throws IOException {
    int uid = OwnStation.uidOfThisProcess();
    Path own = Files.createDirectory(directory.resolve("own"));
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwx------"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), own);
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThat(OwnStation.isDirectoryOf(own, uid)).isTrue();
    assertThat(OwnStation.isDirectoryOf(own, uid + 1)).isFalse();
    assertThat(OwnStation.isDirectoryOf(link, uid)).isFalse();
    assertThat(OwnStation.isDirectoryOf(file, uid)).isFalse();
    assertThat(OwnStation.isDirectoryOf(directory.resolve("none"), uid)).isFalse();
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwx---"));
    assertThat(OwnStation.isDirectoryOf(own, uid)).isFalse();
  }
}
