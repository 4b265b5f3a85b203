package org.sobre.cli;

import java.util.List;
import java.util.Optional;
import org.sobre.hardware.config.Problem;

/**
 * One document that {@code sobre config check} looked at.
 *
 * @param source the file, or a name for the defaults where there is none
 * @param schema what it must say of itself, as {@code sobre/1}
 * @param unreadable why it could not be read; absent if it could
 * @param problems all of it
 * @param remarks what is right and without effect
 */
record CheckedDocument(
    String source,
    String schema,
    Optional<String> unreadable,
    List<Problem> problems,
    List<Problem> remarks) {

  CheckedDocument {
    problems = List.copyOf(problems);
    remarks = List.copyOf(remarks);
  }

  static CheckedDocument unreadable(String source, String schema, String why) {
    return new CheckedDocument(source, schema, Optional.of(why), List.of(), List.of());
  }

  boolean readable() {
    return unreadable.isEmpty();
  }
}
