package org.sobre.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schemas themselves: sound, explained, and by the house's rules of keys and units. */
class SchemasTest {

  /** What a number of no physical unit counts or names. */
  private static final Set<String> DIMENSIONLESS =
      Set.of("count", "id", "ordinal", "ratio", "wait(2)");

  private static final Pattern CAMEL_CASE = Pattern.compile("[a-z][A-Za-z0-9]*");

  /** What of a unit stands in a key's name, where it is not the unit itself. */
  private static final Map<String, String> IN_NAMES =
      Map.of(
          "mW",
          "milliwatts",
          "items/s",
          "persecond",
          "items/J",
          "perjoule",
          "items/s/euro",
          "persecondpereuro",
          "items/euro",
          "pereuro",
          "tokens/s",
          "persecond",
          "tokens/J",
          "perjoule",
          "tokens/euro",
          "pereuro",
          "percent",
          "percent");

  static List<String> names() {
    return Contract.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void isASchemaOf2020Dash12(String name) {
    JsonSchema meta =
        JsonSchemaFactory.getInstance(VersionFlag.V202012)
            .getSchema(SchemaLocation.of(SchemaId.V202012));
    assertThat(meta.validate(Contract.schema(name)))
        .extracting(ValidationMessage::getMessage)
        .isEmpty();
    assertThat(Contract.schema(name).path("$id").asText()).isEqualTo("urn:sobre:contract:" + name);
  }

  /** One of these rules broken is told with the place: {@code $defs/gpu/index}. */
  @ParameterizedTest
  @MethodSource("names")
  void keysAreExplainedInCamelCaseWithTheirUnitAndArraysAreNeverNull(String name) {
    List<String> broken = new ArrayList<>();
    walk(name, "", Contract.schema(name), broken);
    assertThat(broken).isEmpty();
  }

  @Test
  void everyContractIsInTheTable() {
    String table = Contract.read(Contract.DIRECTORY.resolve("README.md"));
    assertThat(Contract.names()).isNotEmpty();
    for (String name : Contract.names()) {
      assertThat(table).contains("(" + name + ".schema.json)");
    }
  }

  private static void walk(String path, String parent, JsonNode schema, List<String> broken) {
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      checkProperty(path + "/" + property.getKey(), parent, property, broken);
      walk(path + "/" + property.getKey(), property.getKey(), property.getValue(), broken);
    }
    for (Map.Entry<String, JsonNode> definition : schema.path("$defs").properties()) {
      walk(path + "/" + definition.getKey(), definition.getKey(), definition.getValue(), broken);
    }
    for (JsonNode alternative : schema.path("oneOf")) {
      walk(path, parent, alternative, broken);
    }
    if (schema.path("items").isObject()) {
      walk(path + "[]", parent, schema.get("items"), broken);
    }
  }

  private static void checkProperty(
      String path, String parent, Map.Entry<String, JsonNode> property, List<String> broken) {
    JsonNode schema = property.getValue();
    String types = schema.path("type").toString();
    if (!CAMEL_CASE.matcher(property.getKey()).matches()) {
      broken.add(path + ": expected a name in camelCase");
    }
    if (!schema.has("description") && !schema.has("$ref")) {
      broken.add(path + ": expected a description");
    }
    if (types.contains("array") && types.contains("null")) {
      broken.add(path + ": an array is never null");
    }
    // what may be a text too is a word that YAML took for a number: a version, a date
    boolean number = types.contains("\"integer\"") || types.contains("\"number\"");
    if (number && !types.contains("\"string\"")) {
      checkUnit(path, parent + property.getKey(), schema.path("unit").asText(), broken);
    }
  }

  private static void checkUnit(String path, String names, String unit, List<String> broken) {
    String word = IN_NAMES.getOrDefault(unit, unit).toLowerCase(Locale.ROOT);
    if (unit.isEmpty()) {
      broken.add(path + ": expected a unit");
    } else if (!DIMENSIONLESS.contains(unit) && !names.toLowerCase(Locale.ROOT).contains(word)) {
      broken.add(path + ": expected its unit, " + unit + ", in its name");
    }
  }
}
