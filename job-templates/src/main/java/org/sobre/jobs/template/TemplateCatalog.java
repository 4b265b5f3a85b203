package org.sobre.jobs.template;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.config.Utf8Text;
import org.sobre.hardware.message.Messages;
import org.sobre.jobs.search.SearchPath;

/**
 * Where batch files are found. A name is looked up in the directories in order, as profiles are: a
 * user's own goes before the site's, and the site's before the shipped one.
 */
public final class TemplateCatalog {

  public static final String SUFFIX = ".sbatch";

  private static final Messages MESSAGES = Messages.of(TemplateCatalog.class);

  private final SearchPath path;

  /**
   * @param directories in order of precedence; those that do not exist are passed over
   */
  public TemplateCatalog(List<Path> directories) {
    this(new SearchPath(directories, SUFFIX));
  }

  private TemplateCatalog(SearchPath path) {
    this.path = path;
  }

  /**
   * @param home the user's home directory
   * @param share where the shipped files are
   */
  public static TemplateCatalog standard(Path home, Path share) {
    return new TemplateCatalog(SearchPath.standard("templates", SUFFIX, home, share));
  }

  public List<Path> directories() {
    return path.directories();
  }

  /** Name and file of every template that a name would find, by name. */
  public Map<String, Path> list() throws IOException {
    return path.list();
  }

  /** The file behind a name, which may be given as the file's. */
  public Optional<Path> find(String name) {
    // a name and no path: what lies elsewhere needs no catalogue
    return name.contains("/")
        ? Optional.empty()
        : path.find(SearchPath.name(Path.of(name), SUFFIX));
  }

  /**
   * @throws IOException if it cannot be read, or is no text
   */
  public static BatchTemplate read(Path file) throws IOException {
    try {
      return new BatchTemplate(SearchPath.name(file, SUFFIX), Utf8Text.read(file));
    } catch (Utf8Text.NotUtf8Exception e) {
      // its own message does not name the file
      throw new IOException(MESSAGES.text("file.notUtf8", file, e.line()), e);
    }
  }
}
