package org.sobre.energy.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.config.Problem;
import org.sobre.hardware.config.SobreConfig;

final class LedgerConfigTest {

  @Test
  void hasDefaults() {
    SobreConfig config = SobreConfig.parse("sobre.yaml", "schema: sobre/1\n");
    assertThat(LedgerConfig.from(config.ledger()))
        .isEqualTo(new LedgerConfig(Path.of("/var/lib/sobre/ledger"), Duration.ofSeconds(60)));
    assertThat(config.problems().isEmpty()).isTrue();
  }

  @Test
  void namesEveryProblem() {
    SobreConfig config =
        SobreConfig.parse(
            "sobre.yaml", "schema: sobre/1\nledger:\n  directry: here\n  checkpoint: 0s\n");
    LedgerConfig.from(config.ledger());
    assertThat(config.problems().all())
        .extracting(Problem::toString)
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .startsWith("sobre.yaml:3:3: ledger.directry: unknown key")
                    .contains("did you mean \"directory\"?"),
            second ->
                assertThat(second)
                    .startsWith("sobre.yaml:4:3: ledger.checkpoint: expected a duration from 1s"));
  }

  @Test
  void aRelativeDirectoryIsRefused() {
    SobreConfig config = SobreConfig.parse("s.yaml", "ledger: {directory: here, spoolMax: 16}\n");
    LedgerConfig.from(config.ledger());
    assertThat(config.problems().all())
        .extracting(Problem::message)
        .containsExactly(
            "ledger.directory: expected an absolute path, found \"here\"",
            "ledger.spoolMax: expected an amount of memory, as 16MiB or 2GB, found \"16\"");
  }
}
