package org.sobre.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The schema of sobre.yaml has the keys of docs/configuration.md, which the code is held to. */
class ConfigurationPageTest {

  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Za-z.]+)` \\|");

  @Test
  void theSchemaHasTheKeysOfThePage() {
    String page = Contract.read(Path.of("../docs/configuration.md"));
    String table = page.substring(page.indexOf("## Keys of sobre.yaml"));
    table = table.substring(0, table.indexOf("\n## ", 1));
    Set<String> documented = new TreeSet<>();
    ROW.matcher(table).results().forEach(row -> documented.add(row.group(1)));
    SortedSet<String> inSchema = new TreeSet<>();
    JsonNode schema = Contract.schema("sobre");
    leaves("", schema, schema, inSchema);
    assertThat(inSchema).isEqualTo(documented);
  }

  private static void leaves(String path, JsonNode schema, JsonNode root, Set<String> keys) {
    JsonNode resolved =
        schema.has("$ref") ? root.at(schema.get("$ref").asText().substring(1)) : schema;
    if (!resolved.path("properties").isObject()) {
      keys.add(path);
      return;
    }
    for (Map.Entry<String, JsonNode> key : resolved.get("properties").properties()) {
      leaves(path.isEmpty() ? key.getKey() : path + "." + key.getKey(), key.getValue(), root, keys);
    }
  }
}
