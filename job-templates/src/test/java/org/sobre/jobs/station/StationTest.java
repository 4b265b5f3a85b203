package org.sobre.jobs.station;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.energy.station.OwnStation;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.Reading;
import org.sobre.slurm.job.Allocation.Devices;
import org.sobre.slurm.job.JobKey;

/** Who counts for a run outside Slurm: with real sockets, and scripts in the daemon's place. */
class StationTest {

  private static final String BEGUN = "{\"v\":1,\"job\":\"4242.0\"}\n";

  @TempDir private Path directory;

  private Path system;
  private OwnStation files;

  @BeforeEach
  void aUsersDirectories() throws IOException {
    system = directory.resolve("job.sock");
    files =
        new OwnStation(
            directory.resolve("run"), directory.resolve("state"), directory.resolve("cache"));
    Files.createDirectory(files.run());
    Files.setPosixFilePermissions(files.run(), PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void theSystemsDaemonIsToldWhoWhatAndWhich() throws IOException {
    try (FakeDaemon daemon = new FakeDaemon(system, line -> BEGUN)) {
      Reading<MeteredRun> run =
          station("false", Optional.of("lab1"))
              .begin(new Devices.Identified(List.of("GPU-5c1f")), "/usr/bin/python3");
      assertThat(run.measured()).contains(new MeteredRun(new JobKey(4242, 0), system, true));
      assertThat(daemon.asked)
          .containsExactly(
              "{\"v\":1,\"begin\":{\"pid\":"
                  + ProcessHandle.current().pid()
                  + ",\"account\":\"lab1\",\"command\":\"python3\",\"cpus\":"
                  + Runtime.getRuntime().availableProcessors()
                  + ",\"gpus\":{\"ids\":[\"GPU-5c1f\"]}}}\n");
    }
    assertThat(files.log()).doesNotExist();
  }

  @Test
  void everyWayToHoldGpusHasItsWord() throws IOException {
    try (FakeDaemon daemon = new FakeDaemon(system, line -> BEGUN)) {
      for (Devices devices :
          List.of(
              new Devices.All(),
              new Devices.None(),
              new Devices.Visible(List.of(0, 1)),
              new Devices.Visible(GpuVendor.AMD, List.of(1)))) {
        station("false", Optional.empty()).begin(devices, "x");
      }
      assertThat(daemon.asked)
          .satisfiesExactly(
              all -> assertThat(all).contains("\"gpus\":{\"all\":true}").doesNotContain("account"),
              none -> assertThat(none).contains("\"gpus\":{\"none\":true}"),
              some ->
                  assertThat(some).contains("\"gpus\":{\"indices\":[0,1],\"vendor\":\"nvidia\"}"),
              amd -> assertThat(amd).contains("\"gpus\":{\"indices\":[1],\"vendor\":\"amd\"}"));
    }
  }

  @Test
  void aDaemonThatRefusesIsNotGoneRound() throws IOException {
    try (FakeDaemon refusing =
            new FakeDaemon(system, line -> "{\"v\":1,\"error\":\"64 runs are open\"}\n");
        FakeDaemon own = new FakeDaemon(files.socket(), line -> BEGUN)) {
      assertThat(reason(begin(station("false", Optional.empty()))))
          .isEqualTo("sobre-monitord says: 64 runs are open");
      assertThat(refusing.asked).hasSize(1);
      assertThat(own.asked).isEmpty();
    }
  }

  @Test
  void withoutASystemsDaemonTheUsersOwnCounts() throws IOException {
    try (FakeDaemon own = new FakeDaemon(files.socket(), line -> BEGUN)) {
      assertThat(begin(station("false", Optional.empty())).measured())
          .contains(new MeteredRun(new JobKey(4242, 0), files.socket(), true));
      assertThat(own.asked).hasSize(1);
    }
    assertThat(files.log()).doesNotExist();
  }

  @Test
  void theUsersOwnIsStartedApartAndAwaited() throws IOException {
    Path prepared = directory.resolve("prepared.sock");
    try (FakeDaemon own = new FakeDaemon(prepared, line -> BEGUN)) {
      String script =
          """
          echo "$@"
          readlink /proc/$$/fd/0 /proc/$$/cwd
          read -r pid name state parent group session rest < /proc/$$/stat
          [ "$pid" = "$session" ] && echo leads its session
          mv %s %s
          """
              .formatted(prepared, files.socket());
      assertThat(begin(station(script, Optional.empty())).measured())
          .contains(new MeteredRun(new JobKey(4242, 0), files.socket(), true));
      assertThat(own.asked).hasSize(1);
    }
    assertThat(files.log())
        .hasContent(
            "--own --config "
                + directory.resolve("sobre.yaml")
                + "\n/dev/null\n/\nleads its session\n");
    assertThat(Files.getPosixFilePermissions(files.state()))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void aDaemonThatIsAboutToEndIsSucceeded() throws IOException {
    String ending = "{\"v\":1,\"error\":\"this daemon is ending\",\"again\":true}\n";
    Path next = directory.resolve("next.sock");
    // the first start finds the old one there and leaves it the work; the second takes over
    String script =
        "[ -e %1$s ] && exec mv %2$s %3$s; touch %1$s"
            .formatted(directory.resolve("started"), next, files.socket());
    try (FakeDaemon old = new FakeDaemon(files.socket(), line -> ending);
        FakeDaemon successor = new FakeDaemon(next, line -> BEGUN)) {
      assertThat(begin(station(script, Optional.empty())).measured())
          .contains(new MeteredRun(new JobKey(4242, 0), files.socket(), true));
      assertThat(old.asked).isNotEmpty();
      assertThat(successor.asked).hasSize(1);
    }
  }

  @Test
  void aDaemonThatFailsIsToldAtOnce() throws IOException {
    long begin = System.nanoTime();
    assertThat(reason(begin(station("echo no meter >&2; exit 74", Optional.empty()))))
        .isEqualTo("sobre-monitord --own ended with status 74; " + files.log() + " says why");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(1900));
    assertThat(files.log()).hasContent("no meter");
  }

  @Test
  void aDaemonThatNeverAnswersIsNotWaitedFor() throws IOException {
    long begin = System.nanoTime();
    assertThat(reason(begin(station("exit 0", Optional.empty()))))
        .isEqualTo("sobre-monitord --own gave no answer within 2 s; see " + files.log());
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(seconds(2), seconds(4));
  }

  /** A home that is full, read-only or another's. */
  @Test
  void aStateDirectoryThatCannotBeMadeIsNamedWithWhatWasExpected() throws IOException {
    Files.writeString(files.state(), "no directory");
    assertThat(reason(station("exit 0", Optional.empty()).begin(new Devices.All(), "true")))
        .startsWith(files.state() + ": expected a directory that can be made and written");
  }

  @Test
  void aDaemonThatIsNotInstalledIsNamed() {
    Path nowhere = directory.resolve("no/sobre-monitord");
    assertThat(reason(begin(station(nowhere, Optional.empty()))))
        .isEqualTo("there is no " + nowhere + " to measure with; install the package sobre-node");
  }

  /** In /tmp anybody can make the directory first, and listen there. */
  @Test
  void aSocketInADirectoryThatOthersMayWriteIsNotSpokenTo() throws IOException {
    Files.setPosixFilePermissions(files.run(), PosixFilePermissions.fromString("rwxrwxrwx"));
    try (FakeDaemon trap = new FakeDaemon(files.socket(), line -> BEGUN)) {
      assertThat(reason(begin(station("exit 0", Optional.empty()))))
          .startsWith(files.run() + ": expected a directory of yours");
      assertThat(trap.asked).isEmpty();
    }
  }

  @Test
  void aLogThatHasGrownIsBegunAnew() throws IOException {
    Files.createDirectory(files.state());
    Files.write(files.log(), new byte[(1 << 20) + 1]);
    begin(station("echo begun; exit 1", Optional.empty()));
    assertThat(files.log()).hasContent("begun");
    assertThat(files.state().resolve("monitord.log.1")).hasSize((1 << 20) + 1);
  }

  @Test
  void onASlurmNodeNoRunIsBegun() {
    assertThat(reason(begin(Station.slurmNode())))
        .startsWith("outside a Slurm job on a Slurm node: ");
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static Reading<MeteredRun> begin(RunOpening opening) {
    return opening.begin(new Devices.All(), "x");
  }

  private static String reason(Reading<MeteredRun> run) {
    return run.match(Object::toString, none -> none.detail());
  }

  private Station station(String script, Optional<String> account) throws IOException {
    Path program = Files.writeString(directory.resolve("monitord"), "#!/bin/sh\n" + script + "\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return station(program, account);
  }

  private Station station(Path program, Optional<String> account) {
    DaemonLauncher launcher =
        new DaemonLauncher(program, Optional.of(directory.resolve("sobre.yaml")));
    return new Station(system, new OwnDaemon(files, launcher, Duration.ofSeconds(2)), account);
  }
}
