package org.sobre.daemon.metrics;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * Writes Prometheus' text format, version 0.0.4
 * (prometheus.io/docs/instrumenting/exposition_formats). By hand, for what the client library's
 * classes would take of a node's memory: docs/decisions/0017-metrics.md.
 */
final class TextFormat {

  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final Pattern NAME = Pattern.compile("sobre_[a-z][a-z0-9_]*|process_[a-z_]+");

  /** What a figure is. */
  enum Type {
    /** Only grows, from 0 at each start of the daemon. */
    COUNTER("counter"),
    GAUGE("gauge");

    private final String word;

    Type(String word) {
      this.word = word;
    }
  }

  private final StringBuilder text;
  private String family = "";

  TextFormat(StringBuilder text) {
    this.text = text;
  }

  /** The samples that follow are of this metric. */
  TextFormat family(String name, Type type, String help) {
    if (!NAME.matcher(name).matches() || (type == Type.COUNTER) != name.endsWith("_total")) {
      throw new IllegalArgumentException(name + ", of type " + type.word);
    }
    family = name;
    text.append("# HELP ").append(name).append(' ');
    escaped(help, /* quoted= */ false);
    text.append("\n# TYPE ").append(name).append(' ').append(type.word).append('\n');
    return this;
  }

  /**
   * @param labels names and values by turns
   */
  void sample(long value, String... labels) {
    labelled(labels);
    text.append(value).append('\n');
  }

  /** As {@link #sample(long, String...)}, in decimals and never with an exponent. */
  void sample(double value, String... labels) {
    labelled(labels);
    text.append(BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()).append('\n');
  }

  private void labelled(String... labels) {
    text.append(family);
    for (int i = 0; i < labels.length; i += 2) {
      text.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
      escaped(labels[i + 1], /* quoted= */ true);
      text.append('"');
    }
    text.append(labels.length > 0 ? "} " : " ");
  }

  private void escaped(String words, boolean quoted) {
    for (int i = 0; i < words.length(); i++) {
      char c = words.charAt(i);
      if (c == '\\' || (c == '"' && quoted)) {
        text.append('\\').append(c);
      } else if (c == '\n') {
        text.append("\\n");
      } else {
        text.append(c);
      }
    }
  }
}
