package org.sobre.hardware.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.sobre.hardware.message.Messages;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One mapping as it stands in a document. A section has one, and one more for each override that
 * speaks of it.
 *
 * @param path of the mapping in the document, as {@code nodes[1].set.discovery}; empty at the top
 * @param effective whether its values count here; those of an override for other hosts are checked
 *     and do not
 */
record YamlLayer(
    String source,
    String path,
    Map<String, NodeTuple> entries,
    int line,
    int column,
    boolean effective) {

  private static final Messages MESSAGES = Messages.of(YamlLayer.class);
  private static final Pattern DIGITS = Pattern.compile("\\d{1,18}");

  static YamlLayer empty(String source) {
    return new YamlLayer(source, "", Map.of(), 1, 1, true);
  }

  static YamlLayer of(
      String source, String path, MappingNode mapping, boolean effective, Problems problems) {
    Mark start = mapping.getStartMark();
    Map<String, NodeTuple> entries = new LinkedHashMap<>();
    YamlLayer layer =
        new YamlLayer(source, path, entries, start.getLine() + 1, start.getColumn() + 1, effective);
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.add(layer.problemAt(tuple.getKeyNode(), path, MESSAGES.text("key.notAWord")));
        continue;
      }
      NodeTuple first = entries.putIfAbsent(key.getValue(), tuple);
      if (first != null) {
        int firstLine = first.getKeyNode().getStartMark().getLine() + 1;
        String message = MESSAGES.text("key.twice", firstLine);
        problems.add(layer.problemAt(key, layer.name(key.getValue()), message));
      }
    }
    return layer;
  }

  YamlLayer withEffective(boolean counts) {
    return new YamlLayer(source, path, entries, line, column, counts);
  }

  YamlLayer without(Iterable<String> keys) {
    Map<String, NodeTuple> rest = new LinkedHashMap<>(entries);
    keys.forEach(rest::remove);
    return new YamlLayer(source, path, rest, line, column, effective);
  }

  /** Whether the key stands there, be it with {@code null}. */
  boolean hasKey(String key) {
    return entries.containsKey(key);
  }

  /** Absent also for {@code null} and {@code ~}. */
  Optional<Node> value(String key) {
    return Optional.ofNullable(entries.get(key))
        .map(NodeTuple::getValueNode)
        .filter(node -> !Tag.NULL.equals(node.getTag()));
  }

  /**
   * The mapping at a key; one without keys if there is none, with a problem if it is no mapping.
   */
  YamlLayer below(String key, Problems problems) {
    Optional<Node> node = value(key);
    if (node.isPresent() && node.get() instanceof MappingNode mapping) {
      return of(source, name(key), mapping, effective, problems);
    }
    node.ifPresent(
        other -> problems.add(problem(key, MESSAGES.text("expected.mapping", kind(other)))));
    return new YamlLayer(source, name(key), Map.of(), line, column, effective);
  }

  /** The words of a list, or the one word that stands for a list of one; none if absent. */
  List<String> words(String key, Problems problems) {
    List<String> words = new ArrayList<>();
    for (Node item : items(key)) {
      if (item instanceof ScalarNode scalar) {
        words.add(scalar.getValue());
      } else {
        problems.add(problemAt(item, name(key), MESSAGES.text("expected.words", kind(item))));
      }
    }
    return List.copyOf(words);
  }

  /** The mappings of a list, each under its place in it; none if absent. */
  List<YamlLayer> mappings(String key, Problems problems) {
    Optional<Node> node = value(key);
    if (node.isPresent() && !(node.get() instanceof SequenceNode)) {
      problems.add(problem(key, MESSAGES.text("expected.list", kind(node.get()))));
      return List.of();
    }
    List<YamlLayer> mappings = new ArrayList<>();
    int index = 0;
    for (Node item : items(key)) {
      String below = name(key) + "[" + index++ + "]";
      if (item instanceof MappingNode mapping) {
        mappings.add(of(source, below, mapping, effective, problems));
      } else {
        problems.add(problemAt(item, below, MESSAGES.text("expected.mapping", kind(item))));
      }
    }
    return List.copyOf(mappings);
  }

  private List<Node> items(String key) {
    return value(key)
        .map(node -> node instanceof SequenceNode list ? list.getValue() : List.of(node))
        .orElse(List.of());
  }

  /**
   * How the entry before a key was meant, where the two are a number with a decimal comma: {@code
   * value: 0.21} of the 21 in {@code {value: 0,21}}, where YAML has a key without a value.
   */
  Optional<String> meantWithPoint(String key) {
    NodeTuple tuple = entries.get(key);
    if (tuple == null || !DIGITS.matcher(key).matches() || value(key).isPresent()) {
      return Optional.empty();
    }
    List<String> keys = List.copyOf(entries.keySet());
    int before = keys.indexOf(key) - 1;
    return before < 0
        ? Optional.empty()
        : value(keys.get(before))
            .filter(ScalarNode.class::isInstance)
            .map(node -> ((ScalarNode) node).getValue())
            .filter(whole -> DIGITS.matcher(whole).matches())
            .map(whole -> keys.get(before) + ": " + whole + "." + key);
  }

  /** At the key, or at the mapping if the key is not there. */
  Problem problem(String key, String message) {
    NodeTuple tuple = entries.get(key);
    return tuple == null
        ? new Problem(source, line, column, name(key), message)
        : problemAt(tuple.getKeyNode(), name(key), message);
  }

  Problem problemAt(Node node, String name, String message) {
    Mark mark = node.getStartMark();
    return new Problem(source, mark.getLine() + 1, mark.getColumn() + 1, name, message);
  }

  String name(String key) {
    return path.isEmpty() ? ScalarText.shown(key) : path + "." + ScalarText.shown(key);
  }

  /** What stands there instead of what was expected. */
  static String kind(Node node) {
    if (node instanceof ScalarNode scalar) {
      return MESSAGES.text("kind.scalar", ScalarText.shown(scalar.getValue()));
    }
    return MESSAGES.text(node instanceof SequenceNode ? "kind.list" : "kind.mapping");
  }
}
