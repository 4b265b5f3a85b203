package org.sobre.jobs.models;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.StoredModel;

/**
 * What a command is told of where its model lies, and whether it is there. Whatever the user has
 * set stays. Nothing is looked into but directories, before the command starts.
 */
public final class ModelStore {

  private static final Messages MESSAGES = Messages.of(ModelStore.class);

  private static final String OLLAMA = "OLLAMA_MODELS";

  /** What the library writes beside models, where the store is for reading only. */
  private static final Map<String, String> WRITTEN =
      Map.of(
          "HF_DATASETS_CACHE", "datasets",
          "HF_MODULES_CACHE", "modules",
          "HF_ASSETS_CACHE", "assets",
          "HF_TOKEN_PATH", "token");

  /**
   * What was found.
   *
   * @param variables for the command, beside its own
   * @param refusal why it would fail for lack of its model, for a person; absent where nobody knows
   *     that it would
   */
  public record Findings(Map<String, String> variables, Optional<String> refusal) {
    public Findings {
      variables = Map.copyOf(variables);
      requireNonNull(refusal, "refusal");
    }
  }

  private final ModelsConfig config;
  private final Map<String, String> environment;
  private final ToLongFunction<Path> freeBytes;

  /**
   * @param environment of the command
   */
  public ModelStore(ModelsConfig config, Map<String, String> environment) {
    this(config, environment, ModelStore::usable);
  }

  ModelStore(ModelsConfig config, Map<String, String> environment, ToLongFunction<Path> freeBytes) {
    this.config = config;
    this.environment = Map.copyOf(environment);
    this.freeBytes = freeBytes;
  }

  /**
   * @param model that the profile names
   * @param command refused only if it names the model, too: what another loads is its own business
   */
  public Findings look(Optional<StoredModel> model, List<String> command) {
    Map<String, String> variables = new HashMap<>();
    Optional<StoredModel> named =
        model.filter(one -> command.stream().anyMatch(naming(one.name()).asPredicate()));
    Optional<String> refusal =
        hub(named.filter(one -> one.hub() == StoredModel.Hub.HUGGING_FACE), variables);
    Optional<String> other =
        ollama(named.filter(one -> one.hub() == StoredModel.Hub.OLLAMA), variables);
    return new Findings(variables, refusal.or(() -> other));
  }

  /** Neither of a longer name ({@code ...-Instruct}) nor as the end of a path. */
  private static Pattern naming(String model) {
    return Pattern.compile("(?<![A-Za-z0-9._/-])" + Pattern.quote(model) + "(?![A-Za-z0-9._/-])");
  }

  private Optional<String> hub(Optional<StoredModel> model, Map<String, String> variables) {
    Path cache = cache();
    Optional<Boolean> said = HubCache.offline(environment);
    boolean offline = said.orElse(config.offline());
    HubCache own = HubCache.of(environment, cache);
    Optional<Path> store =
        config
            .path()
            .filter(path -> !HubCache.isSaid(environment))
            .filter(path -> serves(path, model, own, offline));
    store.ifPresent(path -> tell(path, cache, model, variables));
    // what the site says of its store is not about a place of the user's own
    boolean alone = said.orElse(store.isPresent() && config.offline());
    HubCache place = store.map(HubCache::under).orElse(own);
    return model
        .filter(one -> !place.has(one.name()))
        .flatMap(
            one ->
                alone
                    ? Optional.of(MESSAGES.text("absent", one.name(), place.place(one.name())))
                    : tooLarge(one, place.directory()));
  }

  /**
   * Who looks in the store does not look in the user's own place any more. Where the user has the
   * model alone, or nobody knows which it will be and the user has some, or may not load it into
   * the store, that would fail a command that runs as it is.
   *
   * @param model that the command names, as far as it does
   */
  private static boolean serves(
      Path path, Optional<StoredModel> model, HubCache own, boolean offline) {
    if (model.isEmpty()) {
      return Files.isWritable(path) && own.isEmpty();
    }
    String name = model.get().name();
    return HubCache.under(path).has(name)
        || (!own.has(name) && (offline || Files.isWritable(path)));
  }

  private void tell(
      Path path, Path cache, Optional<StoredModel> model, Map<String, String> variables) {
    variables.put(HubCache.HOME, path.toString());
    // what else the command may load nobody knows where it names none
    if (model.isPresent() && config.offline() && HubCache.offline(environment).isEmpty()) {
      variables.put(HubCache.OFFLINE, "1");
    }
    if (!Files.isWritable(path)) {
      WRITTEN.forEach(
          (name, directory) -> {
            if (!environment.containsKey(name)) {
              variables.put(name, cache.resolve("huggingface").resolve(directory).toString());
            }
          });
    }
  }

  private Optional<String> ollama(Optional<StoredModel> model, Map<String, String> variables) {
    String said = environment.getOrDefault(OLLAMA, "");
    Optional<Path> store = config.path().map(path -> path.resolve("ollama"));
    Path own = said.isEmpty() ? home().resolve(".ollama").resolve("models") : Path.of(said);
    Optional<Path> served =
        store.filter(path -> said.isEmpty() && !isAlone(own, path, model.map(StoredModel::name)));
    served.ifPresent(path -> variables.put(OLLAMA, path.toString()));
    Path place = served.orElse(own);
    return model
        .filter(one -> !Files.exists(manifest(place, one.name())))
        .flatMap(one -> tooLarge(one, place));
  }

  /** Whether the user has what the store has not, or some where nobody knows which it will be. */
  private static boolean isAlone(Path own, Path store, Optional<String> name) {
    return name.map(one -> Files.exists(manifest(own, one)) && !Files.exists(manifest(store, one)))
        .orElseGet(() -> Files.exists(own.resolve("manifests")));
  }

  private static Path manifest(Path models, String name) {
    String[] words = name.split(":", 2);
    return models
        .resolve("manifests")
        .resolve("registry.ollama.ai")
        .resolve(words[0].contains("/") ? words[0] : "library/" + words[0])
        .resolve(words.length > 1 ? words[1] : "latest");
  }

  /** What is to be loaded first must have room, as far as the file system tells: no quota is. */
  private Optional<String> tooLarge(StoredModel model, Path place) {
    long free = freeBytes.applyAsLong(place);
    return model
        .size()
        .filter(size -> free >= 0 && size.bytes() > free)
        .map(
            size ->
                MESSAGES.text(
                    "space",
                    model.name(),
                    place,
                    gigabytes(size),
                    gigabytes(new MemorySize(free))));
  }

  private static String gigabytes(MemorySize size) {
    Locale locale = Language.current().locale();
    return MESSAGES.text("gigabytes", String.format(locale, "%.1f", size.gigabytes()));
  }

  private Path cache() {
    String said = environment.getOrDefault("XDG_CACHE_HOME", "");
    return said.startsWith("/") ? Path.of(said) : home().resolve(".cache");
  }

  private Path home() {
    String home = environment.getOrDefault("HOME", "");
    return Path.of(home.startsWith("/") ? home : "/");
  }

  /** Of the directory, or what there is of those above it; negative where nobody tells. */
  private static long usable(Path directory) {
    Path there = directory;
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    try {
      return there == null ? -1 : Files.getFileStore(there).getUsableSpace();
    } catch (IOException e) {
      return -1;
    }
  }
}
