package org.sobre.slurm.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistrationLockTest {

  private static final Duration SHORT = Duration.ofMillis(100);

  @TempDir private Path directory;

  @Test
  void theSecondIsToldWhoIsAtWorkAndTheThirdComesWhenItIsDone() throws IOException {
    Path made = directory.resolve("run/sobre");
    String first =
        RegistrationLock.alone(
            made,
            SHORT,
            () -> {
              assertThatThrownBy(() -> RegistrationLock.alone(made, SHORT, () -> "second"))
                  .isInstanceOf(IOException.class)
                  .hasMessageContaining("another `sobre node publish` or `register` at work");
              return "first";
            });
    assertThat(first).isEqualTo("first");
    assertThat(RegistrationLock.<String, IOException>alone(made, SHORT, () -> "third"))
        .isEqualTo("third");
  }
}
