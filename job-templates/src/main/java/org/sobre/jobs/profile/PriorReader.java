package org.sobre.jobs.profile;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.hardware.config.YamlSection;
import org.sobre.hardware.message.Messages;
import org.sobre.jobs.prior.Adapter;
import org.sobre.jobs.prior.Arithmetic;
import org.sobre.jobs.prior.Attention;
import org.sobre.jobs.prior.Estimate;
import org.sobre.jobs.prior.Item;
import org.sobre.jobs.prior.MemoryPrior;
import org.sobre.jobs.prior.ModelShape;
import org.sobre.jobs.prior.Optimizer;
import org.sobre.jobs.prior.Recipe;
import org.sobre.jobs.prior.ShapeSketch;
import org.sobre.jobs.prior.Storage;
import org.sobre.jobs.prior.Training;
import org.sobre.jobs.prior.Word;

/**
 * Reads the {@code model:} of a memory model, from which a prior is computed. What is wrong becomes
 * a problem and reads as absent.
 */
final class PriorReader {

  private static final Messages MESSAGES = Messages.of(PriorReader.class);

  private static final double MAX_MILLIONS = 10_000_000;
  private static final int MAX_COUNT = 1 << 20;

  /** What {@code adapter:} may say. */
  private enum AdapterKind implements Word {
    LORA("lora"),
    /** With weights in 4 bits below. */
    QLORA("qlora");

    private final String word;

    AdapterKind(String word) {
      this.word = word;
    }

    @Override
    public String word() {
      return word;
    }
  }

  private final YamlSection section;
  private final Task task;

  private PriorReader(YamlSection section, Task task) {
    this.section = section;
    this.task = task;
  }

  static Optional<Estimate> read(YamlSection section, Task task) {
    PriorReader reader = new PriorReader(section, task);
    Optional<ModelShape> shape = reader.shape();
    Optional<Recipe> recipe = reader.recipe();
    section.refuseUnknownKeys();
    return shape.flatMap(s -> recipe.map(r -> MemoryPrior.estimate(s, r)));
  }

  private Optional<ModelShape> shape() {
    section.require("parametersM");
    OptionalLong parameters = millions("parametersM");
    OptionalLong trained = millions("trainedM");
    ShapeSketch sketch =
        new ShapeSketch(
            count("layers"),
            count("hidden"),
            count("vocabulary"),
            count("kvHeads"),
            count("headDim"));
    if (parameters.isEmpty()) {
      return Optional.empty();
    }
    if (trained.isPresent() && trained.getAsLong() > parameters.getAsLong()) {
      section.problem("trainedM", MESSAGES.text("prior.trained"));
      return Optional.empty();
    }
    long all = parameters.getAsLong();
    return Optional.of(sketch.of(all, trained.orElse(all)));
  }

  private Optional<Recipe> recipe() {
    Optional<Item> item = item();
    Optional<Arithmetic> arithmetic = word("precision", Arithmetic.class);
    Optional<Storage> weights = word("weights", Storage.class);
    Optional<Storage> cache = word("kvCache", Storage.class);
    Optional<Attention> attention = word("attention", Attention.class);
    Optional<AdapterKind> adapter = word("adapter", AdapterKind.class);
    Optional<Training> training = training(adapter);
    section.require("precision", String.join(", ", words(Arithmetic.class)));
    if (item.isEmpty() || arithmetic.isEmpty()) {
      return Optional.empty();
    }
    Storage usual =
        adapter.equals(Optional.of(AdapterKind.QLORA)) ? Storage.NF4 : arithmetic.get().storage();
    return Optional.of(
        new Recipe(
            arithmetic.get(),
            weights.orElse(usual),
            cache.orElse(arithmetic.get().storage()),
            attention.orElse(Attention.SDPA),
            item.get(),
            training));
  }

  private Optional<Item> item() {
    OptionalInt tokens = count("tokens");
    OptionalInt resolution = count("resolution");
    if (section.has("tokens") == section.has("resolution")) {
      section.problem("tokens", MESSAGES.text("prior.item"));
      return Optional.empty();
    }
    if (tokens.isPresent()) {
      return Optional.of(Item.ofTokens(tokens.getAsInt()));
    }
    return resolution.isPresent()
        ? Optional.of(Item.ofResolution(resolution.getAsInt()))
        : Optional.empty();
  }

  private Optional<Training> training(Optional<AdapterKind> adapter) {
    Optional<Optimizer> optimizer = word("optimizer", Optimizer.class);
    Optional<Boolean> ema = section.bool("ema");
    Optional<Boolean> checkpointing = section.bool("checkpointing");
    Optional<Boolean> deepspeed = section.bool("deepspeed");
    OptionalInt rank = count("rank");
    OptionalLong adapters = millions("adapterM");
    if (task == Task.INFER) {
      refuse(
          List.of("optimizer", "ema", "checkpointing", "adapter", "rank", "adapterM", "deepspeed"));
      return Optional.empty();
    }
    if (adapter.isEmpty()) {
      List.of("rank", "adapterM").stream()
          .filter(section::has)
          .forEach(key -> section.problem(key, MESSAGES.text("prior.adapter")));
    }
    return Optional.of(
        new Training(
            optimizer.orElse(Optimizer.ADAMW),
            ema.orElse(false),
            checkpointing.orElse(false),
            adapter.map(kind -> new Adapter(rank, adapters)),
            deepspeed.orElse(false)));
  }

  private void refuse(List<String> keys) {
    keys.stream()
        .filter(section::has)
        .forEach(key -> section.problem(key, MESSAGES.text("prior.untrained", task.yamlName())));
  }

  /** Millions of parameters, broken ones too. */
  private OptionalLong millions(String key) {
    OptionalDouble value = section.number(key, 0.001, MAX_MILLIONS);
    return value.isPresent()
        ? OptionalLong.of(Math.round(value.getAsDouble() * 1e6))
        : OptionalLong.empty();
  }

  private OptionalInt count(String key) {
    return ProfileReader.toInt(section.integer(key, 1, MAX_COUNT));
  }

  private <E extends Enum<E> & Word> Optional<E> word(String key, Class<E> choices) {
    return section.oneOf(key, words(choices)).flatMap(word -> Word.of(choices, word));
  }

  private static <E extends Enum<E> & Word> List<String> words(Class<E> choices) {
    return Arrays.stream(choices.getEnumConstants()).map(Word::word).toList();
  }
}
