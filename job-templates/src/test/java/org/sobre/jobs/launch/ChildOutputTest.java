package org.sobre.jobs.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a child writes gets where it belongs, and is remembered. */
class ChildOutputTest {

  private static final long GIBIBYTE = 1L << 30;

  /** 64 KiB of 1,024 lines, again and again. */
  private static final String GIBIBYTE_OF_LINES =
      "my $l = join '', map { sprintf \"%062d\\n\", $_ } 0 .. 1023; $l .= 'e' x (65536 - length $l);"
          + "syswrite STDOUT, $l for 1 .. 16384";

  @TempDir private Path directory;

  private Wrappers wrappers;

  @BeforeEach
  void places() {
    wrappers = new Wrappers(directory);
  }

  @AfterEach
  void endWhatIsLeft() {
    wrappers.close();
  }

  @Test
  void aGibibyteThroughAPipeIsTheSameBytesInTheSameMemory() throws Exception {
    Process wrapper =
        wrappers.start(
            wrappers
                .builder(List.of("perl", "-e", GIBIBYTE_OF_LINES))
                .redirectOutput(Redirect.PIPE));
    CRC32C found = new CRC32C();
    InputStream in = wrapper.getInputStream();
    byte[] piece = new byte[65_536];
    long bytes = 0;
    for (int size = in.read(piece); size >= 0; size = in.read(piece)) {
      found.update(piece, 0, size);
      bytes += size;
    }
    assertThat(wrappers.end(wrapper)).isZero();
    assertThat(bytes).isEqualTo(GIBIBYTE);
    assertThat(found.getValue()).isEqualTo(gibibyteOfLines().getValue());
    long peakOfGibibyte = peakKiB();
    assertThat(wrappers.end(wrappers.start(wrappers.builder(List.of("true"))))).isZero();
    assertThat(peakOfGibibyte).isLessThan(peakKiB() + 16_384);
  }

  /** As {@code 2>&1} of a job's script. */
  @Test
  void bothStreamsInOnePipeKeepTheirOrder() throws Exception {
    String script = "for (1 .. 2000) { syswrite STDOUT, \"o$_\\n\"; syswrite STDERR, \"e$_\\n\" }";
    Process wrapper =
        wrappers.start(
            wrappers
                .builder(List.of("perl", "-e", script))
                .redirectOutput(Redirect.PIPE)
                .redirectErrorStream(true));
    String said = text(wrapper.getInputStream());
    assertThat(wrappers.end(wrapper)).isZero();
    assertThat(said)
        .isEqualTo(
            IntStream.rangeClosed(1, 2000)
                .mapToObj(i -> "o" + i + "\ne" + i + "\n")
                .collect(Collectors.joining()));
    assertThat(wrappers.result().getProperty("stdout")).endsWith("o2000\ne2000\n");
    assertThat(wrappers.result()).containsEntry("stderr", "");
  }

  @ParameterizedTest
  @CsvSource({"pipe", "file", "appended"})
  void itsItemsAndItsLastWordsAreRemembered(String kind) throws Exception {
    File file = directory.resolve("slurm.out").toFile();
    Files.writeString(file.toPath(), "SOBRE_ITEMS 99\n");
    Redirect to =
        switch (kind) {
          case "pipe" -> Redirect.PIPE;
          case "file" -> Redirect.to(file);
          default -> Redirect.appendTo(file);
        };
    ProcessBuilder builder =
        wrappers
            .builder(
                List.of(
                    "sh",
                    "-c",
                    "echo SOBRE_LOADED; echo out; echo SOBRE_ITEMS 7; printf 'bad é' >&2; exit 3"))
            .redirectOutput(to)
            .redirectError(kind.equals("pipe") ? Redirect.PIPE : Redirect.to(new File(file + "2")));
    Process wrapper = wrappers.start(builder);
    String expected = "SOBRE_LOADED\nout\nSOBRE_ITEMS 7\n";
    String said = text(wrapper.getInputStream());
    String errors = text(wrapper.getErrorStream());
    assertThat(wrappers.end(wrapper)).isEqualTo(3);
    assertThat(kind.equals("pipe") ? said : Files.readString(file.toPath())).endsWith(expected);
    assertThat(kind.equals("pipe") ? errors : Files.readString(Path.of(file + "2")))
        .isEqualTo("bad é");
    assertThat(wrappers.result())
        .containsEntry("stdout", expected)
        .containsEntry("stderr", "bad é")
        .containsEntry("items", "7")
        .containsKey("loadedMs");
  }

