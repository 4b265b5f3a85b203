package org.sobre.hardware.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects every problem of one or several documents, so that all can be shown at once. Not
 * thread-safe.
 */
public final class Problems {

  private final List<Problem> found = new ArrayList<>();

  public void add(Problem problem) {
    found.add(problem);
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** In the order of the documents' lines; one that was found twice stands once. */
  public List<Problem> all() {
    return found.stream().distinct().sorted().toList();
  }

  /**
   * @throws ConfigurationException with all problems, if there is any
   */
  public void refuseIfAny() throws ConfigurationException {
    if (!found.isEmpty()) {
      throw new ConfigurationException(all());
    }
  }
}
