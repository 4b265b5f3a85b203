package org.sobre.it.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A schema as a writer must keep it: an object has no key that the schema does not list, and an
 * open list of words ({@code knownWords}) is closed.
 */
final class StrictSchema {

  private StrictSchema() {}

  static JsonNode of(JsonNode schema) {
    JsonNode copy = schema.deepCopy();
    close(copy);
    return copy;
  }

  private static void close(JsonNode node) {
    if (node instanceof ObjectNode object) {
      if (object.path("properties").isObject() && "object".equals(object.path("type").asText())) {
        object.put("unevaluatedProperties", false);
      }
      if (object.path("knownWords") instanceof ArrayNode words) {
        ArrayNode allowed = words.deepCopy();
        if (object.path("type").isArray()) {
          allowed.addNull();
        }
        object.set("enum", allowed);
      }
    }
    node.forEach(StrictSchema::close);
  }
}
