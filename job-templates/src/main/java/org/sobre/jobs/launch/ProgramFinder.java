package org.sobre.jobs.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Looks a program up as execvp(3) does, before it is started: Java says the same of a missing and
 * of a forbidden program, and a shell does not.
 */
final class ProgramFinder {

  private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

  private ProgramFinder() {}

  /**
   * @param status 0, 126 or 127
   * @param detail for a person, empty with 0
   */
  record Finding(int status, String detail) {}

  static Finding find(String program, Map<String, String> environment) {
    String path = environment.getOrDefault("PATH", DEFAULT_PATH);
    List<Path> places =
        program.contains("/")
            ? List.of(Path.of(program))
            : Stream.of(path.split(":", -1))
                .map(directory -> Path.of(directory.isEmpty() ? "." : directory).resolve(program))
                .toList();
    List<Path> there = places.stream().filter(Files::exists).toList();
    if (there.stream().anyMatch(file -> Files.isRegularFile(file) && Files.isExecutable(file))) {
      return new Finding(0, "");
    }
    if (there.isEmpty()) {
      String where = program.contains("/") ? "" : " on PATH (" + path + ")";
      return new Finding(ChildProcess.NOT_FOUND, program + ": there is no such program" + where);
    }
    return new Finding(
        ChildProcess.NOT_EXECUTABLE,
        there.get(0) + " is not an executable file: expected one, as chmod +x makes it");
  }
}
