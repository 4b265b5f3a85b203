package org.sobre.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.SoftAssertions;

/** What Slurm has of each machine of a generated pack, against what the cards say. */
final class NodeRecords {

  private static final String SOCKETS = "\\([^)]*\\)";

  private NodeRecords() {}

  /**
   * @param slurm the words of each record, by node
   * @param state that each must have
   */
  static void compare(
      List<GeneratedNode> pack, Map<String, Map<String, String>> slurm, String state, long seed) {
    assertThat(slurm).hasSize(pack.size());
    SoftAssertions all = new SoftAssertions();
    for (GeneratedNode node : pack) {
      Map<String, String> record = slurm.getOrDefault(node.name(), Map.of());
      all.assertThat(words(record, "Gres"))
          .as("seed %d, gres of %s", seed, node)
          .isEqualTo(node.expectedGres());
      all.assertThat(words(record, "ActiveFeatures"))
          .as("seed %d, features of %s", seed, node)
          .isEqualTo(node.expectedFeatures());
      all.assertThat(record.get("State")).as(node.name()).isEqualTo(state);
    }
    all.assertAll();
  }

  private static Set<String> words(Map<String, String> record, String key) {
    String value = record.getOrDefault(key, "absent").replaceAll(SOCKETS, "");
    return value.equals("(null)") || value.isEmpty()
        ? Set.of()
        : new TreeSet<>(List.of(value.split(",", -1)));
  }
}
