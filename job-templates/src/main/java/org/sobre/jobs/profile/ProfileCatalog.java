package org.sobre.jobs.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.Suggestion;
import org.sobre.hardware.message.Messages;
import org.sobre.jobs.search.SearchPath;

/**
 * Where profiles are found. A name is looked up in the directories in order, so that a user's own
 * profile goes before the site's, and the site's before the shipped one.
 */
public final class ProfileCatalog {

  private static final Messages MESSAGES = Messages.of(ProfileCatalog.class);
  private static final String SUFFIX = ".yaml";

  private final SearchPath path;

  /**
   * @param directories in order of precedence; those that do not exist are passed over
   */
  public ProfileCatalog(List<Path> directories) {
    this(new SearchPath(directories, SUFFIX));
  }

  private ProfileCatalog(SearchPath path) {
    this.path = path;
  }

  /**
   * @param home the user's home directory
   * @param share where the shipped files are
   */
  public static ProfileCatalog standard(Path home, Path share) {
    return new ProfileCatalog(SearchPath.standard("profiles", SUFFIX, home, share));
  }

  /**
   * @param name a profile's name, or the path of a file: whatever has a slash or ends in .yaml
   * @throws IOException if the file of a path cannot be read, or is not there
   * @throws ConfigurationException if the file is wrong
   * @throws UnknownProfileException if no profile has the name; the message says where it was
   *     looked for
   */
  public ModelProfile load(String name)
      throws IOException, ConfigurationException, UnknownProfileException {
    if (isPath(name)) {
      return ProfileReader.read(Path.of(name));
    }
    Path file = find(name).orElseThrow(() -> new UnknownProfileException(notFound(name)));
    return ProfileReader.read(file);
  }

  /** The file behind a name, or behind a path. */
  public Optional<Path> find(String name) {
    if (isPath(name)) {
      return Optional.of(Path.of(name)).filter(Files::isRegularFile);
    }
    return path.find(name);
  }

  private static boolean isPath(String name) {
    return name.contains("/") || name.endsWith(SUFFIX);
  }

  /** Name and file of every profile that a name would find, by name. */
  public Map<String, Path> list() throws IOException {
    return path.list();
  }

  private String notFound(String name) {
    List<String> known = new ArrayList<>();
    try {
      known.addAll(list().keySet());
    } catch (IOException e) {
      // the suggestion is a courtesy: a directory that cannot be listed must not hide the message
      known.clear();
    }
    String places =
        path.directories().stream().map(Path::toString).collect(Collectors.joining(", "));
    return MESSAGES.text("profile.unknown", name, places, Suggestion.clause(name, known));
  }
}
