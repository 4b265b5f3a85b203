package org.sobre.energy.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.message.Language;

/** What the verifier says, in the language of whoever asked. */
class FrenchFindingsTest {

  @TempDir Path root;
  private final Locale before = Locale.getDefault(Locale.Category.DISPLAY);
  private SmallLedger ledger;
  private List<String> lines = List.of();

  @BeforeEach
  void inFrench() throws IOException {
    Language.FRENCH.speak();
    ledger = new SmallLedger(root);
    lines = ledger.linesOfA();
  }

  @AfterEach
  void asBefore() {
    Locale.setDefault(Locale.Category.DISPLAY, before);
  }

  private List<String> faults() throws IOException {
    return LedgerVerifier.verify(ledger.directory).faults().stream().map(Finding::message).toList();
  }

  @Test
  void oneMicrojouleChanged() throws IOException {
    lines.set(2, lines.get(2).replace("900000002", "900000003"));
    ledger.rewriteA(lines);
    assertThat(faults())
        .anyMatch(fault -> fault.startsWith("modifiée après avoir été écrite : la ligne qui la"))
        .contains(
            "résidu du compteur gpu/GPU-1 (sampled) : le compteur a vu 1000000008 uJ, jobs +"
                + " outsideSlurm + platform + unknown font 1000000009 uJ, soit -1 uJ d'écart",
            "job 7.0 sur le compteur gpu/GPU-1 (sampled) : la ligne du job dit 2700000006 uJ, ses"
                + " parts dans les bilans font 2700000007 uJ")
        .hasSize(3);
  }

  @Test
  void linesRemovedAndDoubled() throws IOException {
    ledger.rewriteA(List.of(lines.get(0), lines.get(1), lines.get(1), lines.get(4), lines.get(5)));
    assertThat(faults())
        .contains("seq 3 à 4 manquent avant cette ligne : 2 lignes ont été retirées")
        .anyMatch(fault -> fault.startsWith("ligne doublée : seq 2 se trouve déjà en "));
  }

  @Test
  void aSecondMissing() throws Exception {
    lines.set(
        2,
        lines
            .get(2)
            .replace("\"from\":\"2026-11-20T11:00:00Z\"", "\"from\":\"2026-11-20T11:00:01Z\""));
    ledger.forgeA(lines);
    assertThat(faults())
        .singleElement()
        .asString()
        .startsWith("du temps manque : 1000 ms entre le bilan précédent (")
        .endsWith(") et celui-ci (depuis 2026-11-20T11:00:01Z)");
  }

  @Test
  void theTailCut() throws IOException {
    ledger.rewriteA(lines.subList(0, 4));
    assertThat(faults())
        .singleElement()
        .asString()
        .startsWith("fin coupée : le démarrage suivant (")
        .endsWith(") a compté 6 lignes, la dernière ici est seq 4");
  }

  @Test
  void aBootTakenAway() throws IOException {
    Files.delete(ledger.fileA);
    assertThat(faults())
        .containsExactly(
            "le démarrage "
                + SmallLedger.BOOT_A
                + " a précédé celui-ci et comptait 6 lignes ; aucune n'est dans le registre");
  }

  @Test
  void aLineTorn() throws IOException {
    Files.writeString(ledger.fileA, String.join("\n", lines.subList(0, 5)) + "\n{\"v\":1,\"kin");
    assertThat(faults())
        .anyMatch(fault -> fault.startsWith("ligne déchirée : elle est coupée après 11 o et"));
  }

  @Test
  void observedTimeBeyondElapsed() throws Exception {
    lines.set(4, lines.get(4).replace("\"observedMs\":3599000", "\"observedMs\":3600001"));
    ledger.forgeA(lines);
    assertThat(faults())
        .containsExactly(
            "compteur gpu/GPU-1 : attendu : observedMs de 0 à elapsedMs de la ligne, 3600000 ;"
                + " trouvé : 3600001");
  }

  @Test
  void moreByCpuTimeThanWasGiven() throws Exception {
    lines.set(2, SmallLedger.withBasis(lines.get(2), 900_000_000, 3));
    ledger.forgeA(lines);
    assertThat(faults())
        .containsExactly(
            "job 7.0 sur le compteur gpu/GPU-1 : staticMicrojoules (900000000 uJ) et"
                + " cpuTimeMicrojoules (3 uJ) dépassent les 900000002 uJ que le job a reçus");
  }

  @Test
  void whatIsWrittenIsTheSameInEveryLanguage() throws IOException {
    Path english = Files.createDirectory(root.resolve("english"));
    Language.ENGLISH.speak();
    SmallLedger same = new SmallLedger(english);
    assertThat(same.linesOfA()).isEqualTo(lines);
  }
}
