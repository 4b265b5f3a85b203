package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Locale.Category;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.probe.ToolResult.Ending;
import picocli.CommandLine;

/** People are answered in French; what programs read is the same to the byte. */
class FrenchCommandsTest {

  @TempDir Path root;
  private final Locale display = Locale.getDefault(Category.DISPLAY);
  private final Locale format = Locale.getDefault(Category.FORMAT);
  private SmallMachine machine;

  @BeforeEach
  void inFrance() throws IOException {
    machine = new SmallMachine(root.resolve("machine"));
    speak(Locale.FRANCE);
  }

  @AfterEach
  void asBefore() {
    Locale.setDefault(Category.DISPLAY, display);
    Locale.setDefault(Category.FORMAT, format);
  }

  private static void speak(Locale locale) {
    Locale.setDefault(Category.DISPLAY, locale);
    Locale.setDefault(Category.FORMAT, locale);
  }

  @Test
  void discoverPrintsItsTableInFrench() {
    assertThat(machine.run("discover")).isEqualTo(ExitCode.DONE);
    assertThat(machine.out.toString().lines().toList())
        .containsExactly(
            "Nœud       n042, Dell Inc. 0N051F",
            "CPU        Intel(R) Xeon(R) CPU E5620, 1 socket, 4 cœurs, 8 threads",
            "Mémoire    25,2 Go",
            "Compteurs  1 gpu (nvidia-smi)",
            "",
            "GPU  MODÈLE                   VRAM Go  LIBRE Go  PÉRIPHÉRIQUE  ADRESSE PCI   ÉTAT"
                + "  OFFERT",
            "  0  NVIDIA GeForce RTX 4090     25,8      25,3  /dev/nvidia0  0000:01:00.0  ok  "
                + "  oui");
  }

  @Test
  void discoverSaysInFrenchWhatIsOutOfUse() throws IOException {
    machine.nvidiaSmi = SmallMachine.ended(Ending.TIMED_OUT);
    assertThat(machine.run("discover")).isEqualTo(ExitCode.DONE);
    assertThat(machine.out.toString()).contains("unreadable", "non : unreadable");
    assertThat(machine.err.toString())
        .contains("sobre: nvidia-smi : ", "sobre: GPU 0 (0000:01:00.0) : unreadable : ");

    Files.delete(machine.root.resolve("sys/bus/pci/devices/0000:01:00.0/class"));
    assertThat(machine.run("discover")).isEqualTo(ExitCode.DONE);
    assertThat(machine.out.toString()).contains("Aucun GPU : ce nœud n'a que des processeurs.");
  }

  @Test
  void doctorSpeaksFrench() throws IOException {
    machine.write(
        "run/sobre/slurm/node.json",
        """
        {"v": 1, "node": "n042", "boot": "b", "digest": "d", "gres": [], "gpus": [], "features": [],
         "cpu": {"model": "a processor", "sockets": 1, "cores": 4, "threads": 8}, "memoryMiB": 16000}
        """);
    machine.write(
        "sobre.yaml",
        "schema: sobre/1\nslurm: {controller: ctl}\nledger: {directory: /nowhere/at/all}\n");
    assertThat(machine.run("doctor")).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(machine.out.toString())
        .startsWith("Nœud n042, configuration ")
        .containsPattern("SONDE +ISSUE +SECONDES +RÉPONSE")
        .containsPattern("nvidia-smi +ok +0,02 +driver 535\\.54\\.03")
        .contains(
            "Note : powercap : aucun compteur de processeur ici : l'énergie des CPU sera dite",
            "Problème : scontrol : attendu sur un nœud d'une grappe (slurm.controller est défini),",
            "Problème : slurmd : attendu sur un nœud d'une grappe (slurm.controller est défini),",
            "Note : sacct : absent de PATH ; rien de Sobre n'en a besoin",
            "Note : node : s'est publié (/run/sobre/slurm/node.json)",
            "Problème : sobre-monitord : ne répond pas sur /run/sobre/job.sock",
            "Problème : ledger : /nowhere/at/all n'existe pas",
            "Note : slurm.controller : ctl:6817")
        .endsWith("Verdict : 4 problèmes demandent votre attention.\n");
  }

  @ParameterizedTest
  @CsvSource({
    "discover,json",
    "discover,yaml",
    "gres,gres.conf",
    "gres,slurmd",
    "gres,json",
    "gres,node",
    "gres,slurm.conf"
  })
  void whatProgramsReadOfANodeIsTheSameToTheByte(String command, String format) throws IOException {
    machine.amdCard();
    String french = printed(command, format);
    speak(Locale.ROOT);
    assertThat(french).isEqualTo(printed(command, format)).isNotBlank();
    // no language has other letters than the Turkish for i
    speak(Locale.forLanguageTag("tr-TR"));
    assertThat(printed(command, format)).isEqualTo(french);
  }

