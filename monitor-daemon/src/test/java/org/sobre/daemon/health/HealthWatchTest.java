package org.sobre.daemon.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.PciAddress;
import org.sobre.slurm.health.CardLook;
import org.sobre.slurm.health.HealthCard;
import org.sobre.slurm.health.HealthConfig;
import org.sobre.slurm.health.HealthFormatException;
import org.sobre.slurm.health.HealthPolicy;
import org.sobre.slurm.health.HealthState;
import org.sobre.slurm.health.HealthStateCodec;
import org.sobre.slurm.health.Verdict.Word;

class HealthWatchTest {

  private static final HealthCard CARD =
      new HealthCard(0, GpuVendor.NVIDIA, "GPU-0", PciAddress.parse("0000:24:00.0").orElseThrow());

  @TempDir Path directory;
  private Path file;
  private Path kmsg;
  private final AtomicLong seconds = new AtomicLong(100);
  private Optional<List<HealthCard>> cards = Optional.of(List.of(CARD));
  private final UptimeClock clock =
      new UptimeClock() {
        @Override
        public long nanosSinceBoot() {
          return Duration.ofSeconds(seconds.get()).toNanos();
        }

        @Override
        public Instant wall() {
          return Instant.EPOCH;
        }
      };
  private final CardRelease release = new CardRelease(clock);

  @BeforeEach
  void quietKernel() throws IOException {
    file = directory.resolve("health");
    kmsg = Files.writeString(directory.resolve("kmsg"), "6,1,100,-;Linux version 6.1\n");
  }

  @Test
  void eachLookIsPutDownWithTheTimeOfTheHooksClock() throws Exception {
    try (HealthWatch watch = watch()) {
      watch.look();
      assertThat(state().verdict()).isEqualTo(Word.UNKNOWN);
      seconds.addAndGet(30);
      watch.look();
      assertThat(state().verdict()).isEqualTo(Word.GOOD);
      assertThat(state().uptime()).isEqualTo(Duration.ofSeconds(130));
      assertThat(Files.getPosixFilePermissions(file)).hasSizeGreaterThanOrEqualTo(3);
    }
  }

  @Test
  void aNodeThatHasNotPublishedItselfIsNeitherGoodNorBad() throws Exception {
    cards = Optional.empty();
    try (HealthWatch watch = watch()) {
      watch.look();
      assertThat(state().verdict()).isEqualTo(Word.UNKNOWN);
      assertThat(state().unknown()).containsExactly("the node has not published its GPUs");
      cards = Optional.of(List.of());
      watch.look();
      assertThat(state().verdict()).isEqualTo(Word.GOOD);
    }
  }

  @Test
  void whatTheKernelSaysLaterIsHeardToo() throws IOException {
    try (HealthWatch watch = watch()) {
      watch.start();
      await().until(() -> state().kernelLog() == HealthState.KernelLog.READ);
      Files.writeString(
          kmsg,
          "4,2,200,-;NVRM: Xid (PCI:0000:24:00): 79, pid=1, GPU has fallen off the bus.\n",
          StandardOpenOption.APPEND);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> state().causes(), List.of("xid-79:0000:24:00.0")::equals);
    }
  }

  @Test
  void withoutAKernelLogItSaysSo() throws Exception {
    Files.delete(kmsg);
    try (HealthWatch watch = watch()) {
      watch.start();
      await().until(() -> Files.exists(file));
      assertThat(state().kernelLog()).isEqualTo(HealthState.KernelLog.ABSENT);
    }
  }

  @Test
  void aDirectoryThatIsNotThereStopsNothing() {
    file = directory.resolve("none/health");
    try (HealthWatch watch = watch()) {
      watch.look();
      watch.look();
      assertThat(file).doesNotExist();
    }
  }

  private HealthState state() throws IOException, HealthFormatException {
    return HealthStateCodec.read(
        Files.exists(file)
            ? Files.readString(file)
            : HealthStateCodec.write(
                new HealthState(
                    Duration.ZERO,
                    HealthPolicy.OFF,
                    Word.UNKNOWN,
                    List.of(),
                    "",
                    List.of(),
                    HealthState.KernelLog.ABSENT,
                    List.of())));
  }

  @Test
  void cardsThatAreLetGoOfAreNotAsked() throws Exception {
    release.ask(Duration.ofMinutes(1));
    release.metersHoldNothing(true);
    assertThat(release.isDone()).isTrue();
    try (HealthWatch watch = watch()) {
      watch.look();
      watch.look();
      assertThat(state().unknown()).singleElement().asString().contains("sobre-monitord release");
      seconds.addAndGet(60);
      watch.look();
      watch.look();
      assertThat(state().verdict()).as("its time is over").isEqualTo(Word.GOOD);
    }
  }

  private HealthWatch watch() {
    return new HealthWatch(
        file,
        clock,
        new HealthConfig(HealthPolicy.DRAIN, Duration.ofMinutes(10), Duration.ofSeconds(1)),
        () -> cards,
        List.of((all, ill) -> all.stream().map(card -> CardLook.well(card, false)).toList()),
        kmsg,
        release);
  }
}
