package org.sobre.hardware.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One mapping of a YAML document. Every getter names the key it asks for; what was never asked for
 * is unknown, and {@link #refuseUnknownKeys()} says so. Wrong values become {@link Problems} and
 * read as absent, so that one pass finds them all.
 */
public final class YamlSection {

  private final String source;
  private final String path;
  private final Map<String, NodeTuple> entries;
  private final Set<String> known = new LinkedHashSet<>();
  private final Problems problems;
  private final int line;
  private final int column;

  private YamlSection(
      String source,
      String path,
      Map<String, NodeTuple> entries,
      Problems problems,
      int line,
      int column) {
    this.source = source;
    this.path = path;
    this.entries = entries;
    this.problems = problems;
    this.line = line;
    this.column = column;
  }

  static YamlSection empty(String source, Problems problems) {
    return new YamlSection(source, "", Map.of(), problems, 1, 1);
  }

  static YamlSection of(String source, String path, MappingNode mapping, Problems problems) {
    Map<String, NodeTuple> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (tuple.getKeyNode() instanceof ScalarNode key) {
        if (entries.putIfAbsent(key.getValue(), tuple) != null) {
          problems.add(
              YamlDocument.problemAt(
                  source,
                  key.getStartMark(),
                  key.getValue()
                      + ": this key stands a second time; the first counts, remove one"));
        }
      } else {
        problems.add(
            YamlDocument.problemAt(
                source, tuple.getKeyNode().getStartMark(), "a key must be a plain word"));
      }
    }
    return new YamlSection(
        source,
        path,
        entries,
        problems,
        mapping.getStartMark().getLine() + 1,
        mapping.getStartMark().getColumn() + 1);
  }

  public String source() {
    return source;
  }

  public Problems problems() {
    return problems;
  }

  /** Whether it has no key at all: also of a document that is no YAML. */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  public boolean has(String key) {
    return node(key).isPresent();
  }

  /** The text of a scalar; absent if the key is, or if it is {@code null} or {@code ~}. */
  public Optional<String> string(String key) {
    return scalar(key, "a word or text", Optional::of);
  }

  /**
   * As {@link #string}, with a problem if absent; then an empty text, which the caller never gets
   * to use.
   */
  public String requiredString(String key) {
    return string(key).orElseGet(() -> missing(key, ""));
  }

  public Optional<Boolean> bool(String key) {
    return scalar(
        key,
        "true or false",
        text ->
            switch (text) {
              case "true", "on", "yes" -> Optional.of(true);
              case "false", "off", "no" -> Optional.of(false);
              default -> Optional.empty();
            });
  }

  /** A whole number within a range, both ends included. */
  public OptionalLong integer(String key, long min, long max) {
    return scalar(
            key,
            "a whole number from " + min + " to " + max,
            text -> ScalarText.wholeNumber(text, min, max))
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  public OptionalDouble number(String key, double min, double max) {
    return scalar(
            key, "a number from " + min + " to " + max, text -> ScalarText.number(text, min, max))
        .map(OptionalDouble::of)
        .orElseGet(OptionalDouble::empty);
  }

  /** {@code 500ms}, {@code 10s}, {@code 5min}, {@code 2h}, {@code 1d}. */
  public Optional<Duration> duration(String key, Duration min, Duration max) {
    return scalar(
        key,
        "a duration from " + ScalarText.human(min) + " to " + ScalarText.human(max) + ", as 10s",
        text ->
            ScalarText.duration(text).filter(d -> d.compareTo(min) >= 0 && d.compareTo(max) <= 0));
  }

  /** One of the words, in the spelling given. */
  public Optional<String> oneOf(String key, List<String> words) {
    Optional<String> text = string(key);
    if (text.isPresent() && !words.contains(text.get())) {
      problem(
          key,
          "expected one of "
              + String.join(", ", words)
              + ", found \""
              + text.get()
              + "\""
              + Suggestion.clause(text.get(), words));
      return Optional.empty();
    }
    return text;
  }

  /** Words of a list; one word stands for a list of one. */
  public List<String> strings(String key) {
    Optional<Node> node = node(key);
    if (node.isEmpty()) {
      return List.of();
    }
    List<Node> items =
        node.get() instanceof SequenceNode sequence ? sequence.getValue() : List.of(node.get());
    List<String> words = new ArrayList<>();
    for (Node item : items) {
      if (item instanceof ScalarNode scalar) {
        words.add(scalar.getValue());
      } else {
        problems.add(
            YamlDocument.problemAt(
                source, item.getStartMark(), name(key) + ": expected a list of words"));
      }
    }
    return List.copyOf(words);
  }

  /** A mapping below; an empty one if absent. */
  public YamlSection section(String key) {
    Optional<Node> node = node(key);
    if (node.isPresent() && node.get() instanceof MappingNode mapping) {
      return of(source, name(key), mapping, problems);
    }
    node.ifPresent(other -> problem(key, "expected a mapping of keys to values"));
    return new YamlSection(source, name(key), Map.of(), problems, line, column);
  }

  /** A list of mappings; empty if absent. */
  public List<YamlSection> sections(String key) {
    Optional<Node> node = node(key);
    if (node.isEmpty()) {
      return List.of();
    }
    if (!(node.get() instanceof SequenceNode sequence)) {
      problem(key, "expected a list");
      return List.of();
    }
    List<YamlSection> sections = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      if (item instanceof MappingNode mapping) {
        sections.add(of(source, name(key) + "[" + sections.size() + "]", mapping, problems));
      } else {
        problems.add(
            YamlDocument.problemAt(
                source, item.getStartMark(), name(key) + ": expected a mapping"));
      }
    }
    return List.copyOf(sections);
  }

  /** Names of the keys present, in the order of the document; marks them all as known. */
  public List<String> keys() {
    known.addAll(entries.keySet());
    return List.copyOf(entries.keySet());
  }

  /** Adds a problem at a key, or at the section if the key is not there. */
  public void problem(String key, String message) {
    NodeTuple tuple = entries.get(key);
    problems.add(
        tuple == null
            ? new Problem(source, line, column, name(key) + ": " + message)
            : YamlDocument.problemAt(
                source, tuple.getKeyNode().getStartMark(), name(key) + ": " + message));
  }

  /**
   * To be called after the last getter: every key that was not asked for becomes a problem, with a
   * did-you-mean.
   */
  public void refuseUnknownKeys() {
    for (String key : entries.keySet()) {
      if (!known.contains(key)) {
        problem(
            key,
            "unknown key"
                + Suggestion.clause(key, known)
                + " (known here: "
                + String.join(", ", known)
                + ")");
      }
    }
  }

  /** Marks a key as known without reading it here. */
  public void reserve(String key) {
    known.add(key);
  }

  private String missing(String key, String placeholder) {
    problem(key, "this key is required and missing");
    return placeholder;
  }

  private Optional<Node> node(String key) {
    known.add(key);
    return Optional.ofNullable(entries.get(key))
        .map(NodeTuple::getValueNode)
        .filter(node -> !Tag.NULL.equals(node.getTag()));
  }

  private <T> Optional<T> scalar(String key, String expected, Function<String, Optional<T>> parse) {
    Optional<Node> node = node(key);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    if (!(node.get() instanceof ScalarNode scalar)) {
      problem(
          key,
          "expected "
              + expected
              + ", found a "
              + (node.get() instanceof MappingNode ? "mapping" : "list"));
      return Optional.empty();
    }
    Optional<T> value = parse.apply(scalar.getValue().strip());
    if (value.isEmpty()) {
      problem(key, "expected " + expected + ", found \"" + scalar.getValue() + "\"");
    }
    return value;
  }

  private String name(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
