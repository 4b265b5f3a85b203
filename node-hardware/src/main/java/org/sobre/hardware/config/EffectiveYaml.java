package org.sobre.hardware.config;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/** What a document says for one host once its overrides are in place, each key with its origin. */
final class EffectiveYaml {

  /** Deeper than any document of ours; a mapping that holds itself must end. */
  private static final int MAX_DEPTH = 8;

  /** What it says is in place already. */
  private static final String OVERRIDES = "nodes";

  private final List<String> lines = new ArrayList<>();
  private final List<String> origins = new ArrayList<>();

  private EffectiveYaml() {}

  /** YAML, a comment with the place at the end of each line. */
  static String of(YamlSection top) {
    EffectiveYaml yaml = new EffectiveYaml();
    yaml.add(top, 0);
    int width = yaml.lines.stream().mapToInt(String::length).max().orElse(0);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < yaml.lines.size(); i++) {
      String line = yaml.lines.get(i);
      String origin = yaml.origins.get(i);
      text.append(line);
      if (!origin.isEmpty()) {
        text.append(" ".repeat(width - line.length())).append("  # ").append(origin);
      }
      text.append('\n');
    }
    return text.toString();
  }

  private void add(YamlSection section, int depth) {
    String indent = "  ".repeat(depth);
    for (String key : section.keys()) {
      if (depth == 0 && key.equals(OVERRIDES)) {
        continue;
      }
      YamlLayer speaker = section.speaker(key);
      speaker.value(key).ifPresent(node -> add(section, speaker, key, node, indent));
    }
  }

  private void add(YamlSection section, YamlLayer speaker, String key, Node node, String indent) {
    int depth = indent.length() / 2;
    if (node instanceof MappingNode && depth < MAX_DEPTH) {
      lines.add(indent + key + ":");
      origins.add("");
      add(section.section(key), depth + 1);
      return;
    }
    Problem place = speaker.problem(key, "");
    lines.add(indent + key + ": " + inOneLine(node));
    origins.add(place.key() + ", " + place.source() + ":" + place.line());
  }

  private static String inOneLine(Node node) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.FLOW);
    options.setWidth(Integer.MAX_VALUE);
    options.setSplitLines(false);
    StringWriter text = new StringWriter();
    try (text) {
      new Yaml(options).serialize(node, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString().strip();
  }
}
