package org.sobre.cli;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.message.Messages;
import org.sobre.jobs.prior.Adapter;
import org.sobre.jobs.prior.Arithmetic;
import org.sobre.jobs.prior.Attention;
import org.sobre.jobs.prior.Item;
import org.sobre.jobs.prior.ModelShape;
import org.sobre.jobs.prior.Optimizer;
import org.sobre.jobs.prior.Recipe;
import org.sobre.jobs.prior.ShapeSketch;
import org.sobre.jobs.prior.Storage;
import org.sobre.jobs.prior.Training;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Precision;
import org.sobre.jobs.profile.PriorProfile;
import org.sobre.jobs.profile.Requirements;
import org.sobre.jobs.profile.Version;

/** A model that options describe: its name, shape and recipe, and what nobody said of it. */
final class PriorModel {

  private static final Messages MESSAGES = Messages.of(PriorModel.class);

  /** What today's PyTorch is built for: see requires of the shipped profiles. */
  static final String LEAST_CAPABILITY = "6.0";

  static final String LEAST_DRIVER = "525";

  private static final Optional<Version> CAPABILITY = Version.parse(LEAST_CAPABILITY);

  private static final Optional<Version> DRIVER = Version.parse(LEAST_DRIVER);

  /** What people call a precision and is how weights are held. */
  private static final Map<String, Storage> QUANTIZED =
      Map.of("int8", Storage.INT8, "nf4", Storage.NF4, "int4", Storage.NF4, "4bit", Storage.NF4);

  private final PriorOptions options;

  PriorModel(PriorOptions options) {
    this.options = options;
  }

  /** What it is called in sentences. */
  String name() {
    return options.parameters;
  }

  String task() {
    return options.task;
  }

  /** What was taken for what nobody said; of language models alone. */
  Optional<String> assumed() {
    if (options.tokens == null) {
      return Optional.empty();
    }
    ModelShape shape = shape();
    List<String> taken = new ArrayList<>();
    assumed(options.layers, "layers", shape.layers(), taken);
    assumed(options.hidden, "hidden", shape.hidden(), taken);
    assumed(options.kvHeads, "kvHeads", shape.kvHeads(), taken);
    assumed(options.headDim, "headDim", shape.headDim(), taken);
    assumed(options.vocabulary, "vocabulary", shape.vocabulary(), taken);
    return taken.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", taken));
  }

  private static void assumed(@Nullable Integer told, String what, int value, List<String> taken) {
    if (told == null) {
      taken.add(MESSAGES.text("fit.assumed." + what, String.valueOf(value)));
    }
  }

  /**
   * Keeps it in the file that was named, if one was.
   *
   * @throws Failure if it is there, or no name of a profile
   */
  Optional<Path> write(@Nullable Integer effectiveBatch) throws IOException {
    if (options.file == null) {
      return Optional.empty();
    }
    PriorFile.write(
        options.file,
        new PriorYaml(
            options.task,
            options.tokens == null ? "image" : "sequence",
            precisions(computed()).get(0).yamlName(),
            effectiveBatch == null ? OptionalInt.empty() : OptionalInt.of(effectiveBatch),
            told(),
            assumed()));
    return Optional.of(options.file);
  }

  /** In the words of {@code model:} in a profile. */
  private Map<String, String> told() {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("parametersM", millions("--parameters", options.parameters));
    told.put("trainedM", options.trained == null ? null : millions("--trained", options.trained));
    told.put("layers", options.layers);
    told.put("hidden", options.hidden);
    told.put("vocabulary", options.vocabulary);
    told.put("kvHeads", options.kvHeads);
    told.put("headDim", options.headDim);
    told.put("precision", computed().word());
    told.put(
        "weights",
        options.weights == null ? quantized().map(Storage::word).orElse(null) : options.weights);
    told.put("kvCache", options.cache);
    told.put("attention", options.attention);
    told.put("optimizer", options.optimizer);
    told.put("adapter", options.adapter);
    told.put("rank", options.rank);
    told.put("checkpointing", options.checkpointing ? "true" : null);
    told.put("ema", options.ema ? "true" : null);
    told.put("tokens", options.tokens);
    told.put("resolution", options.resolution);
    Map<String, String> words = new LinkedHashMap<>();
    told.forEach(
        (key, value) -> {
          if (value != null) {
            words.put(key, value.toString());
          }
        });
    return words;
  }

