package org.sobre.jobs.profile;

import java.util.Locale;
import java.util.Optional;

/** What a profile's numbers hold for. The YAML name is the constant in lower case. */
public enum Task {
  INFER,
  FINETUNE;

  public String yamlName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Task> ofYamlName(String name) {
    for (Task task : values()) {
      if (task.yamlName().equals(name)) {
        return Optional.of(task);
      }
    }
    return Optional.empty();
  }
}
