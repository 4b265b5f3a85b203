package org.sobre.hardware.config;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.message.Language;

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
        SobreConfig.parse(
            "sobre.yaml", "schema: sobre/1\nlanguage: frr\ntimeZone: Europe/Pariss\nledgr: {}\n");
    assertThat(config.problems().all())
        .extracting(Problem::toString)
        .satisfiesExactly(
            language ->
                assertThat(language)
                    .isEqualTo(
                        "sobre.yaml:2:1: language: expected one of en, fr, found \"frr\"; did you"
                            + " mean \"fr\"?"),
            zone -> assertThat(zone).contains(":3:1: timeZone", "did you mean \"Europe/Paris\"?"),
            key -> assertThat(key).contains(":4:1: ledgr", "did you mean \"ledger\"?"));
  }

  @Test
  void ofADocumentForAnotherVersionOnlyThatIsSaid() {
    SobreConfig config = SobreConfig.parse("sobre.yaml", "schema: sobre/2\nrooms: {a: 1}\n");
    assertThat(config.problems().all())
        .extracting(Problem::toString)
        .containsExactly(
            "sobre.yaml:1:1: schema: expected one of sobre/1, found \"sobre/2\"; did you mean"
                + " \"sobre/1\"?");
  }

  @Test
  void aMissingSchemaIsRemarkedAndNoKeyIsNeeded() {
    SobreConfig config = SobreConfig.parse("sobre.yaml", "cluster: cbp\n");
    assertThat(config.problems().isEmpty()).isTrue();
    assertThat(config.problems().remarks())
        .extracting(Problem::toString)
        .containsExactly(
            "sobre.yaml:1:1: schema: not given: read as sobre/1; give it, so that a later version"
                + " knows how the file was meant");
    assertThat(SobreConfig.parse("sobre.yaml", "").problems().remarks()).isEmpty();
  }

  @Test
  void theTimeForWhichPersonsAreKeptIsChecked() {
    SobreConfig config =
        SobreConfig.parse(
            "sobre.yaml",
            """
            schema: sobre/1
            privacy: {retention: 24}
            """);
    assertThat(config.problems().all())
        .extracting(Problem::toString)
        .containsExactly(
            "sobre.yaml:2:11: privacy.retention: expected a time in days, months or years, as 90d,"
                + " 24mo or 2y, found \"24\"");
    assertThat(config.problems().remarks()).isEmpty();
  }

  @Test
  void theLanguageIsFoundInAFileThatHasProblems(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("s.yaml"), "language: fr\ncluster: [x]\n");
    assertThat(SobreConfig.languageOf(Optional.of(file))).contains(Language.FRENCH);
    assertThat(SobreConfig.languageOf(Optional.of(directory))).isEmpty();
    Path none = Files.writeString(directory.resolve("n.yaml"), "a: [");
    assertThat(SobreConfig.languageOf(Optional.of(none))).isEmpty();
  }

  @Test
  void problemsAreSaidInFrench() {
    Locale before = Locale.getDefault(Locale.Category.DISPLAY);
    try {
      Language.FRENCH.speak();
      assertThat(SobreConfig.parse("sobre.yaml", "clustr: x\n").problems().all())
          .extracting(Problem::toString)
          .singleElement(as(STRING))
          .startsWith(
              "sobre.yaml:1:1: clustr: clé inconnue ; vouliez-vous dire « cluster » ? (connues");
    } finally {
      Locale.setDefault(Locale.Category.DISPLAY, before);
    }
  }

  @Test
  void aNamedFileMustBeThere() {
    assertThatThrownBy(() -> SobreConfig.load(Optional.of(Path.of("/no/such/sobre.yaml")), "n042"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/no/such/sobre.yaml");
  }

  @Test
  void aDirectoryAndOtherBytesAreNamed(@TempDir Path directory) throws IOException {
    assertThatThrownBy(() -> SobreConfig.load(Optional.of(directory), "n042"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(directory + ", found a directory");
    Path binary = Files.write(directory.resolve("b.yaml"), new byte[] {(byte) 0xff, 0, 1});
    assertThat(SobreConfig.load(Optional.of(binary), "n042").problems().all())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .startsWith(binary + ":1:1: expected a text in UTF-8, found other bytes in line 1: ");
  }
}
