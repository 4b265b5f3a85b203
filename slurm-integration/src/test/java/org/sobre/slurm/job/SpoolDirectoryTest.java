package org.sobre.slurm.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolDirectoryTest {

  @TempDir private Path directory;

  @Test
  void givesRunsInOrderAndBeginBeforeEnd() throws IOException {
    write("20.0.end", end(20));
    write("20.0.begin", begin(20));
    write("3.0.begin", begin(3));

    SpoolDirectory.Contents contents = trusting().read();

    assertThat(contents.ignored()).isEmpty();
    assertThat(contents.records())
        .extracting(r -> r.key() + " " + r.getClass().getSimpleName())
        .containsExactly("3.0 Begin", "20.0 Begin", "20.0 End");
  }

  @Test
  void ignoresLinksStrangersBigAndHalfFilesAndSaysWhy() throws IOException {
    Path elsewhere = write("elsewhere", begin(4));
    Files.createSymbolicLink(directory.resolve("4.0.begin"), elsewhere);
    write("5.0.begin", "x".repeat(5000));
    write("6.0.begin", "v=1\njob=6\n");
    Files.createDirectory(directory.resolve("7.0.begin"));
    write("8.0.begin", begin(8));

    SpoolDirectory.Contents contents = trusting().read();

    assertThat(contents.records()).extracting(r -> r.key().toString()).containsExactly("8.0");
    assertThat(contents.ignored())
        .extracting(i -> i.file().getFileName() + ": " + i.why())
        .satisfiesExactlyInAnyOrder(
            why -> assertThat(why).startsWith("elsewhere: expected a name as"),
            why -> assertThat(why).startsWith("4.0.begin: expected a plain file"),
            why -> assertThat(why).startsWith("5.0.begin: expected at most 4096 bytes"),
            why -> assertThat(why).startsWith("6.0.begin: expected the last line"),
            why -> assertThat(why).startsWith("7.0.begin: expected a plain file"));
  }

  @Test
  void ignoresAFileOfAnotherOwner() throws IOException {
    write("8.0.begin", begin(8));
    SpoolDirectory.Contents contents = new SpoolDirectory(directory, uid -> false).read();
    assertThat(contents.records()).isEmpty();
    assertThat(contents.ignored())
        .extracting(SpoolDirectory.Ignored::why)
        .first()
        .asString()
        .startsWith("expected a file of root, found one of uid ");
  }

  @Test
  void removesBothFilesOfARun() throws IOException {
    write("8.0.begin", begin(8));
    write("8.0.end", end(8));
    write("9.0.begin", begin(9));
    trusting().remove(new JobKey(8, 0));
    trusting().remove(new JobKey(8, 0));
    assertThat(directory).isDirectoryContaining("glob:**/9.0.begin");
    assertThat(trusting().read().records()).hasSize(1);
  }

  @Test
  void aMissingDirectoryIsAnError() {
    SpoolDirectory missing = new SpoolDirectory(directory.resolve("none"), uid -> true);
    assertThatThrownBy(missing::read).isInstanceOf(NoSuchFileException.class);
  }

  private SpoolDirectory trusting() {
    return new SpoolDirectory(directory, uid -> true);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private static String begin(int job) {
    return "v=1\njob=" + job + "\nrestart=0\nuptime=1.50\nuid=5\nuser=u\ncomplete=1\n";
  }

  private static String end(int job) {
    return "v=1\njob=" + job + "\nrestart=0\nuptime=2.50\nwaitstatus=0\ncomplete=1\n";
  }

  /** Thousands lie there while the share is away, of runs that are closed. */
  @Test
  void whatIsNeedlessIsNotOpened() throws IOException, InterruptedException {
    Path pipe = directory.resolve("7.0.end");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Files.writeString(directory.resolve("7.0.begin"), "not a record");
    Files.writeString(directory.resolve("7.1.begin"), "not one either");

    SpoolDirectory.Contents contents = trusting().read(new JobKey(7, 0)::equals);

    assertThat(contents.ignored())
        .extracting(one -> String.valueOf(one.file().getFileName()))
        .containsExactly("7.1.begin");
  }

  @Test
  void aListThatBreaksOffIsNotRead() {
    IOException broken = new IOException("Input/output error");
    assertThatThrownBy(
            () ->
                SpoolDirectory.take(
                    () -> {
                      throw new DirectoryIteratorException(broken);
                    },
                    new ArrayList<>()))
        .isSameAs(broken);
  }
}
