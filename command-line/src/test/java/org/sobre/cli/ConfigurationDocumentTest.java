package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.config.Problem;
import org.sobre.hardware.config.SobreConfig;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** The keys that the code knows are those of the shipped file and those of the documentation. */
class ConfigurationDocumentTest {

  private static final Path SHIPPED = Path.of("../conf/sobre.yaml");
  private static final Path DOCUMENT = Path.of("../docs/configuration.md");
  private static final Pattern KNOWN_HERE = Pattern.compile("\\(known here: ([^)]*)\\)");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([\\w.]+)` \\|[^|]*\\| ([^|]*) \\| ([^|]*) \\| 0\\.1 \\|$");

  /** Those shown with an example, for their default is not a value. */
  private static final Set<String> EXAMPLES =
      Set.of(
          "timeZone",
          "language",
          "slurm.controller",
          "store.user",
          "store.passwordFile",
          "store.snapshots",
          "privacy.operators",
          "privacy.retention",
          "models.path",
          "models.calibration",
          "nodes");

  @Test
  void theShippedFileIsGoodAndChangesNothing() throws IOException {
    SobreConfig shipped = SobreConfig.parse("sobre.yaml", Files.readString(SHIPPED));
    SobreConfig none = SobreConfig.parse("none", "");
    assertThat(WholeConfig.of(shipped)).isEqualTo(WholeConfig.of(none));
    assertThat(shipped.problems().all()).isEmpty();
    assertThat(shipped.problems().remarks()).isEmpty();
  }

  @Test
  void whatItShowsIsTheDefaultOfEachKey() throws IOException {
    SobreConfig shown = SobreConfig.parse("sobre.yaml", shown());
    WholeConfig here = WholeConfig.of(shown);
    WholeConfig none = WholeConfig.of(SobreConfig.parse("none", ""));
    assertThat(shown.problems().all()).isEmpty();
    assertThat(List.of(here.discovery(), here.meters(), here.ledger(), here.store().url()))
        .isEqualTo(List.of(none.discovery(), none.meters(), none.ledger(), none.store().url()));
    assertThat(here.slurm().actOnNodes()).isEqualTo(none.slurm().actOnNodes());
  }

  @Test
  void itShowsEveryKeyOfTheCode() throws IOException {
    assertThat(new TreeSet<>(shownValues().keySet())).isEqualTo(keysOfTheCode());
  }

  @Test
  void theDocumentationHasEveryKeyOfTheCodeWithItsDefault() throws IOException {
    Map<String, String> defaults = new LinkedHashMap<>();
    List<String> reserved = new ArrayList<>();
    Matcher row = ROW.matcher(Files.readString(DOCUMENT));
    while (row.find()) {
      defaults.put(row.group(1), row.group(2));
      if (row.group(3).equals("reserved")) {
        reserved.add(row.group(1));
      }
    }
    assertThat(new TreeSet<>(defaults.keySet())).isEqualTo(keysOfTheCode());
    shownValues()
        .forEach(
            (key, value) ->
                assertThat(defaults.get(key))
                    .as(key)
                    .startsWith(EXAMPLES.contains(key) ? "—" : "`" + value + "`"));
    assertThat(new TreeSet<>(reserved)).isEqualTo(reservedKeys());
  }

  /** Its commented keys, uncommented. */
  static String shown() throws IOException {
    return Files.readString(SHIPPED).replaceAll("(?m)^( *)#(?=\\w+:|- )", "$1");
  }

  private static Map<String, String> shownValues() throws IOException {
    Map<String, String> values = new LinkedHashMap<>();
    leaves("", (MappingNode) new Yaml().compose(new StringReader(shown())), values);
    return values;
  }

  /** Words as the file has them: off is no truth value here. */
  private static void leaves(String path, MappingNode mapping, Map<String, String> found) {
    for (NodeTuple entry : mapping.getValue()) {
      String key = ((ScalarNode) entry.getKeyNode()).getValue();
      String name = path.isEmpty() ? key : path + "." + key;
      if (entry.getValueNode() instanceof MappingNode below) {
        leaves(name, below, found);
      } else if (entry.getValueNode() instanceof ScalarNode word) {
        found.put(name, word.getValue());
      } else {
        found.put(name, entry.getValueNode().toString());
      }
    }
  }

  private static Set<String> reservedKeys() throws IOException {
    SobreConfig shown = SobreConfig.parse("sobre.yaml", shown());
    WholeConfig.of(shown);
    Set<String> reserved = new TreeSet<>();
    shown.problems().remarks().forEach(remark -> reserved.add(remark.key()));
    return reserved;
  }

  /** What the code answers when it is asked for a key that it does not know, level by level. */
  private static Set<String> keysOfTheCode() {
    Set<String> keys = new TreeSet<>();
    collect("", keys);
    return keys;
  }

  private static void collect(String path, Collection<String> keys) {
    for (String key : knownUnder(path).orElseThrow()) {
      String name = path.isEmpty() ? key : path + "." + key;
      if (!name.equals("schema") && knownUnder(name).isPresent()) {
        collect(name, keys);
      } else {
        keys.add(name);
      }
    }
  }

  /** Absent if no mapping belongs there. */
  private static Optional<List<String>> knownUnder(String path) {
    StringBuilder text = new StringBuilder();
    String indent = "";
    for (String level : path.isEmpty() ? new String[0] : path.split("\\.", -1)) {
      text.append(indent).append(level).append(":\n");
      indent += "  ";
    }
    text.append(indent).append("zzzzzz: 1\n");
    SobreConfig config = SobreConfig.parse("probe", text.toString());
    WholeConfig.of(config);
    return config.problems().all().stream()
        .filter(problem -> problem.key().endsWith("zzzzzz"))
        .map(Problem::flaw)
        .map(KNOWN_HERE::matcher)
        .filter(Matcher::find)
        .map(known -> List.of(known.group(1).split(", ", -1)))
        .findFirst();
  }
}
