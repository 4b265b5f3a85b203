package org.sobre.jobs.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {

  @TempDir private Path process;

  private final OutputMemory memory = new OutputMemory(System.nanoTime());
  private Path file;

  @BeforeEach
  void aDescriptorOfAnEmptyFile() throws IOException {
    Files.createDirectories(process.resolve("fdinfo"));
    Files.createDirectories(process.resolve("fd"));
    file = Files.createFile(process.resolve("slurm-7.out"));
    Files.createSymbolicLink(process.resolve("fd/1"), file);
    info("0102001");
  }

  @Test
  void aDescriptorThatAppendsBeginsAtTheEnd() {
    assertThat(OutputFile.start("pos:\t0\nflags:\t0102001\nmnt_id:\t29\n", 500)).isEqualTo(500);
    assertThat(OutputFile.start("pos:\t120\nflags:\t0100001\nmnt_id:\t29\n", 500)).isEqualTo(120);
    assertThat(OutputFile.start("", 500)).isEqualTo(500);
  }

  @Test
  void whatStoodThereBeforeIsAnothers() throws IOException {
    append("SOBRE_ITEMS 99\nold\n");
    OutputFile output = OutputFile.of(process, 1, memory);
    append("new\n");
    output.look();
    assertThat(memory.tail().text()).isEqualTo("new\n");
    assertThat(memory.tail().items()).isEmpty();
    append("SOBRE_ITEMS 3\n");
    output.look();
    assertThat(memory.tail().items()).hasValue(3);
  }

  @Test
  void anEmptiedFileIsReadFromItsBegin() throws IOException {
    OutputFile output = OutputFile.of(process, 1, memory);
    append("a long line without an end");
    output.look();
    Files.writeString(file, "SOBRE_ITEMS 4\n");
    output.look();
    assertThat(memory.tail().items()).hasValue(4);
  }

  @Test
  void ofGigabytesTheEndIsRead() throws IOException {
    OutputFile output = OutputFile.of(process, 1, memory);
    append("SOBRE_ITEMS 1\n");
    append("SOBRE_ITEMS 2\n".repeat(OutputFile.MOST_BYTES / 14));
    append("end");
    output.look();
    assertThat(memory.tail().text()).hasSize(OutputMemory.KEPT).endsWith("SOBRE_ITEMS 2\nend");
    assertThat(memory.tail().items()).hasValue(2);
  }

  @Test
  void whatCannotBeReadIsNotRemembered() throws IOException {
    OutputFile output = OutputFile.of(process, 2, memory);
    append("SOBRE_ITEMS 1\n");
    output.look();
    assertThat(memory.tail()).isEqualTo(Tail.NONE);
  }

  private void info(String flags) throws IOException {
    Files.writeString(
        process.resolve("fdinfo/1"), "pos:\t0\nflags:\t" + flags + "\nmnt_id:\t29\nino:\t12\n");
  }

  private void append(String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.APPEND);
  }
}
