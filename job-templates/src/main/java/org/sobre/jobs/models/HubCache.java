package org.sobre.jobs.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where the Hugging Face Hub's library looks, by its variables (huggingface_hub, "Environment
 * variables"), and how a model lies there: {@code models--OWNER--NAME/snapshots/REVISION}.
 *
 * @param directory with the models
 */
record HubCache(Path directory) {

  static final String HOME = "HF_HOME";
  static final String OFFLINE = "HF_HUB_OFFLINE";

  /** Each says where models are. */
  private static final Set<String> PLACES =
      Set.of(HOME, "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "TRANSFORMERS_CACHE");

  private static final Set<String> YES = Set.of("1", "ON", "YES", "TRUE");

  /** Whether the user has said where models are to be. */
  static boolean isSaid(Map<String, String> environment) {
    return PLACES.stream().anyMatch(name -> !environment.getOrDefault(name, "").isEmpty());
  }

  /** What the user says of looking nowhere else; absent where nothing is said. */
  static Optional<Boolean> offline(Map<String, String> environment) {
    return Optional.ofNullable(environment.get(OFFLINE))
        .filter(word -> !word.isEmpty())
        .map(word -> YES.contains(word.toUpperCase(Locale.ROOT)));
  }

  /**
   * Of a user without a store.
   *
   * @param cache the user's directory for such things
   */
  static HubCache of(Map<String, String> environment, Path cache) {
    for (String name : new String[] {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"}) {
      String said = environment.getOrDefault(name, "");
      if (!said.isEmpty()) {
        return new HubCache(Path.of(said));
      }
    }
    String home = environment.getOrDefault(HOME, "");
    return under(home.isEmpty() ? cache.resolve("huggingface") : Path.of(home));
  }

  static HubCache under(Path home) {
    return new HubCache(home.resolve("hub"));
  }

  Path place(String model) {
    return directory.resolve("models--" + model.replace("/", "--"));
  }

  /** Whether there is no model at all. */
  boolean isEmpty() {
    try (Stream<Path> places = Files.list(directory)) {
      return places.noneMatch(place -> place.getFileName().toString().startsWith("models--"));
    } catch (IOException e) {
      return true;
    }
  }

  /** Whether some revision of it is there: whole or not, nobody can tell from here. */
  boolean has(String model) {
    Path snapshots = place(model).resolve("snapshots");
    try (Stream<Path> revisions = Files.list(snapshots)) {
      return revisions.findAny().isPresent();
    } catch (IOException e) {
      return false;
    }
  }
}
