package org.sobre.jobs.template;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.sobre.hardware.message.Messages;

/**
 * Where batch files are found. A name is looked up in the directories in order, as profiles are: a
 * user's own goes before the site's, and the site's before the shipped one.
 */
public final class TemplateCatalog {

  public static final String SUFFIX = ".sbatch";

  private static final Messages MESSAGES = Messages.of(TemplateCatalog.class);

  private final List<Path> directories;

  /**
   * @param directories in order of precedence; those that do not exist are passed over
   */
  public TemplateCatalog(List<Path> directories) {
    this.directories = List.copyOf(directories);
  }

  /**
   * @param home the user's home directory
   * @param share where the shipped files are
   */
  public static TemplateCatalog standard(Path home, Path share) {
    return new TemplateCatalog(
        List.of(
            home.resolve(".config/sobre/templates"),
            Path.of("/etc/sobre/templates"),
            share.resolve("templates")));
  }

  public List<Path> directories() {
    return directories;
  }

  /** Name and file of every template that a name would find, by name. */
  public Map<String, Path> list() throws IOException {
    Map<String, Path> found = new TreeMap<>();
    for (Path directory : directories) {
      if (Files.isDirectory(directory)) {
        for (Path file : files(directory)) {
          found.putIfAbsent(name(file), file);
        }
      }
    }
    return found;
  }

  /** The file behind a name, which may be given as the file's. */
  public Optional<Path> find(String name) {
    String file = name.endsWith(SUFFIX) ? name : name + SUFFIX;
    // a name and no path: what lies elsewhere needs no catalogue
    if (file.contains("/")) {
      return Optional.empty();
    }
    return directories.stream()
        .map(directory -> directory.resolve(file))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /**
   * @throws IOException if it cannot be read, or is no text
   */
  public static BatchTemplate read(Path file) throws IOException {
    try {
      return new BatchTemplate(name(file), Files.readString(file));
    } catch (CharacterCodingException e) {
      // its own message names neither the file nor what was expected
      throw new IOException(MESSAGES.text("file.notUtf8", file), e);
    }
  }

  private static String name(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(SUFFIX) && Files.isRegularFile(file))
          .sorted()
          .toList();
    }
  }
}
