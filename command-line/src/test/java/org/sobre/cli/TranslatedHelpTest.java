package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.assertj.core.util.Strings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.message.Language;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Every word of every help is there in French, and nothing more. */
class TranslatedHelpTest {

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{[^}]*}|\\{[a-z_]+}");

  private final Locale before = Locale.getDefault(Locale.Category.DISPLAY);

  @AfterEach
  void restore() {
    Locale.setDefault(Locale.Category.DISPLAY, before);
  }

  @Test
  void everyTextOfEveryCommandIsTranslated() {
    Map<String, String> english = texts(SobreCommand.commandLine());
    Map<String, String> french = texts(inFrench());
    assertThat(french.keySet()).isEqualTo(english.keySet());
    english.forEach(
        (place, text) -> {
          String translated = french.getOrDefault(place, "");
          assertThat(translated).as(place).isNotBlank().isNotEqualTo(text);
          assertThat(variables(translated)).as(place).isEqualTo(variables(text));
        });
    assertThat(english).hasSizeGreaterThan(100);
  }

  /** A key that picocli never asks for is a slip in its name, or of a command that has gone. */
  @Test
  void everyKeyOfTheBundleIsAskedFor() {
    Set<String> asked = new TreeSet<>();
    forEachCommand(inFrench(), command -> asked.addAll(keys(command.getCommandSpec())));
    Set<String> unasked = new TreeSet<>(TranslatedHelp.bundle(Language.FRENCH).keySet());
    unasked.removeIf(key -> asked.contains(key.replaceFirst("\\.\\d+$", "")));
    assertThat(unasked).isEmpty();
  }

  @Test
  void footersFitATerminalAndNoHeadingStandsAlone() {
    for (CommandLine root : List.of(SobreCommand.commandLine(), inFrench())) {
      forEachCommand(
          root,
          command -> {
            UsageMessageSpec usage = command.getCommandSpec().usageMessage();
            assertThat(usage.footer()).allSatisfy(line -> assertThat(line).hasSizeLessThan(81));
            assertThat(Strings.isNullOrEmpty(usage.exitCodeListHeading()))
                .as(command.getCommandSpec().qualifiedName())
                .isEqualTo(usage.exitCodeList().isEmpty());
          });
    }
  }

  @Test
  void examplesAreTheSame() {
    Map<String, List<String>> english = examples(SobreCommand.commandLine());
    assertThat(examples(inFrench())).isEqualTo(english);
  }

  @Test
  void theHelpIsInTheLanguageConfigured(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("s.yaml"), "language: fr\n");
    Language.ENGLISH.speak();
    assertThat(help("report", "--help")).startsWith("Usage: sobre report");
    // wherever a line is broken
    assertThat(help("--config", file.toString(), "report", "--help").replaceAll("\\s+", " "))
        .startsWith("Utilisation : sobre report")
        .contains(
            "Au choix : table, json, csv, html ; par défaut table.",
            "Code de retour :",
            "Exemples :");
    assertThat(help("--config", file.toString(), "node", "--help")).contains("Commandes :");
    assertThat(help("--config", file.toString(), "--help"))
        .contains("  help       Afficher l'aide d'une commande,")
        .doesNotContain("Displays");
  }

  @Test
  void anEnglishHelpOpensNoBundle() {
    Language.ENGLISH.speak();
    CommandLine command = SobreCommand.commandLine();
    command.getUsageMessage();
    assertThat(Optional.ofNullable(command.getResourceBundle())).isEmpty();
  }

  private static String help(String... args) {
    StringWriter out = new StringWriter();
    CommandLine line = SobreCommand.commandLine();
    line.setOut(new PrintWriter(out, true));
    assertThat(Main.run(line, args)).isZero();
    return out.toString();
  }

  private static CommandLine inFrench() {
    CommandLine command = SobreCommand.commandLine();
    ResourceBundle bundle = TranslatedHelp.bundle(Language.FRENCH);
    TranslatedHelp.translate(command, bundle);
    return command;
  }

  private static void forEachCommand(CommandLine command, Consumer<CommandLine> visitor) {
    visitor.accept(command);
    command.getSubcommands().values().forEach(below -> forEachCommand(below, visitor));
  }

  /** Each text by its place; a footer as a whole, if it says anything but commands. */
  private static Map<String, String> texts(CommandLine root) {
    Map<String, String> texts = new TreeMap<>();
    forEachCommand(root, command -> collect(command, texts));
    return texts;
  }

  private static void collect(CommandLine command, Map<String, String> texts) {
    String name = command.getCommandSpec().qualifiedName();
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    texts.put(name + " synopsisHeading", usage.synopsisHeading());
    texts.put(name + " commandListHeading", usage.commandListHeading());
    texts.put(name + " footerHeading", usage.footerHeading());
    putAll(name + " description", usage.description(), texts);
    if (!usage.exitCodeList().isEmpty()) {
      texts.put(name + " exitCodeListHeading", usage.exitCodeListHeading());
    }
    usage.exitCodeList().forEach((code, text) -> texts.put(name + " exits with " + code, text));
    for (ArgSpec argument : command.getCommandSpec().args()) {
      putAll(name + " " + argument, argument.description(), texts);
    }
    String said =
        Arrays.stream(usage.footer())
            .filter(line -> !line.startsWith("  ") || line.strip().contains("   "))
            .collect(Collectors.joining("\n"));
    if (!said.isBlank()) {
      texts.put(name + " footer", said);
    }
  }

  private static void putAll(String place, String[] lines, Map<String, String> texts) {
    for (int i = 0; i < lines.length; i++) {
      texts.put(place + " " + i, lines[i]);
    }
  }

  private static Map<String, List<String>> examples(CommandLine root) {
    Map<String, List<String>> examples = new TreeMap<>();
    forEachCommand(
        root,
        command ->
            examples.put(
                command.getCommandSpec().qualifiedName(),
                Arrays.stream(command.getCommandSpec().usageMessage().footer())
                    .filter(line -> line.startsWith("  sobre "))
                    // what is said behind an example, or echoed by it, is said in French
                    .map(line -> line.replaceFirst("(?<=\\S)   .*| \\|\\| echo .*", ""))
                    .toList()));
    return examples;
  }

  private static List<String> keys(CommandSpec spec) {
    List<String> keys = new ArrayList<>();
    for (String part :
        List.of(
            "synopsisHeading",
            "commandListHeading",
            "exitCodeListHeading",
            "footerHeading",
            "description",
            "exitCodeList",
            "footer")) {
      keys.add("usage." + part);
    }
    spec.options().forEach(option -> keys.add(option.longestName().replaceFirst("^--?", "")));
    spec.positionalParameters()
        .forEach(argument -> keys.add(argument.paramLabel() + "[" + argument.index() + "]"));
    spec.args()
        .forEach(argument -> Optional.ofNullable(argument.descriptionKey()).ifPresent(keys::add));
    List<String> all = new ArrayList<>(keys);
    keys.forEach(key -> all.add(spec.qualifiedName(".") + "." + key));
    return all;
  }

  private static Set<String> variables(String text) {
    return VARIABLE.matcher(text).results().map(r -> r.group()).collect(Collectors.toSet());
  }
}
