package org.sobre.jobs.calibration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.sobre.jobs.calibration.Lines.BEGIN;
import static org.sobre.jobs.calibration.Lines.ceiling;
import static org.sobre.jobs.calibration.Lines.gib;
import static org.sobre.jobs.calibration.Lines.key;
import static org.sobre.jobs.calibration.Lines.point;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationStoreTest {

  private static final int WRITERS = 20;
  private static final int LINES_EACH = 25;

  @TempDir private Path directory;

  @Test
  void whatWasWrittenIsReadInTheOrderOfTime() {
    CalibrationStore store = store("n1");
    CalibrationLine point =
        CalibrationLine.point(
            key(),
            Optional.of("torch-2.11"),
            8,
            gib(24_000),
            Peak.reported(gib(9_000), gib(10_000)),
            OptionalDouble.of(3.25),
            BEGIN.plusSeconds(3));
    CalibrationLine seen =
        CalibrationLine.point(
                key(),
                Optional.empty(),
                9,
                gib(24_000),
                Peak.seen(gib(10_001)),
                OptionalDouble.empty(),
                BEGIN.plusSeconds(4))
            .of(8)
            .joined(true);
    CalibrationLine cleared =
        CalibrationLine.cleared(key(), Optional.empty(), 3, gib(1), BEGIN.plusSeconds(5));
    for (CalibrationLine line : List.of(seen, point, cleared, ceiling(16, 24_000, 1))) {
      assertThat(store.append(line)).isTrue();
    }
    assertThat(store.read("p")).containsExactly(ceiling(16, 24_000, 1), point, seen, cleared);
    assertThat(store.read("other")).isEmpty();
    assertThat(store.file()).isEqualTo(directory.resolve("own/n1.jsonl"));
  }

  @Test
  void eachHostHasAFileAndAllAreRead() {
    store("n1").append(ceiling(1, 1, 1));
    store("../n 2").append(ceiling(2, 1, 2));
    assertThat(store("n3").read("p")).hasSize(2);
    assertThat(directory.resolve("own/.._n_2.jsonl")).exists();
  }

  /** Separate processes, as the tasks of an array on one node are. */
  @Test
  void twentyWritersAtOnceLoseNothing() throws Exception {
    List<Process> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      writers.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  CeilingWriterMain.class.getName(),
                  directory.resolve("own").toString(),
                  String.valueOf(i + 1),
                  String.valueOf(LINES_EACH))
              .inheritIO()
              .start());
    }
    for (Process writer : writers) {
      assertThat(writer.waitFor()).isZero();
    }
    assertThat(Files.readAllLines(store("n1").file())).hasSize(WRITERS * LINES_EACH);
    assertThat(store("n1").read("p")).hasSize(WRITERS * LINES_EACH);
  }

  @Test
  void linesThatAreNoneAreSteppedOver() throws IOException {
    CalibrationStore store = store("n1");
    store.append(point(1, 1, 1, 1));
    String good = Files.readString(store.file());
    Files.writeString(
        store.file(),
        "\n{\"v\":2}\nnonsense\n[]\n{\"v\":1,\"kind\":\"later\"}\n"
            + good.replace("\"batch\":1", "\"batch\":0")
            + good.replace("\"batch\":1", "\"batch\":99999999999")
            + good.replace("\"budgetMiB\":24000", "\"budgetMiB\":-1")
            + good.replace("2026-11", "2026-99")
            + good.substring(0, 40));
    assertThat(store.read("p")).isEmpty();
    assertThat(store.append(point(2, 1, 1, 2))).isTrue();
    assertThat(store.read("p")).containsExactly(point(2, 1, 1, 2));
  }

  @Test
  void anyBytesAreNoReasonToFail() throws IOException {
    CalibrationStore store = store("n1");
    store.append(point(1, 1, 1, 1));
    byte[] good = Files.readAllBytes(store.file());
    Random random = new Random(7);
    for (int i = 0; i < 1_000; i++) {
      byte[] bytes = good.clone();
      for (int k = 0; k < 3; k++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Files.write(store.file(), bytes);
      assertThat(store.read("p").size()).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void ofAGreatFileTheEndIsRead() throws IOException {
    CalibrationStore store = store("n1");
    Files.createDirectories(store.file().getParent());
    byte[] junk = "x".repeat(LineFile.MOST_BYTES + 77).getBytes(UTF_8);
    Files.write(store.file(), junk);
    store.append(point(1, 1, 1, 1));
    assertThat(store.read("p")).hasSize(1);
  }

  /** A directory where the file should be; one that cannot be made; one nobody may write to. */
  @ParameterizedTest
  @ValueSource(strings = {"own/n1.jsonl", "own"})
  void whatCannotBeWrittenIsForgotten(String inTheWay) throws IOException {
    Path path = directory.resolve(inTheWay);
    Files.createDirectories(path.getParent());
    if (inTheWay.equals("own")) {
      Files.writeString(path, "a file");
    } else {
      Files.createDirectory(path);
    }
    assertThat(store("n1").append(point(1, 1, 1, 1))).isFalse();
    assertThat(store("n1").read("p")).isEmpty();
  }

  @Test
  void whatIsForgottenCountsNoMoreAndStaysInTheFile() throws IOException {
    new CalibrationStore(directory.resolve("site"), "n9", List.of(), Set.of())
        .append(ceiling(5, 1, 1));
    int owner = (Integer) Files.getAttribute(directory.resolve("site/n9.jsonl"), "unix:uid");
    List<Path> site = List.of(directory.resolve("site"));
    Path own = directory.resolve("own");
    CalibrationStore store = new CalibrationStore(own, "n1", site, Set.of(owner));
    new CalibrationStore(own, "n2", List.of(), Set.of()).append(point(8, 1, 1, 2));
    store.append(ceiling(9, 1, 3));
    assertThat(store.forget("other", BEGIN.plusSeconds(3))).isEmpty();
    assertThat(store.forget("p", BEGIN.plusSeconds(2)))
        .as("what there is, also of hosts whose clocks are ahead")
        .containsExactly(ceiling(5, 1, 1), point(8, 1, 1, 2), ceiling(9, 1, 3));
    assertThat(store.read("p")).isEmpty();
    assertThat(Files.readAllLines(store.file())).hasSize(1);
    Path forgotten = directory.resolve("own/forgotten.jsonl");
    assertThat(Files.readAllLines(forgotten)).hasSize(1);
    assertThat(store.forget("p", BEGIN.plusSeconds(4))).isEmpty();
    assertThat(Files.readAllLines(forgotten)).as("nothing to forget").hasSize(1);
    CalibrationLine later = ceiling(9, 1, 5);
    store.append(later);
    assertThat(store.read("p")).containsExactly(later);
    assertThat(new CalibrationStore(own, "n2", List.of(), Set.of()).read("p"))
        .containsExactly(later);
  }

  @Test
  void whatCannotBeForgottenIsSaid() throws IOException {
    new CalibrationStore(directory.resolve("own"), "n2", List.of(), Set.of())
        .append(ceiling(9, 1, 3));
    Files.createDirectories(directory.resolve("own/forgotten.jsonl"));
    assertThatThrownBy(() -> store("n1").forget("p", BEGIN)).isInstanceOf(IOException.class);
  }

  /** Sixteen files of a directory are read, the newest; what is forgotten stays so all the same. */
  @Test
  void whatIsForgottenStaysSoHoweverManyHostsWriteAfter() throws IOException {
    store("n0").append(ceiling(9, 1, 1));
    store("login").forget("p", BEGIN.plusSeconds(2));
    CalibrationKey other = new CalibrationKey("other", "full", key().recipe(), key().arch());
    File n0 = store("n0").file().toFile();
    assertThat(store("login").file()).doesNotExist();
    for (int i = 1; i <= 15; i++) {
      store("n" + i)
          .append(CalibrationLine.ceiling(other, Optional.empty(), 4, gib(1), "oom", BEGIN));
      assertThat(store("n" + i).file().toFile().setLastModified(n0.lastModified() + 9_000L * i))
          .isTrue();
    }
    File old = directory.resolve("own/forgotten.jsonl").toFile();
    assertThat(old.setLastModified(1_000)).isTrue();
    assertThat(store("login").read("p")).isEmpty();
    store("n0").append(ceiling(9, 1, 3));
    assertThat(store("login").read("p")).containsExactly(ceiling(9, 1, 3));
  }

  /** As older versions wrote it: into the host's own file. */
  @Test
  void whatWasForgottenBeforeStaysForgotten() {
    store("n1").append(ceiling(9, 1, 1));
    store("n2").append(CalibrationLine.forgotten(key(), BEGIN.plusSeconds(2)));
    store("n2").append(CalibrationLine.forgotten(key(), BEGIN));
    assertThat(store("n3").read("p")).isEmpty();
  }

  /** Each want of memory adds one, for years. */
  @Test
  void ofAProfileNoMoreLinesAreReadThanDelayNobody() throws IOException {
    CalibrationStore store = store("n1");
    Files.createDirectories(store.file().getParent());
    StringBuilder text = new StringBuilder();
    int count = 0;
    while (text.length() < LineFile.MOST_BYTES) {
      count++;
      text.append(CalibrationCodec.encode(ceiling(4 + count % 50, 24_000 + count, count)) + "\n");
    }
    List<CalibrationLine> lines = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      Files.writeString(store("h" + i).file(), text);
    }
    long begin = System.nanoTime();
    lines.addAll(store.read("p"));
    assertThat(Calibration.of(lines, Lines.profile(), List.of(Lines.CARD)).ceilings()).isNotNull();
    long took = System.nanoTime() - begin;
    assertThat(lines).hasSize(CalibrationStore.MOST_LINES);
    assertThat(lines.get(lines.size() - 1).at()).isEqualTo(BEGIN.plusSeconds(count));
    // some 300 ms; by the square of the lines it was minutes
    assertThat(Duration.ofNanos(took)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void nobodyWaitsForALockThatIsNotLetGo() throws IOException {
    CalibrationStore store = store("n1");
    store.append(point(1, 1, 1, 1));
    try (FileChannel channel = FileChannel.open(store.file(), StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      long begin = System.nanoTime();
      assertThat(store.append(point(2, 1, 1, 2))).isFalse();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    }
    assertThat(store.append(point(2, 1, 1, 2))).isTrue();
  }

  @Test
  void aLinkIsNotFollowedWhenWriting() throws IOException {
    CalibrationStore store = store("n1");
    Files.createDirectories(store.file().getParent());
    Path precious = Files.writeString(directory.resolve("precious"), "x");
    Files.createSymbolicLink(store.file(), precious);
    assertThat(store.append(point(1, 1, 1, 1))).isFalse();
    assertThat(precious).hasContent("x");
  }

  @Test
  void theSitesFilesCountOnlyIfTheSiteWroteThem() throws IOException {
    CalibrationStore writer =
        new CalibrationStore(directory.resolve("site"), "n9", List.of(), Set.of());
    writer.append(ceiling(5, 1, 1));
    int owner = (Integer) Files.getAttribute(writer.file(), "unix:uid");
    List<Path> shared = List.of(directory.resolve("site"), directory.resolve("absent"));
    Path own = directory.resolve("own");
    assertThat(new CalibrationStore(own, "n1", shared, Set.of(owner)).read("p")).hasSize(1);
    assertThat(new CalibrationStore(own, "n1", shared, Set.of(owner + 1)).read("p")).isEmpty();
  }

  /** Whoever may write there puts no more in its way than a file of his own. */
  @Test
  void othersFilesDoNotHideTheSites() throws IOException {
    Path site = directory.resolve("site");
    CalibrationStore writer = new CalibrationStore(site, "n9", List.of(), Set.of());
    writer.append(ceiling(5, 1, 1));
    assumeTrue(System.getProperty("user.name").equals("root"), "files of another user's");
    for (int i = 0; i < 16; i++) {
      Path file = Files.writeString(site.resolve("theirs" + i + ".jsonl"), "");
      Files.setAttribute(file, "unix:uid", 65_534);
      assertThat(file.toFile().setLastModified(System.currentTimeMillis() + 50_000)).isTrue();
    }
    int owner = (Integer) Files.getAttribute(writer.file(), "unix:uid");
    assertThat(
            new CalibrationStore(directory.resolve("own"), "n1", List.of(site), Set.of(owner))
                .read("p"))
        .hasSize(1);
  }

  private CalibrationStore store(String host) {
    return new CalibrationStore(directory.resolve("own"), host, List.of(), Set.of());
  }
}
