package org.sobre.hardware.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects every problem of one or several documents, so that all can be shown at once; and remarks
 * on what is right and does not do what its writer may think. Not thread-safe.
 */
public final class Problems {

  private final List<Problem> found = new ArrayList<>();
  private final List<Problem> remarks = new ArrayList<>();

  public void add(Problem problem) {
    found.add(problem);
  }

  /** Something that stops nobody. */
  public void remark(Problem remark) {
    remarks.add(remark);
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** In the order of the documents' lines; one that was found twice stands once. */
  public List<Problem> all() {
    return found.stream().distinct().sorted().toList();
  }

  /** In the order of the documents' lines, each once. */
  public List<Problem> remarks() {
    return remarks.stream().distinct().sorted().toList();
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
