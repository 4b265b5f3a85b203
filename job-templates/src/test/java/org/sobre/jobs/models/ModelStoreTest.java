package org.sobre.jobs.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.models.ModelStore.Findings;
import org.sobre.jobs.profile.StoredModel;

class ModelStoreTest {

  private static final String NAME = "owner/model-8B";
  private static final Optional<StoredModel> MODEL =
      Optional.of(
          new StoredModel(
              StoredModel.Hub.HUGGING_FACE, NAME, Optional.of(MemorySize.ofMebibytes(1_000))));

  @TempDir private Path directory;

  private final Map<String, String> environment = new HashMap<>();
  private Path store;
  private long freeMebibytes = 2_000;

  @BeforeEach
  void aHomeAndAStore() throws IOException {
    environment.put("HOME", directory.resolve("home").toString());
    store = Files.createDirectory(directory.resolve("store"));
  }

  @Test
  void aSitesStoreIsTold() throws IOException {
    Map<String, String> places =
        Map.of("HF_HOME", store.toString(), "OLLAMA_MODELS", store + "/ollama");
    assertThat(look(site(true), MODEL, NAME).refusal()).isPresent();
    hold(store.resolve("hub"), NAME);
    assertThat(look(site(true), MODEL, NAME).variables())
        .containsAllEntriesOf(places)
        .containsEntry("HF_HUB_OFFLINE", "1");
    assertThat(look(site(false), MODEL, NAME).variables()).isEqualTo(places);
    // what else it may load nobody knows
    assertThat(look(site(true), Optional.empty()).variables()).isEqualTo(places);
    assertThat(look(ModelsConfig.NONE, Optional.empty()).variables()).isEmpty();
  }

  /** It ran before the site had a store. */
  @ParameterizedTest
  @CsvSource({
    "owner/model-8B, owner/model-8B",
    "owner/model-8B, owner/fork",
    "me/fork, owner/model-8B",
    "me/fork, me/fork"
  })
  void whatTheUserHasAloneIsLeftWhereItIs(String own, String commands) throws IOException {
    hold(directory.resolve("home/.cache/huggingface/hub"), own);
    for (boolean offline : new boolean[] {true, false}) {
      Findings found = look(site(offline), MODEL, commands);
      boolean refused = offline && commands.equals(NAME) && !own.equals(NAME);
      assertThat(found.refusal().isPresent()).isEqualTo(refused);
      if (!commands.equals(NAME) || own.equals(NAME)) {
        assertThat(found.variables()).doesNotContainKeys("HF_HOME", "HF_HUB_OFFLINE");
      }
    }
    hold(store.resolve("hub"), NAME);
    assertThat(look(site(true), MODEL, NAME).variables())
        .containsEntry("HF_HOME", store.toString());
  }

