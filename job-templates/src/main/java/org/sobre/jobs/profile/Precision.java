package org.sobre.jobs.profile;

import java.util.Locale;
import java.util.Optional;

/**
 * An arithmetic that a profile relies on, with the compute capability from which NVIDIA's hardware
 * has it (CUDA C++ Programming Guide, "Arithmetic Instructions" and "Compute Capabilities").
 */
public enum Precision {
  FP32("2.0"),
  FP16("5.3"),
  INT8("6.1"),
  TF32("8.0"),
  BF16("8.0"),
  FP8("8.9");

  private final String since;

  Precision(String since) {
    this.since = since;
  }

  /** NVIDIA's compute capability from which the hardware has it. */
  public Version since() {
    return Version.parse(since).orElseThrow();
  }

  public String yamlName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Precision> ofYamlName(String name) {
    for (Precision precision : values()) {
      if (precision.yamlName().equals(name)) {
        return Optional.of(precision);
      }
    }
    return Optional.empty();
  }
}
