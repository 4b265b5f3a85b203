package org.sobre.slurm.gres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares with a file of src/test/resources; {@code -Dgolden.update=true} writes it instead. */
final class Golden {

  private static final Path DIRECTORY = Path.of("src/test/resources/golden");

  private Golden() {}

  static void assertMatches(String name, String actual) throws IOException {
    Path file = DIRECTORY.resolve(name);
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(DIRECTORY);
      Files.writeString(file, actual);
    }
    assertThat(actual).as("golden file %s", file).isEqualTo(Files.readString(file));
  }
}
