package org.sobre.it.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** What two documents do not have in common. */
final class JsonDifference {

  private JsonDifference() {}

  /**
   * What of a document another one lacks or has otherwise, as {@code energy[0].missing: null became
   * "failed"}; what only the other one has is no difference.
   */
  static List<String> missing(JsonNode before, JsonNode after) {
    List<String> differences = new ArrayList<>();
    compare("", before, after, differences);
    return differences;
  }

  /** Every key of a document, as {@code meters[].jobs[].uid}. */
  static SortedSet<String> keys(JsonNode document) {
    SortedSet<String> keys = new TreeSet<>();
    collect("", document, keys);
    return keys;
  }

  private static void compare(String at, JsonNode before, JsonNode after, List<String> to) {
    if (before.isObject() && after.isObject()) {
      for (Map.Entry<String, JsonNode> key : before.properties()) {
        String path = at.isEmpty() ? key.getKey() : at + "." + key.getKey();
        if (after.has(key.getKey())) {
          compare(path, key.getValue(), after.get(key.getKey()), to);
        } else {
          to.add(path + ": " + key.getValue() + " is gone");
        }
      }
    } else if (before.isArray() && after.isArray() && before.size() == after.size()) {
      for (int i = 0; i < before.size(); i++) {
        compare(at + "[" + i + "]", before.get(i), after.get(i), to);
      }
    } else if (!before.equals(after)) {
      to.add(at + ": " + before + " became " + after);
    }
  }

  private static void collect(String at, JsonNode node, SortedSet<String> keys) {
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> key : node.properties()) {
        String path = at.isEmpty() ? key.getKey() : at + "." + key.getKey();
        keys.add(path);
        collect(path, key.getValue(), keys);
      }
    } else if (node.isArray()) {
      node.forEach(item -> collect(at + "[]", item, keys));
    }
  }
}