  private static String millions(String option, String typed) {
    return BigDecimal.valueOf(PriorWords.count(option, typed), 6)
        .stripTrailingZeros()
        .toPlainString();
  }

  /**
   * @throws Failure if it does not make a model
   */
  ModelProfile profile() {
    Arithmetic computed = computed();
    return PriorProfile.of(
        options.parameters,
        "--parameters",
        shape(),
        recipe(computed),
        OptionalInt.empty(),
        new Requirements(List.of(), CAPABILITY, DRIVER, precisions(computed)));
  }

  private ModelShape shape() {
    long all = PriorWords.count("--parameters", options.parameters);
    long part = options.trained == null ? all : PriorWords.count("--trained", options.trained);
    if (part > all) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("fit.trained", part, all));
    }
    return new ShapeSketch(
            PriorWords.number("--layers", options.layers),
            PriorWords.number("--hidden", options.hidden),
            PriorWords.number("--vocabulary", options.vocabulary),
            PriorWords.number("--kv-heads", options.kvHeads),
            PriorWords.number("--head-dim", options.headDim))
        .of(all, part);
  }

  /** With weights in 8 or 4 bits in half precision. */
  private Arithmetic computed() {
    return quantized().isPresent()
        ? Arithmetic.FP16
        : PriorWords.word("--precision", Arithmetic.class, options.precision);
  }

  private Optional<Storage> quantized() {
    return Optional.ofNullable(QUANTIZED.get(options.precision));
  }

  private static List<Precision> precisions(Arithmetic computed) {
    return List.of(
        switch (computed) {
          case FP32 -> Precision.FP32;
          case FP16 -> Precision.FP16;
          case BF16, PURE_BF16 -> Precision.BF16;
        });
  }

  private Recipe recipe(Arithmetic computed) {
    Optional<PriorWords.Adapters> adapters =
        PriorWords.optional("--adapter", PriorWords.Adapters.class, options.adapter);
    Storage usual =
        adapters.equals(Optional.of(PriorWords.Adapters.QLORA)) ? Storage.NF4 : computed.storage();
    return new Recipe(
        computed,
        PriorWords.optional("--weights", Storage.class, options.weights)
            .or(this::quantized)
            .orElse(usual),
        PriorWords.optional("--kv-cache", Storage.class, options.cache).orElse(computed.storage()),
        PriorWords.optional("--attention", Attention.class, options.attention)
            .orElse(Attention.SDPA),
        item(),
        training(adapters));
  }

  private Item item() {
    OptionalInt ofText = PriorWords.number("--tokens", options.tokens);
    OptionalInt ofImage = PriorWords.number("--resolution", options.resolution);
    if (ofText.isPresent() == ofImage.isPresent()) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("fit.item"));
    }
    return ofText.isPresent()
        ? Item.ofTokens(ofText.getAsInt())
        : Item.ofResolution(ofImage.getAsInt());
  }

  private Optional<Training> training(Optional<PriorWords.Adapters> adapters) {
    Optional<Optimizer> own =
        PriorWords.optional("--optimizer", Optimizer.class, options.optimizer);
    boolean trains =
        PriorWords.word("--task", PriorWords.Work.class, options.task) == PriorWords.Work.FINETUNE;
    if (!trains
        && (own.isPresent()
            || adapters.isPresent()
            || options.rank != null
            || options.checkpointing
            || options.ema)) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("fit.untrained"));
    }
    if (adapters.isEmpty() && options.rank != null) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("fit.rank"));
    }
    return trains
        ? Optional.of(
            new Training(
                own.orElse(Optimizer.ADAMW),
                options.ema,
                options.checkpointing,
                adapters.map(
                    any ->
                        new Adapter(
                            PriorWords.number("--rank", options.rank), OptionalLong.empty()))))
        : Optional.empty();
  }
}
