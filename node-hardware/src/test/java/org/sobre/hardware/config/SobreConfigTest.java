package org.sobre.hardware.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SobreConfigTest {

  @Test
  void splitsTheDocument() {
    SobreConfig config =
        SobreConfig.parse(
            "sobre.yaml",
            "schema: sobre/1\ncluster: cbp\ntimeZone: Europe/Paris\nslurm: {controller: c}\n");
    assertThat(config.cluster()).contains("cbp");
    assertThat(config.timeZone()).contains(ZoneId.of("Europe/Paris"));
    assertThat(config.slurm().string("controller")).contains("c");
    assertThat(config.ledger().keys()).isEmpty();
    assertThat(config.problems().isEmpty()).isTrue();
  }

  @Test
  void collectsWhatIsWrong() {
    SobreConfig config =
        SobreConfig.parse("sobre.yaml", "schema: sobre/2\ntimeZone: Europe/Pariss\nledgr: {}\n");
    assertThat(config.problems().all())
        .extracting(Problem::toString)
        .satisfiesExactly(
            schema -> assertThat(schema).startsWith("sobre.yaml:1:1: schema: expected one of"),
            zone -> assertThat(zone).contains(":2:1: timeZone", "did you mean \"Europe/Paris\"?"),
            key -> assertThat(key).contains(":3:1: ledgr", "did you mean \"ledger\"?"));
  }

  @Test
  void aNamedFileMustBeThere() {
    assertThatThrownBy(() -> SobreConfig.load(Optional.of(Path.of("/no/such/sobre.yaml"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/no/such/sobre.yaml");
  }

  @Test
  void aDirectoryAndOtherBytesAreNamed(@TempDir Path directory) throws IOException {
    assertThatThrownBy(() -> SobreConfig.load(Optional.of(directory)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(directory + ", found a directory");
    Path binary = Files.write(directory.resolve("b.yaml"), new byte[] {(byte) 0xff, 0, 1});
    assertThat(SobreConfig.load(Optional.of(binary)).problems().all())
        .extracting(Problem::toString)
        .containsExactly(binary + ":1:1: expected a text in UTF-8, found other bytes");
  }
}
