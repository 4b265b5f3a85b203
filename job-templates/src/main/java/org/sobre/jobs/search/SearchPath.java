package org.sobre.jobs.search;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Directories in which a name is looked up in order, so that a user's own file goes before the
 * site's, and the site's before the shipped one.
 *
 * @param directories in order of precedence; those that do not exist are passed over
 * @param suffix of the files, with its dot
 */
public record SearchPath(List<Path> directories, String suffix) {

  public SearchPath {
    directories = List.copyOf(directories);
    requireNonNull(suffix, "suffix");
  }

  /**
   * @param kind the directory's name in each place: {@code profiles}
   * @param home the user's home directory
   * @param share where the shipped files are
   */
  public static SearchPath standard(String kind, String suffix, Path home, Path share) {
    return new SearchPath(
        List.of(
            home.resolve(".config/sobre").resolve(kind),
            Path.of("/etc/sobre").resolve(kind),
            share.resolve(kind)),
        suffix);
  }

  /** Name and file of everything that a name would find, by name. */
  public Map<String, Path> list() throws IOException {
    Map<String, Path> found = new TreeMap<>();
    for (Path directory : directories) {
      if (Files.isDirectory(directory)) {
        for (Path file : files(directory)) {
          found.putIfAbsent(name(file, suffix), file);
        }
      }
    }
    return found;
  }

  /**
   * The file behind a name.
   *
   * @param name without suffix and without a slash
   */
  public Optional<Path> find(String name) {
    return directories.stream()
        .map(directory -> directory.resolve(name + suffix))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /** A file's name without the suffix. */
  public static String name(Path file, String suffix) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name;
  }

  private List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(suffix) && Files.isRegularFile(file))
          .sorted()
          .toList();
    }
  }
}
