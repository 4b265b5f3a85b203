package org.sobre.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/** With real processes: small scripts that behave as badly as the tool may. */
class ToolRowStreamTest {

  private static final List<String> FIELDS = List.of("uuid", "power.draw");

  @TempDir Path directory;
  private final List<StreamEvent> seen = new ArrayList<>();

  @Test
  void linesComeAsTheyArePrinted() throws IOException {
    try (ToolRowStream stream = stream("echo one; echo two >&2; exec sleep 60")) {
      awaitLine(stream, "two");
    }
    assertThat(seen.get(0)).isInstanceOf(StreamEvent.Started.class);
    assertThat(lines()).containsExactly("one", "two");
  }

  @Test
  void aToolThatEndsIsStartedAgainAndNeverTwice() throws IOException {
    String onlyOne = "mkdir lock || echo second; echo row; sleep 0.1; rmdir lock";
    try (ToolRowStream stream = stream("cd " + directory + "; " + onlyOne)) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                seen.addAll(stream.drain());
                return lines().size() >= 2;
              });
    }
    assertThat(lines()).containsOnly("row");
    assertThat(seen.get(2)).isInstanceOf(StreamEvent.Ended.class);
  }

  /** The words of an error are lines too. */
  @Test
  void aToolThatOnlySaysWhyItCannotIsTriedLessAndLess() throws IOException {
    List<Long> ends = new ArrayList<>();
    try (ToolRowStream stream = stream("echo 'No devices were found'; exit 6")) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                for (StreamEvent event : stream.drain()) {
                  if (event instanceof StreamEvent.Ended) {
                    ends.add(System.nanoTime());
                  }
                }
                return ends.size() >= 3;
              });
    }
    assertThat(ends.get(1) - ends.get(0)).isGreaterThan(1_700_000_000L);
    assertThat(ends.get(2) - ends.get(1)).isGreaterThan(3_700_000_000L);
  }

  @Test
  void closingLeavesNothingBehindEvenOfOneThatIgnoresSigterm() throws IOException {
    String stubborn = "trap '' TERM; sleep 300 & echo $$ $!; wait; sleep 300";
    List<ProcessHandle> processes = new ArrayList<>();
    try (ToolRowStream stream = stream(stubborn)) {
      await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () -> {
                seen.addAll(stream.drain());
                return !lines().isEmpty();
              });
      for (String pid : lines().get(0).split(" ", -1)) {
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(processes::add);
      }
      assertThat(processes).hasSize(2);
    }
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void restartEndsAToolThatHangs() throws IOException {
    try (ToolRowStream stream = stream("echo row; exec sleep 300")) {
      awaitLine(stream, "row");
      stream.restart();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () -> {
                seen.addAll(stream.drain());
                return lines().size() == 2;
              });
    }
  }

  @Test
  void aToolThatIsNotThereIsNotPresent() {
    try (ToolRowStream stream =
        new ToolRowStream(
            () -> Reading.of(FIELDS),
            fields -> List.of(directory.resolve("absent").toString()),
            new FakeClock())) {
      await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () -> {
                seen.addAll(stream.drain());
                return !seen.isEmpty();
              });
    }
    assertThat(((StreamEvent.Ended) seen.get(0)).reason()).isEqualTo(Reason.NOT_PRESENT);
  }

  @Test
  void aToolThatDoesNotEndIsNotWaitedFor() throws InterruptedException {
    AtomicBoolean hangs = new AtomicBoolean(true);
    CountDownLatch asked = new CountDownLatch(1);
    ToolRowStream stream =
        new ToolRowStream(
            () -> {
              asked.countDown();
              while (hangs.get()) {
                LockSupport.parkNanos(1_000_000);
                Thread.interrupted();
              }
              return Reading.of(FIELDS);
            },
            fields -> List.of("false"),
            new FakeClock());
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    assertTimeout(Duration.ofSeconds(1), stream::close, "other meters wait meanwhile");
    assertThat(stream.holdsNothing()).isFalse();
    hangs.set(false);
    await().until(stream::holdsNothing);
  }

  private void awaitLine(ToolRowStream stream, String line) {
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> {
              seen.addAll(stream.drain());
              return lines().contains(line);
            });
  }

  private List<String> lines() {
    return seen.stream()
        .flatMap(
            event ->
                event instanceof StreamEvent.Line line
                    ? Optional.of(line.text()).stream()
                    : Optional.<String>empty().stream())
        .toList();
  }

  private ToolRowStream stream(String script) throws IOException {
    Path file = directory.resolve("tool");
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return new ToolRowStream(
        () -> Reading.of(FIELDS), fields -> List.of(file.toString()), new FakeClock());
  }
}
