package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.Checkpoint;
import org.sobre.energy.accrual.CheckpointCodec;
import org.sobre.energy.accrual.NodeIdentity;
import org.sobre.energy.meter.MetersConfig;

/** A daemon that cannot use a checkpoint measures without it; it must not die of it. */
class CheckpointFileTest {

  private static final NodeIdentity IDENTITY = new NodeIdentity("c", "n1", "boot-a");

  @TempDir Path directory;

  private static String good() {
    return CheckpointCodec.encode(at(5_000_000_000L));
  }

  private static Checkpoint at(long nanos) {
    return Accrual.fresh(
            IDENTITY,
            new MetersConfig(Duration.ofSeconds(1)),
            nanos,
            Instant.parse("2026-11-20T12:00:00Z"))
        .checkpoint();
  }

  /** One user's daemons with two run directories: to go on from the older counts time twice. */
  @Test
  void ofTwoStatesTheNewestIsTakenUp() {
    Optional<Checkpoint> older = Optional.of(at(5));
    Optional<Checkpoint> newer = Optional.of(at(6));
    assertThat(CheckpointFile.newest(older, newer)).isEqualTo(newer);
    assertThat(CheckpointFile.newest(newer, older)).isEqualTo(newer);
    assertThat(CheckpointFile.newest(older, Optional.empty())).isEqualTo(older);
    assertThat(CheckpointFile.newest(Optional.empty(), Optional.empty())).isEmpty();
  }

  @Test
  void bytesThatAreNoTextAreNotUsed() throws IOException {
    byte[] garbage = new byte[300];
    new Random(7).nextBytes(garbage);
    Path file = Files.write(directory.resolve("checkpoint.json"), garbage);

    assertThat(new CheckpointFile(file).read()).isEmpty();
  }

  @Test
  void aLaterVersionIsNotUsed() throws IOException {
    Path file = directory.resolve("checkpoint.json");
    Files.writeString(file, good().replaceFirst("\"v\":1", "\"v\":2"));

    assertThat(new CheckpointFile(file).read()).isEmpty();
  }

  @Test
  void theStateOfAnotherBootOrNodeIsNotUsed() throws IOException {
    Path file = Files.writeString(directory.resolve("checkpoint.json"), good());

    assertThat(new CheckpointFile(file).readOf(IDENTITY)).isPresent();
    assertThat(new CheckpointFile(file).readOf(new NodeIdentity("c", "n1", "boot-b"))).isEmpty();
    assertThat(new CheckpointFile(file).readOf(new NodeIdentity("c", "n2", "boot-a"))).isEmpty();
  }

  /** It has everybody's microjoules. */
  @Test
  void nobodyElseMayReadIt() throws Exception {
    Path file = directory.resolve("checkpoint.json");
    new CheckpointFile(file).write(CheckpointCodec.decode(good()));

    assertThat(Files.getPosixFilePermissions(file))
        .doesNotContain(
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE,
            PosixFilePermission.GROUP_WRITE);
  }

  /** As the version before the station's wrote it. */
  @Test
  void aStateWithoutPresencesAndWrappersIsTakenUp() throws IOException {
    assertThat(good()).contains(",\"presences\":[]");
    Path file = directory.resolve("checkpoint.json");
    Files.writeString(file, good().replace(",\"presences\":[]", ""));

    assertThat(new CheckpointFile(file).read().orElseThrow().presences()).isEmpty();
  }

  @Test
  void aStateThatCannotBeReplacedIsRemovedForItWouldGrowOld() throws IOException {
    Path file = Files.writeString(directory.resolve("checkpoint.json"), good());
    Files.createDirectory(directory.resolve("checkpoint.json.new"));

    CheckpointFile checkpoint = new CheckpointFile(file);
    Accrual accrual =
        Accrual.resume(checkpoint.read().orElseThrow(), new MetersConfig(Duration.ofSeconds(1)));
    try {
      checkpoint.writeOrRemove(accrual.checkpoint());
      throw new AssertionError("a directory stands in its place");
    } catch (IOException e) {
      assertThat(file).doesNotExist();
    }
  }
}
