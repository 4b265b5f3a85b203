package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.energy.station.OwnStation;
import org.sobre.hardware.probe.SysRoot;

/** What only a user's own daemon has: directories, lock, its own look at the machine. */
class OwnDaemonPartsTest {

  @TempDir Path root;

  @Test
  void itsDirectoriesAreForTheUserAlone() throws IOException {
    OwnStation station = station();
    OwnDirectories.make(station, me());
    OwnDirectories.make(station, me());

    for (Path directory : List.of(station.run(), station.state(), station.ledger())) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void aRunDirectoryThatOthersMayReadIsTakenBack() throws IOException {
    OwnStation station = station();
    Files.createDirectory(station.run());
    Files.setPosixFilePermissions(station.run(), PosixFilePermissions.fromString("rwxr-xr-x"));
    OwnDirectories.make(station, me());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(station.run())))
        .isEqualTo("rwx------");
  }

  @ParameterizedTest
  @ValueSource(strings = {"link", "writable", "file"})
  void aRunDirectoryThatSomebodyElsePutThereIsRefused(String what) throws IOException {
    OwnStation station = station();
    Path elsewhere = Files.createDirectory(root.resolve("elsewhere"));
    switch (what) {
      case "link" -> Files.createSymbolicLink(station.run(), elsewhere);
      case "file" -> Files.createFile(station.run());
      default -> {
        Files.createDirectory(station.run());
        Files.setPosixFilePermissions(station.run(), PosixFilePermissions.fromString("rwxrwxrwx"));
      }
    }
    assertThatThrownBy(() -> OwnDirectories.make(station, me()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("expected a directory of uid");
  }

  @Test
  void oneOfAnotherUserIsRefused() throws IOException {
    OwnStation station = station();
    OwnDirectories.make(station, me());
    assertThatThrownBy(() -> OwnDirectories.make(station, me() + 1))
        .hasMessageContaining("expected a directory of uid");
  }

  @Test
  void theLockIsNotFollowedThroughALink() throws IOException {
    Path precious = Files.writeString(root.resolve("precious"), "text");
    Path lock = Files.createSymbolicLink(root.resolve("lock"), precious);
    assertThatThrownBy(() -> DaemonLock.tryTake(lock)).isInstanceOf(IOException.class);
    assertThat(precious).hasContent("text");
  }

  /** Within one process a lock is not asked of the kernel twice, so another one has to hold it. */
  @Test
  void aDaemonThatHoldsTheLockAndDoesNotAnswerIsNamed() throws Exception {
    Path lock = root.resolve("lock");
    String hold =
        "import fcntl,sys;f=open(sys.argv[1],'w');fcntl.lockf(f,fcntl.LOCK_EX);"
            + "print('held',flush=True);sys.stdin.read()";
    Process holder = new ProcessBuilder("python3", "-c", hold, lock.toString()).start();
    try {
      assertThat(holder.inputReader().readLine()).isEqualTo("held");
      assertThat(DaemonLock.tryTake(lock)).isEmpty();
      assertThatThrownBy(
              () -> DaemonLock.take(lock, root.resolve("no.sock"), Duration.ofMillis(300)))
          .hasMessageContaining("another sobre-monitord holds " + lock);
    } finally {
      holder.destroyForcibly().waitFor();
    }
    assertThat(DaemonLock.take(lock, root.resolve("no.sock"), Duration.ofSeconds(1))).isPresent();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"0 | 1", "0-7 | 8", "0-3,8-11,15 | 9", "0-1023 | 1024"})
  void countsTheProcessorsThatAreOn(String list, int count) throws IOException {
    online(list);
    assertThat(OnlineCpus.count(new SysRoot(root))).isEqualTo(count);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "all", "0-", "0,,1"})
  void refusesWhatIsNoListOfProcessors(String list) throws IOException {
    online(list);
    assertThatThrownBy(() -> OnlineCpus.count(new SysRoot(root)))
        .hasMessageContaining("expected processors as 0-15,32");
  }

  @Test
  void runsDoNotWaitForTheLookAtTheMachine() {
    ScannedNode node =
        ScannedNode.scanning(
            () -> {
              await().until(() -> Files.exists(root.resolve("go")));
              return new ScannedNode.Found(8, List.of());
            });
    assertThat(node.refresh()).isFalse();
    assertThat(node.gpus()).isEmpty();
    assertThat(node.cpus()).isEmpty();
  }

  @Test
  void whatTheLookFoundIsKnownFromThenOn() throws IOException {
    ScannedNode node = ScannedNode.scanning(() -> new ScannedNode.Found(8, List.of()));
    await().until(node::refresh);
    assertThat(node.refresh()).as("once").isFalse();
    assertThat(node.cpus()).hasValue(8);
    assertThat(node.gpus()).contains(List.of());
  }

  private void online(String list) throws IOException {
    Path file = root.resolve("sys/devices/system/cpu/online");
    Files.createDirectories(file.getParent());
    Files.writeString(file, list + "\n");
  }

  private OwnStation station() {
    return new OwnStation(root.resolve("run"), root.resolve("state"), root.resolve("cache"));
  }

  private static int me() throws IOException {
    return OwnStation.uidOfThisProcess();
  }
}