  private String printed(String command, String format) {
    machine.out.getBuffer().setLength(0);
    assertThat(machine.run(command, "--format", format)).isEqualTo(ExitCode.DONE);
    return machine.out.toString().replaceAll("(\"?ms\"?) ?: ?\\d+", "$1: 0");
  }

  @Test
  void verifySaysInFrenchThatAllIsWell() throws IOException {
    SmallSite site = new SmallSite(root.resolve("site"));
    assertThat(site.sobre("ledger", "verify")).isZero();
    assertThat(site.out)
        .isEqualTo(
            "lignes : 3, démarrages : 1, nœuds : 1 ; rien ne manque, rien n'est doublé ni altéré,"
                + " chaque bilan tombe juste"
                + System.lineSeparator());
  }

  @Test
  void verifyNamesFaultsInFrenchAndTheCodecsReasonAsItIs() throws IOException {
    SmallSite site = new SmallSite(root.resolve("site"));
    site.cutTheSecondLine();
    assertThat(site.sobre("ledger", "verify")).isEqualTo(ExitCode.BAD_DATA);
    assertThat(site.out)
        .contains("défaut : " + site.ledgerFile + ":2: ligne illisible : not valid JSON")
        .contains("seq 2 manque avant cette ligne : une ligne a été retirée");
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "json"})
  void aReportForProgramsIsTheSameToTheByte(String format) throws IOException {
    SmallSite site = new SmallSite(root.resolve("site"));
    String[] asked = {"report", "--by", "month,lab,gpu", "--format", format};
    assertThat(site.sobre(asked)).isZero();
    String french = site.out;
    assertThat(french).contains("lab-vision", "1.000");
    for (Locale locale : List.of(Locale.ROOT, Locale.forLanguageTag("tr-TR"))) {
      speak(locale);
      assertThat(site.sobre(asked)).isZero();
      assertThat(site.out).isEqualTo(french);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ledger ingest --store jdbc:mysql:x|--store : attendu : jdbc:sqlite:FILE,"
            + " jdbc:mariadb://HOST[:PORT]/DATABASE ; trouvé",
        "report --by labs|--by : attendu : lab, account, user, gpu, profile, node, cluster, day, month ; trouvé : « labs »"
            + " ; vouliez-vous dire « lab » ?",
        "report --month november|--month : attendu : AAAA-MM comme 2026-11 ; trouvé : « november »",
        "report --month 2026-11 --since 2026-11-01|--month s'emploie seul",
        "report --since yesterday|--since : attendu : un jour comme 2026-11-01",
        "report --since 2026-11-02 --until 2026-11-01|--until : attendu : un moment après --since",
      })
  void misuseIsExplainedInFrench(String arguments, String message) throws IOException {
    SmallSite site = new SmallSite(root.resolve("site"));
    assertThat(site.sobre(arguments.split(" ", -1))).isEqualTo(ExitCode.USAGE);
    assertThat(site.err).startsWith("sobre: " + message).contains("Essayez « sobre ");
  }

  @Test
  void aFileThatIsNotThereIsNamedInFrench() throws IOException {
    SmallSite site = new SmallSite(root.resolve("site"));
    Files.delete(site.config);
    assertThat(site.sobre("report")).isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(site.err)
        .isEqualTo(
            "sobre: le fichier "
                + site.config
                + " était attendu, il n'existe pas"
                + System.lineSeparator());
  }

  /** picocli's own sentences are English in every language. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "discover --formt json|Option inconnue : '--formt', 'json'",
        "discover --format xml|Valeur incorrecte pour option '--format' ; valeurs attendues :"
            + " table, json, yaml ; trouvé : 'xml'",
        "discover --from|Il manque la valeur de : option '--from' (FILE)",
        "discover --format json --format yaml|À ne donner qu'une fois : option '--format'",
        "discover --together=7|Valeur incorrecte pour option '--together' : ",
        "reprot|Argument de trop, en position 0 : 'reprot'",
        "node|Il manque une sous-commande",
        "template show|Paramètre obligatoire manquant : ",
        "infer -- true|Option obligatoire manquante : '--profile=NAME'",
        "gres --output x|Option ou paramètre obligatoire manquant : --fleet=DIR",
        "gres --format toml|Valeur incorrecte pour option '--format' : valeurs attendues : gres",
        "node publish --within x|Valeur incorrecte pour option '--within' ; un nombre entier était"
            + " attendu, trouvé : 'x'",
        "queue --vram|Argument de trop, en position 0 : 'queue', '--vram'"
      })
  void aWrongUsageIsToldInFrench(String words, String said) {
    StringWriter err = new StringWriter();
    CommandLine line = SobreCommand.commandLineFor(words.split(" "));
    line.setErr(new PrintWriter(err, true));
    assertThat(Main.run(line, words.split(" "))).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString().lines().toList().get(0)).startsWith("sobre: " + said);
    assertThat(err.toString()).contains("Essayez « sobre");
  }
}
