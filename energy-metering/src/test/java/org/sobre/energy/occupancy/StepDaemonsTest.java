package org.sobre.energy.occupancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.probe.SysRoot;

class StepDaemonsTest {

  private static final int ALICE = 1000;
  private static final long PERIOD = StepDaemons.PERIOD.toNanos();

  @TempDir Path root;
  private long now;

  private StepDaemons daemons() {
    SysRoot machine = new SysRoot(root);
    return new StepDaemons(machine, new ProcessTable(machine), StepDaemons.ROOT_ONLY);
  }

  @BeforeEach
  void layOut() throws IOException {
    start(1, 0, 0, "/sbin/init");
  }

  @Test
  void findsThemWithTheirJobAndStart() throws IOException {
    start(40, 1, 0, "slurmstepd: [12.batch]");
    start(41, 40, ALICE, "/bin/bash");

    assertThat(poll(daemons()))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.title().job()).isEqualTo(12);
              assertThat(one.process().pid()).isEqualTo(40);
              assertThat(one.startNanos()).isEqualTo(4_000 * 10_000_000L);
            });
  }

  /** Between slurmd's fork and the title nothing tells what it will be. */
  @Test
  void oneGetsItsTitleAfterItsStart() throws IOException {
    StepDaemons daemons = daemons();
    start(40, 1, 0, "/usr/sbin/slurmd");
    assertThat(poll(daemons)).isEmpty();
    start(40, 1, 0, "/usr/sbin/slurmstepd");
    assertThat(poll(daemons)).isEmpty();
    assertThat(poll(daemons)).isEmpty();
    start(40, 1, 0, "slurmstepd: [12.batch]");
    assertThat(poll(daemons)).hasSize(1);
  }

  @Test
  void whatIsNoneIsNotLookedAtForAWhileAndThenAgain() throws IOException {
    StepDaemons daemons = daemons();
    start(40, 1, 0, "/usr/bin/python3");
    poll(daemons);
    poll(daemons);
    start(40, 1, 0, "slurmstepd: [12.batch]");
    assertThat(poll(daemons)).as("a program does not become one").isEmpty();
    now += 60_000_000_000L;
    assertThat(poll(daemons)).as("a pid may be given anew").hasSize(1);
  }

  @Test
  void oneThatEndsIsGoneAtOnce() throws IOException {
    StepDaemons daemons = daemons();
    start(40, 1, 0, "slurmstepd: [12.batch]");
    assertThat(poll(daemons)).hasSize(1);
    Files.delete(root.resolve("proc/40/stat"));
    assertThat(daemons.poll(now)).isEmpty();
  }

  @Test
  void onlyRootsCount() throws IOException {
    start(40, 1, ALICE, "slurmstepd: [12.batch]");
    assertThat(poll(daemons())).isEmpty();
  }

  /** He makes it as long as he likes, and has whoever opens it wait. */
  @Test
  void aUsersCommandLineIsNotOpened() throws Exception {
    start(40, 1, ALICE, "");
    Path cmdline = root.resolve("proc/40/cmdline");
    Files.delete(cmdline);
    assertThat(new ProcessBuilder("mkfifo", cmdline.toString()).start().waitFor()).isZero();
    start(41, 1, 0, "slurmstepd: [12.batch]");

    List<StepDaemon> found =
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> poll(daemons()));
    assertThat(found).hasSize(1);
  }

  /** The kernel reads a command line only with the target's memory lock, which it may keep. */
  @Test
  void theCommandLineOfAProgramOfRootsThatMayHangIsNotOpened() throws Exception {
    start(40, 1, 0, "nvidia-smi -q");
    Path cmdline = root.resolve("proc/40/cmdline");
    Files.delete(cmdline);
    assertThat(new ProcessBuilder("mkfifo", cmdline.toString()).start().waitFor()).isZero();
    start(41, 1, 0, "slurmstepd: [12.batch]");

    List<StepDaemon> found =
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> poll(daemons()));
    assertThat(found).hasSize(1);
  }

  /** As sudo does while it waits for its caller's password: root's user, the caller's group. */
  @Test
  void aProgramThatBecameRootOnceIsNone() throws IOException {
    start(40, 1, 0, "slurmstepd: [12.batch]");
    Path status = root.resolve("proc/40/status");
    Files.writeString(status, Files.readString(status).replace("Gid:\t0", "Gid:\t1000"));
    assertThat(poll(daemons())).isEmpty();
  }

  @Test
  void ofAnyCommandLineOnlyTheBeginningIsRead() throws IOException {
    start(40, 1, 0, "slurmstepd: [12.batch]");
    try (RandomAccessFile file =
        new RandomAccessFile(root.resolve("proc/40/cmdline").toFile(), "rw")) {
      file.setLength(3L << 30);
    }
    assertThat(poll(daemons())).hasSize(1);
  }

  @Test
  void theUserIsWhoseProcessesAreBelow() throws IOException {
    StepDaemons daemons = daemons();
    start(40, 1, 0, "slurmstepd: [12.extern]");
    start(41, 40, 0, "sleep");
    List<StepDaemon> all = poll(daemons);
    assertThat(daemons.usersBelow(all)).as("its own process is root's").isEmpty();
    start(42, 1, 0, "slurmstepd: [12.batch]");
    start(43, 42, 0, "/bin/sh");
    all = poll(daemons);
    assertThat(daemons.usersBelow(all)).as("a job of root's").containsExactly(entry(12L, 0));
    start(44, 40, ALICE, "/bin/sh");
    start(50, 1, 0, "slurmstepd: [13.0]");
    start(51, 50, 1_001, "/bin/sh");
    all = poll(daemons);
    assertThat(daemons.usersBelow(all)).containsOnly(entry(12L, ALICE), entry(13L, 1_001));
  }

  /** Whatever the order of their pids: a site's task prolog may leave a helper of another user. */
  @Test
  void aHelperOfAnotherUserIsNotTheJobs() throws IOException {
    StepDaemons daemons = daemons();
    start(40, 1, 0, "slurmstepd: [12.batch]");
    start(41, 1, 0, "slurmstepd: [12.0]");
    start(43, 40, ALICE, "/bin/sh");
    start(44, 41, 990, "helper");
    start(45, 41, 990, "helper");
    start(50, 1, 0, "slurmstepd: [13.0]");
    for (long pid = 51; pid < 56; pid++) {
      start(pid, 50, pid == 53 ? 990 : ALICE, "rank");
    }
    assertThat(daemons.usersBelow(poll(daemons)))
        .containsOnly(entry(12L, ALICE), entry(13L, ALICE));
  }

  @Test
  void aListOfProcessesThatBreaksOffTellsOfThoseBefore() {
    List<Long> pids = new ArrayList<>();
    Iterator<Path> some = List.of(Path.of("/proc/7")).iterator();
    StepDaemons.take(
        () ->
            new Iterator<>() {
              @Override
              public boolean hasNext() {
                return true;
              }

              @Override
              public Path next() {
                if (some.hasNext()) {
                  return some.next();
                }
                throw new DirectoryIteratorException(new IOException("Input/output error"));
              }
            },
        pids);
    assertThat(pids).containsExactly(7L);
  }

  @Test
  void aMachineWhoseProcessesAreHiddenTellsNothing() throws IOException {
    assertThat(daemons().canSee()).isTrue();
    Files.delete(root.resolve("proc/1/status"));
    assertThat(daemons().canSee()).isFalse();
  }

  private List<StepDaemon> poll(StepDaemons daemons) {
    now += PERIOD;
    return daemons.poll(now);
  }

  private void start(long pid, long parent, int uid, String cmdline) throws IOException {
    Path directory = Files.createDirectories(root.resolve("proc/" + pid));
    Files.writeString(
        directory.resolve("stat"),
        pid
            + " ("
            + program(cmdline)
            + ") S "
            + parent
            + " 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 "
            + pid * 100
            + " 0 0\n");
    Files.writeString(
        directory.resolve("status"), "Name:\tx\nUid:\t" + uid + "\t0\t0\t0\nGid:\t0\t0\n");
    Files.writeString(directory.resolve("cmdline"), cmdline + "\0");
  }

  /** The file's name, however its process calls itself. */
  private static String program(String cmdline) {
    String first = cmdline.split("[: ]", 2)[0];
    return first.substring(first.lastIndexOf('/') + 1);
  }
}
