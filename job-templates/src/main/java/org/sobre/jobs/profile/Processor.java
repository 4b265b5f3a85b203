package org.sobre.jobs.profile;

import java.util.Locale;
import java.util.Optional;

/** On what a model runs, and whose memory its numbers are of. The YAML name is in lower case. */
public enum Processor {
  /** Video memory of a card. */
  GPU,
  /** Main memory of a job. */
  CPU;

  public String yamlName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Processor> ofYamlName(String name) {
    for (Processor processor : values()) {
      if (processor.yamlName().equals(name)) {
        return Optional.of(processor);
      }
    }
    return Optional.empty();
  }
}
