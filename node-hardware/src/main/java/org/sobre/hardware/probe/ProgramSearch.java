package org.sobre.hardware.probe;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.probe.ToolResult.Ending;

/** Finds a program as a shell would, and says why not if it does not. */
public final class ProgramSearch {

  /** What a service manager gives where nothing is set. */
  private static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private ProgramSearch() {}

  /**
   * @param ending {@link Ending#EXITED} where there is an executable, else why not: {@link
   *     Ending#NOT_STARTED} for what is there and no executable file, {@link Ending#NOT_FOUND}
   */
  public record Found(Optional<Path> executable, Ending ending, String complaint) {}

  /**
   * @param program a name, or a path if it has a slash
   * @param searchPath directories with colons between; absent for what services have
   */
  public static Found find(String program, @Nullable String searchPath) {
    try {
      List<Path> candidates = candidates(program, searchPath == null ? DEFAULT_PATH : searchPath);
      Optional<Path> executable =
          candidates.stream().filter(ProgramSearch::isExecutable).findFirst();
      if (executable.isPresent()) {
        return new Found(executable, Ending.EXITED, "");
      }
      return candidates.stream()
          .filter(Files::exists)
          .findFirst()
          .map(file -> missing(Ending.NOT_STARTED, file + " is not an executable file"))
          .orElseGet(() -> missing(Ending.NOT_FOUND, program + ": no such program"));
    } catch (InvalidPathException e) {
      return missing(Ending.NOT_FOUND, e.getMessage());
    }
  }

  /** What is said of a vendor's tool that is not there. */
  public static String absent(String program) {
    return program.contains("/")
        ? "is not installed at " + program
        : "is not installed, or not on PATH";
  }

  private static Found missing(Ending ending, @Nullable String complaint) {
    return new Found(Optional.empty(), ending, String.valueOf(complaint));
  }

  private static List<Path> candidates(String program, String searchPath) {
    if (program.contains("/")) {
      return List.of(Path.of(program).toAbsolutePath());
    }
    return Arrays.stream(searchPath.split(":", -1))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory).toAbsolutePath().resolve(program))
        .toList();
  }

  private static boolean isExecutable(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }
}
