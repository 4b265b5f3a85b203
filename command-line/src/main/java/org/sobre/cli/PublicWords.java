package org.sobre.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.ProfileCatalog;
import org.sobre.jobs.profile.ProfileReader;

/**
 * Words that a job may declare of itself and that tell of nobody: the names of the site's and the
 * shipped profiles, and what these count. Any other is a user's own.
 */
final class PublicWords {

  private static final Path SITE = Path.of("/etc/sobre/profiles");

  private PublicWords() {}

  /** Of a site's profile that is wrong only the name. */
  static Set<String> ofThisMachine() throws IOException {
    ProfileCatalog catalog =
        new ProfileCatalog(List.of(SITE, SobreCommand.shareDirectory().resolve("profiles")));
    Set<String> words = new HashSet<>();
    for (Map.Entry<String, Path> entry : catalog.list().entrySet()) {
      try {
        ModelProfile profile = ProfileReader.read(entry.getValue());
        words.add(profile.unit());
        words.add(entry.getKey());
      } catch (ConfigurationException e) {
        // config check names what is wrong with it
        words.add(entry.getKey());
      }
    }
    return words;
  }
}
