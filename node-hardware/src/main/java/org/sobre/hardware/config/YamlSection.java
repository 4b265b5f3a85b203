package org.sobre.hardware.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.sobre.hardware.message.Messages;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * One mapping of a YAML document, under the overrides that speak of it. Every getter names the key
 * it asks for; what was never asked for is unknown, and {@link #refuseUnknownKeys()} says so. Wrong
 * values become {@link Problems} and read as absent, so that one pass finds them all.
 *
 * <p>Where an override gives a key, its value counts, also if it is {@code null}: then the key is
 * absent again and its default holds. Values that do not count are checked all the same.
 */
public final class YamlSection {

  private static final Messages MESSAGES = Messages.of(YamlSection.class);

  /** The section itself first, then what overrides it, in order; never empty. */
  private final List<YamlLayer> layers;

  private final Set<String> known = new LinkedHashSet<>();
  private final Problems problems;

  YamlSection(List<YamlLayer> layers, Problems problems) {
    this.layers = List.copyOf(layers);
    this.problems = problems;
  }

  static YamlSection empty(String source, Problems problems) {
    return new YamlSection(List.of(YamlLayer.empty(source)), problems);
  }

  /** This section under one more override. What was asked of this one is unknown to the new. */
  YamlSection under(YamlLayer override) {
    List<YamlLayer> more = new ArrayList<>(layers);
    more.add(override);
    return new YamlSection(more, problems);
  }

  public String source() {
    return layer().source();
  }

  public Problems problems() {
    return problems;
  }

  /** Whether it has no key at all: also of a document that is no YAML. */
  public boolean isEmpty() {
    return layers.stream().allMatch(layer -> layer.entries().isEmpty());
  }

  public boolean has(String key) {
    return node(key).isPresent();
  }

  /** Whether a mapping stands there: its own keys can be judged. */
  public boolean hasMapping(String key) {
    return node(key).filter(MappingNode.class::isInstance).isPresent();
  }

  /** Whether an empty list stands there. */
  boolean hasNoItems(String key) {
    return node(key)
        .filter(node -> node instanceof SequenceNode list && list.getValue().isEmpty())
        .isPresent();
  }

  /**
   * Absent if the key is, if it is {@code null} or {@code ~}, and, with a problem, if it is wrong.
   */
  public <T> Optional<T> value(String key, ScalarType<T> type) {
    known.add(key);
    Optional<T> effective = Optional.empty();
    for (YamlLayer layer : layers) {
      Optional<T> here = layer.value(key).flatMap(node -> read(layer, key, node, type));
      if (layer.effective() && layer.hasKey(key)) {
        effective = here;
      }
    }
    return effective;
  }

  private <T> Optional<T> read(YamlLayer layer, String key, Node node, ScalarType<T> type) {
    if (!(node instanceof ScalarNode scalar)) {
      problems.add(layer.problem(key, type.refusalOf(YamlLayer.kind(node))));
      return Optional.empty();
    }
    Optional<T> value = type.parse(scalar.getValue().strip());
    if (value.isEmpty()) {
      problems.add(layer.problem(key, type.refusal(scalar.getValue())));
    }
    return value;
  }

  /** The text of a scalar. */
  public Optional<String> string(String key) {
    return value(key, ScalarType.text());
  }

  /**
   * As {@link #string}, with a problem if absent; then an empty text, which the caller never gets
   * to use.
   */
  public String requiredString(String key) {
    Optional<String> text = string(key);
    if (text.isEmpty()) {
      require(key);
    }
    return text.orElse("");
  }

  /** Adds a problem if the key is absent. */
  public void require(String key) {
    if (!has(key)) {
      problem(key, MESSAGES.text("key.required"));
    }
  }

  /**
   * As {@link #require(String)}.
   *
   * @param expected what has to stand there
   */
  public void require(String key, String expected) {
    if (!has(key)) {
      problem(key, MESSAGES.text("key.required.expected", expected));
    }
  }

  public Optional<Boolean> bool(String key) {
    return value(key, ScalarType.truth());
  }

  /** A whole number within a range, both ends included. */
  public OptionalLong integer(String key, long min, long max) {
    return value(key, ScalarType.wholeNumber(min, max))
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  /** A number within a range, both ends included. */
  public OptionalDouble number(String key, double min, double max) {
    return value(key, ScalarType.number(min, max))
        .map(OptionalDouble::of)
        .orElseGet(OptionalDouble::empty);
  }

  /** {@code 500ms}, {@code 10s}, {@code 5min}, {@code 2h}, {@code 1d}. */
  public Optional<Duration> duration(String key, Duration min, Duration max) {
    return value(key, ScalarType.duration(min, max));
  }

  /** One of the words, in the spelling given. */
  public Optional<String> oneOf(String key, List<String> words) {
    return value(key, ScalarType.oneOf(words));
  }

  /**
   * Words of a list; one word stands for a list of one. A list is overridden as a whole, and only
   * the one that counts is checked.
   */
  public List<String> strings(String key) {
    known.add(key);
    return speaker(key).words(key, problems);
  }

  /** A mapping below; an empty one if absent. Overridden key by key. */
  public YamlSection section(String key) {
    known.add(key);
    List<YamlLayer> below = new ArrayList<>();
    below.add(layer().below(key, problems));
    layers.stream()
        .skip(1)
        .filter(layer -> layer.hasKey(key))
        .forEach(layer -> below.add(layer.below(key, problems)));
    return new YamlSection(below, problems);
  }

  /** A list of mappings; empty if absent. As {@link #strings} where it is overridden. */
  public List<YamlSection> sections(String key) {
    known.add(key);
    return speaker(key).mappings(key, problems).stream()
        .map(layer -> new YamlSection(List.of(layer), problems))
        .toList();
  }

  /** Names of the keys present, in the order of the document; marks them all as known. */
  public List<String> keys() {
    layers.forEach(layer -> known.addAll(layer.entries().keySet()));
    return layers.stream()
        .filter(YamlLayer::effective)
        .flatMap(layer -> layer.entries().keySet().stream())
        .distinct()
        .toList();
  }

  /** Adds a problem at a key, or at the section if the key is not there. */
  public void problem(String key, String message) {
    problems.add(problemAt(key, message));
  }

  /** As {@link #problem}, for who tells of it himself: this machine's, not the document's. */
  public Problem problemAt(String key, String message) {
    return speaker(key).problem(key, message);
  }

  /** Says of a key what is right and does nothing. */
  void remark(String key, String message) {
    problems.remark(speaker(key).problem(key, message));
  }

  /**
   * A key whose function comes with a later version: its value is checked, and a remark says that
   * it has no effect yet.
   */
  public void reserved(String key, ScalarType<?> type) {
    value(key, type);
    for (YamlLayer layer : layers) {
      if (layer.hasKey(key)) {
        problems.remark(layer.problem(key, MESSAGES.text("key.reserved")));
      }
    }
  }

  /**
   * To be called after the last getter: every key that was not asked for becomes a problem, with a
   * did-you-mean.
   */
  public void refuseUnknownKeys() {
    for (YamlLayer layer : layers) {
      for (String key : layer.entries().keySet()) {
        if (!known.contains(key)) {
          problems.add(layer.problem(key, refusalOfUnknown(layer, key)));
        }
      }
    }
  }

  private String refusalOfUnknown(YamlLayer layer, String key) {
    return layer
        .meantWithPoint(key)
        .map(meant -> MESSAGES.text("key.decimalComma", meant))
        .orElseGet(
            () ->
                MESSAGES.text(
                    "key.unknown", Suggestion.clause(key, known), String.join(", ", known)));
  }

  /** Marks a key as known without reading it here. */
  void reserve(String key) {
    known.add(key);
  }

  YamlLayer layer() {
    return layers.get(0);
  }

  private Optional<Node> node(String key) {
    known.add(key);
    return speaker(key).value(key);
  }

  /** The last layer that counts and has the key; the section itself if none has. */
  YamlLayer speaker(String key) {
    return layers.stream()
        .filter(layer -> layer.effective() && layer.hasKey(key))
        .reduce(layer(), (earlier, later) -> later);
  }
}