  @Test
  void whatTheUserHasOfOllamaAloneIsLeftWhereItIs() throws IOException {
    Optional<StoredModel> model =
        Optional.of(new StoredModel(StoredModel.Hub.OLLAMA, "llama3.1:8b", Optional.empty()));
    Path own = directory.resolve("home/.ollama/models/manifests/registry.ollama.ai/library");
    Files.createDirectories(own.resolve("llama3.1"));
    Files.createFile(own.resolve("llama3.1/8b"));
    assertThat(look(site(true), model, "llama3.1:8b").variables())
        .doesNotContainKey("OLLAMA_MODELS");
    assertThat(look(site(true), Optional.empty(), "other").variables())
        .doesNotContainKey("OLLAMA_MODELS");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "TRANSFORMERS_CACHE"})
  void whatTheUserHasSetStays(String variable) {
    environment.put(variable, "/mine");
    environment.put("OLLAMA_MODELS", "/mine/too");
    assertThat(look(site(true), Optional.empty()).variables()).isEmpty();
  }

  @Test
  void theUsersWordOnDownloadsStays() {
    environment.put("HF_HUB_OFFLINE", "0");
    assertThat(look(site(true), MODEL).variables())
        .containsEntry("HF_HOME", store.toString())
        .doesNotContainKey("HF_HUB_OFFLINE");
    assertThat(look(site(true), MODEL, NAME).variables())
        .containsEntry("HF_HOME", store.toString())
        .doesNotContainKey("HF_HUB_OFFLINE");
  }

  /** One that is not mounted, say: nobody can load the model into it. */
  @ParameterizedTest
  @CsvSource({"true, '', true", "false, '', false", "true, 0, false", "false, 1, true"})
  void aStoreThatNobodyMayWriteServesWhereNothingIsLoaded(
      boolean offline, String said, boolean serves) {
    store = directory.resolve("absent");
    environment.put("HF_HUB_OFFLINE", said);
    Map<String, String> told = look(site(offline), MODEL, NAME).variables();
    assertThat(told.containsKey("HF_HOME")).isEqualTo(serves);
    assertThat(told.containsKey("HF_DATASETS_CACHE")).as("it is written to").isEqualTo(serves);
  }

  @Test
  void besideAStoreThatIsForReadingOnlyTheLibraryWritesToTheUsersOwn() throws IOException {
    hold(store.resolve("hub"), NAME);
    Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeThat(Files.isWritable(store)).as("run by root").isFalse();
    assertThat(look(site(true), Optional.empty()).variables()).doesNotContainKey("HF_HOME");
    environment.put("HF_TOKEN_PATH", "/mine");
    assertThat(look(site(true), MODEL, NAME).variables())
        .containsEntry("HF_DATASETS_CACHE", directory + "/home/.cache/huggingface/datasets")
        .doesNotContainKey("HF_TOKEN_PATH");
  }

  @Test
  void aModelThatIsThereIsNeverRefused() throws IOException {
    Files.createDirectories(store.resolve("hub/models--owner--model-8B/snapshots/abc"));
    freeMebibytes = 0;
    assertThat(look(site(true), MODEL, "--model=" + NAME).refusal()).isEmpty();
    assertThat(look(site(false), MODEL, "--model=" + NAME).refusal()).isEmpty();
  }

  /** Only where the command names it: -Instruct is another, and so is a path. */
  @ParameterizedTest
  @CsvSource({
    "--model=owner/model-8B, true",
    "owner/model-8B, true",
    "'load(\"owner/model-8B\")', true",
    "owner/model-8B-Instruct, false",
    "/data/owner/model-8B, false",
    "co-owner/model-8B, false",
    "owner/model, false"
  })
  void anAbsentModelIsRefusedWhereNothingIsDownloaded(String word, boolean refused) {
    Findings found = look(site(true), MODEL, word);
    assertThat(found.refusal().isPresent()).isEqualTo(refused);
    if (refused) {
      assertThat(found.refusal().orElseThrow())
          .contains(NAME, store + "/hub/models--owner--model-8B", "HF_HUB_OFFLINE=0");
    }
  }

  @ParameterizedTest
  @CsvSource({"1, true", "true, true", "0, false", "'', false"})
  void theUsersOwnPlaceIsLookedInByTheUsersOwnWord(String offline, boolean refused) {
    environment.put("HF_HOME", directory.resolve("mine").toString());
    environment.put("HF_HUB_OFFLINE", offline);
    assertThat(look(site(true), MODEL, NAME).refusal().isPresent()).isEqualTo(refused);
  }

  /** Of the file system where it would be put. */
  @ParameterizedTest
  @CsvSource({"999, true", "1000, false"})
  void whatIsToBeDownloadedMustHaveRoom(long free, boolean refused) {
    freeMebibytes = free;
    Optional<String> refusal = look(ModelsConfig.NONE, MODEL, NAME).refusal();
    assertThat(refusal.isPresent()).isEqualTo(refused);
    assertThat(refusal.orElse(NAME)).contains(NAME);
    assertThat(look(ModelsConfig.NONE, MODEL, "other").refusal()).isEmpty();
  }

  @Test
  void ofOllamaTheManifestSaysWhetherItIsThere() throws IOException {
    freeMebibytes = 1;
    Optional<StoredModel> model =
        Optional.of(
            new StoredModel(
                StoredModel.Hub.OLLAMA, "llama3.1:8b", Optional.of(MemorySize.ofMebibytes(5_000))));
    assertThat(look(site(true), model, "llama3.1:8b").refusal().orElseThrow())
        .contains("llama3.1:8b", store + "/ollama");
    Path manifests = store.resolve("ollama/manifests/registry.ollama.ai/library/llama3.1");
    Files.createDirectories(manifests);
    Files.createFile(manifests.resolve("8b"));
    assertThat(look(site(true), model, "llama3.1:8b").refusal()).isEmpty();
  }

  /** Its own place first, and what is in it; with a namespace and without a tag, too. */
  @ParameterizedTest
  @CsvSource({"llama3.1, library/llama3.1/latest", "me/tuned:q4, me/tuned/q4"})
  void ofOllamaTheUsersOwnPlaceIsTheUsers(String name, String manifest) throws IOException {
    freeMebibytes = 1;
    Optional<StoredModel> model =
        Optional.of(
            new StoredModel(
                StoredModel.Hub.OLLAMA, name, Optional.of(MemorySize.ofMebibytes(5_000))));
    environment.put("OLLAMA_MODELS", directory.resolve("mine").toString());
    Findings absent = look(site(true), model, name);
    assertThat(absent.refusal().orElseThrow()).contains(directory + "/mine");
    assertThat(absent.variables()).doesNotContainKey("OLLAMA_MODELS");
    Path file = directory.resolve("mine/manifests/registry.ollama.ai").resolve(manifest);
    Files.createDirectories(file.getParent());
    Files.createFile(file);
    assertThat(look(site(true), model, name).refusal()).isEmpty();
    environment.remove("OLLAMA_MODELS");
    Path both = directory.resolve("home/.ollama/models/manifests/registry.ollama.ai");
    Path shared = store.resolve("ollama/manifests/registry.ollama.ai");
    for (Path place : List.of(both, shared)) {
      Files.createDirectories(place.resolve(manifest).getParent());
      Files.createFile(place.resolve(manifest));
    }
    assertThat(look(site(true), model, name).variables())
        .as("the store has it, too")
        .containsEntry("OLLAMA_MODELS", store + "/ollama");
  }

  @Test
  void whereNobodyTellsTheRoomNothingIsRefused() {
    ModelStore untold = new ModelStore(ModelsConfig.NONE, environment, place -> -1);
    assertThat(untold.look(MODEL, List.of(NAME)).refusal()).isEmpty();
  }

  /** Of what there is above a place that is not there yet. */
  @Test
  void theRoomIsThatOfTheFileSystem() {
    Optional<StoredModel> huge =
        Optional.of(
            new StoredModel(
                StoredModel.Hub.HUGGING_FACE, NAME, Optional.of(MemorySize.ofMebibytes(1L << 40))));
    assertThat(new ModelStore(ModelsConfig.NONE, environment).look(huge, List.of(NAME)).refusal())
        .isPresent();
    assertThat(new ModelStore(ModelsConfig.NONE, environment).look(MODEL, List.of("other")))
        .isEqualTo(new Findings(Map.of(), Optional.empty()));
  }

  @Test
  void theCacheIsWhereTheUserSays() throws IOException {
    environment.put("XDG_CACHE_HOME", directory.resolve("cache").toString());
    hold(directory.resolve("cache/huggingface/hub"), NAME);
    assertThat(look(site(true), MODEL, NAME).refusal()).as("own").isEmpty();
    environment.put("XDG_CACHE_HOME", "relative");
    assertThat(look(site(true), MODEL, NAME).refusal()).isPresent();
  }

  private static void hold(Path hub, String model) throws IOException {
    Files.createDirectories(
        hub.resolve("models--" + model.replace("/", "--")).resolve("snapshots/abc"));
  }

  private ModelsConfig site(boolean offline) {
    return new ModelsConfig(Optional.of(store), offline, Optional.empty());
  }

  private Findings look(ModelsConfig config, Optional<StoredModel> model, String... command) {
    return new ModelStore(config, environment, place -> freeMebibytes << 20)
        .look(model, List.of(command));
  }
}