  /** It is not copied: the child of a wrapper that is killed goes on writing. */
  @Test
  void aFileIsTheChildsOwn() throws Exception {
    Process wrapper =
        wrappers.start(
            wrappers
                .builder(List.of("sh", "-c", "readlink /proc/self/fd/1 /proc/self/fd/2"))
                .redirectOutput(directory.resolve("out").toFile())
                .redirectErrorStream(true));
    assertThat(wrappers.end(wrapper)).isZero();
    String own = directory.resolve("out").toRealPath() + "\n";
    assertThat(directory.resolve("out")).hasContent(own + own);
    assertThat(wrappers.result()).containsEntry("stdout", own + own).containsEntry("stderr", "");
  }

  /** More than a pipe holds is on its way when the child ends. */
  @Test
  void aSlowReaderGetsAllOfIt() throws Exception {
    Process wrapper =
        wrappers.start(
            wrappers
                .plain(
                    List.of(
                        "sh",
                        "-c",
                        String.join(" ", quoted(Wrappers.words()))
                            + " head -c 200000 /dev/zero | { sleep 2; wc -c; }"))
                .redirectOutput(Redirect.PIPE));
    assertThat(text(wrapper.getInputStream()).strip()).isEqualTo("200000");
    assertThat(wrappers.end(wrapper)).isZero();
  }

  @Test
  void aReaderThatHasGoneEndsTheChildBySigpipe() throws Exception {
    Process wrapper =
        wrappers.start(wrappers.builder(List.of("yes")).redirectOutput(Redirect.PIPE));
    InputStream in = wrapper.getInputStream();
    assertThat(in.readNBytes(4)).isEqualTo("y\ny\n".getBytes(StandardCharsets.UTF_8));
    in.close();
    assertThat(wrappers.end(wrapper)).isEqualTo(128 + 13);
  }

  /** Whether the wrapper waits for its next words when the command ends, or not. */
  @ParameterizedTest
  @ValueSource(strings = {"0", "0.7"})
  void whoIsLeftBehindWithTheStreamIsNotWaitedFor(String seconds) throws Exception {
    long begin = System.nanoTime();
    Process wrapper =
        wrappers.start(
            wrappers
                .builder(List.of("sh", "-c", "sleep 20 & echo done; sleep $0; exit 4", seconds))
                .redirectOutput(Redirect.PIPE));
    assertThat(text(wrapper.getInputStream())).isEqualTo("done\n");
    assertThat(wrappers.end(wrapper)).isEqualTo(4);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
  }

  private static List<String> quoted(List<String> words) {
    return words.stream().map(word -> "'" + word.replace("'", "'\\''") + "'").toList();
  }

  private static String text(InputStream in) throws Exception {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  private static CRC32C gibibyteOfLines() {
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < 1_024; line++) {
      text.append(String.format(Locale.ROOT, "%062d\n", line));
    }
    text.append("e".repeat(65_536 - text.length()));
    byte[] block = text.toString().getBytes(StandardCharsets.US_ASCII);
    CRC32C sum = new CRC32C();
    for (int i = 0; i < 16_384; i++) {
      sum.update(block, 0, block.length);
    }
    return sum;
  }

  private long peakKiB() throws Exception {
    return Long.parseLong(wrappers.result().getProperty("peakKiB"));
  }
}
