package org.sobre.hardware.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A document that cannot be used, with everything that is wrong in it. The command exits with 78.
 */
public final class ConfigurationException extends Exception {

  private static final long serialVersionUID = 1;

  private final transient List<Problem> problems;

  public ConfigurationException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
