package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.config.SobreConfig;

class SlurmAtHandTest {

  private static final Optional<SobreConfig> STATION = config("");

  @TempDir Path directory;

  @Test
  void aControllerInTheConfigurationTells() {
    assertThat(SlurmAtHand.isThere(config("slurm: {controller: ctl}"), Map.of())).isTrue();
    assertThat(SlurmAtHand.isThere(STATION, Map.of())).isFalse();
    assertThat(SlurmAtHand.isThere(Optional.empty(), Map.of())).isFalse();
  }

  @Test
  void soDoesSbatchOnThePathWherePeopleLogIn() throws IOException {
    Map<String, String> environment = Map.of("PATH", "/nowhere::" + directory);
    Path sbatch = Files.writeString(directory.resolve("sbatch"), "");
    assertThat(SlurmAtHand.isThere(STATION, environment)).isFalse();
    Files.setPosixFilePermissions(sbatch, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(SlurmAtHand.isThere(STATION, environment)).isTrue();
  }

  private static Optional<SobreConfig> config(String text) {
    return Optional.of(SobreConfig.parse("test.yaml", "schema: sobre/1\n" + text));
  }
}
