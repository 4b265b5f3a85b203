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
import picocli.CommandLine.Option;

/**
 * A model of which nobody has a profile, told on the command line: the words are those of {@code
 * model:} in a profile.
 */
final class PriorOptions {

  private static final Messages MESSAGES = Messages.of(PriorOptions.class);

  /** What today's PyTorch is built for: see requires of the shipped profiles. */
  static final String LEAST_CAPABILITY = "6.0";

  static final String LEAST_DRIVER = "525";

  private static final Optional<Version> CAPABILITY = Version.parse(LEAST_CAPABILITY);

  private static final Optional<Version> DRIVER = Version.parse(LEAST_DRIVER);

  /** What people call a precision and is how weights are held. */
  private static final Map<String, Storage> QUANTIZED =
      Map.of("int8", Storage.INT8, "nf4", Storage.NF4, "int4", Storage.NF4, "4bit", Storage.NF4);

  @Option(
      names = "--parameters",
      required = true,
      paramLabel = "N",
      description =
          "A model without a profile, by the number of its parameters: 8.03G, 860M. What it takes is"
              + " computed.")
  private String parameters = "";

  @Option(
      names = "--task",
      paramLabel = "TASK",
      defaultValue = "infer",
      completionCandidates = PriorWords.Works.class,
      description =
          "Of such a model: one of ${COMPLETION-CANDIDATES}; by default ${DEFAULT-VALUE}.")
  private String task = "infer";

  @Option(
      names = "--precision",
      paramLabel = "PRECISION",
      defaultValue = "fp16",
      completionCandidates = PriorWords.Arithmetics.class,
      description =
          "What it computes in: one of ${COMPLETION-CANDIDATES}; by default ${DEFAULT-VALUE}. int8 and"
              + " nf4 stand for --weights, too.")
  private String precision = "fp16";

  @Option(
      names = "--weights",
      paramLabel = "STORAGE",
      completionCandidates = PriorWords.Storages.class,
      description =
          "How weights that are not trained are held: one of ${COMPLETION-CANDIDATES}; by default"
              + " as it computes.")
  private @Nullable String weights;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      description = "Tokens of a sequence, the answer included: a language model.")
  private @Nullable Integer tokens;

  @Option(
      names = "--resolution",
      paramLabel = "PIXELS",
      description = "Edge of an image: a model that makes images.")
  private @Nullable Integer resolution;

  @Option(
      names = "--adapter",
      paramLabel = "ADAPTER",
      completionCandidates = PriorWords.AdapterWords.class,
      description = "Train adapters only: one of ${COMPLETION-CANDIDATES}.")
  private @Nullable String adapter;

  @Option(names = "--rank", paramLabel = "N", description = "Of the adapters.")
  private @Nullable Integer rank;

  @Option(
      names = "--optimizer",
      paramLabel = "OPTIMIZER",
      completionCandidates = PriorWords.Optimizers.class,
      description = "Of a training: one of ${COMPLETION-CANDIDATES}; by default adamw.")
  private @Nullable String optimizer;

  @Option(
      names = "--checkpointing",
      description = "Of a training: activations are computed again instead of kept.")
  private boolean checkpointing;

  @Option(
      names = "--ema",
      description = "Of a training: a moving average of the weights is kept on the card.")
  private boolean ema;

  @Option(
      names = "--attention",
      paramLabel = "ATTENTION",
      completionCandidates = PriorWords.Attentions.class,
      description = "How it is computed: one of ${COMPLETION-CANDIDATES}; by default sdpa.")
  private @Nullable String attention;

  @Option(
      names = "--kv-cache",
      paramLabel = "STORAGE",
      completionCandidates = PriorWords.Storages.class,
      description = "How keys and values are held; by default as it computes.")
  private @Nullable String cache;

  @Option(
      names = "--trained",
      paramLabel = "N",
      description = "Parameters of the part that is trained, as 860M; by default all.")
  private @Nullable String trained;

  @Option(names = "--layers", paramLabel = "N", description = "Of a transformer, where known.")
  private @Nullable Integer layers;

  @Option(names = "--hidden", paramLabel = "N", description = "Its width, where known.")
  private @Nullable Integer hidden;

  @Option(names = "--vocabulary", paramLabel = "N", description = "Its tokens, where known.")
  private @Nullable Integer vocabulary;

  @Option(
      names = "--kv-heads",
      paramLabel = "N",
      description = "Its heads of keys and values, where known; by default as many as of queries.")
  private @Nullable Integer kvHeads;

  @Option(names = "--head-dim", paramLabel = "N", description = "Width of a head, where known.")
  private @Nullable Integer headDim;

  @Option(
      names = "--write-profile",
      paramLabel = "FILE",
      description = "Keep it as a profile, NAME.yaml, for sobre infer or finetune, and for later.")
  private @Nullable Path file;

  /** What it is called in sentences. */
  String name() {
    return parameters;
  }

  String task() {
    return task;
  }

  /** What was taken for what nobody said; of language models alone. */
  Optional<String> assumed() {
    if (tokens == null) {
      return Optional.empty();
    }
    ModelShape shape = shape();
    List<String> taken = new ArrayList<>();
    assumed(layers, "layers", shape.layers(), taken);
    assumed(hidden, "hidden", shape.hidden(), taken);
    assumed(kvHeads, "kvHeads", shape.kvHeads(), taken);
    assumed(headDim, "headDim", shape.headDim(), taken);
    assumed(vocabulary, "vocabulary", shape.vocabulary(), taken);
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
    if (file == null) {
      return Optional.empty();
    }
    PriorFile.write(
        file,
        new PriorYaml(
            task,
            tokens == null ? "image" : "sequence",
            precisions(computed()).get(0).yamlName(),
            effectiveBatch == null ? OptionalInt.empty() : OptionalInt.of(effectiveBatch),
            told(),
            assumed()));
    return Optional.of(file);
  }

  /** In the words of {@code model:} in a profile. */
  private Map<String, String> told() {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("parametersM", millions("--parameters", parameters));
    told.put("trainedM", trained == null ? null : millions("--trained", trained));
    told.put("layers", layers);
    told.put("hidden", hidden);
    told.put("vocabulary", vocabulary);
    told.put("kvHeads", kvHeads);
    told.put("headDim", headDim);
    told.put("precision", computed().word());
    told.put("weights", weights == null ? quantized().map(Storage::word).orElse(null) : weights);
    told.put("kvCache", cache);
    told.put("attention", attention);
    told.put("optimizer", optimizer);
    told.put("adapter", adapter);
    told.put("rank", rank);
    told.put("checkpointing", checkpointing ? "true" : null);
    told.put("ema", ema ? "true" : null);
    told.put("tokens", tokens);
    told.put("resolution", resolution);
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
        parameters,
        "--parameters",
        shape(),
        recipe(computed),
        OptionalInt.empty(),
        new Requirements(List.of(), CAPABILITY, DRIVER, precisions(computed)));
  }

  private ModelShape shape() {
    long all = PriorWords.count("--parameters", parameters);
    long part = trained == null ? all : PriorWords.count("--trained", trained);
    if (part > all) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("fit.trained", part, all));
    }
    return new ShapeSketch(
            PriorWords.number("--layers", layers),
            PriorWords.number("--hidden", hidden),
            PriorWords.number("--vocabulary", vocabulary),
            PriorWords.number("--kv-heads", kvHeads),
            PriorWords.number("--head-dim", headDim))
        .of(all, part);
  }

  /** With weights in 8 or 4 bits in half precision. */
  private Arithmetic computed() {
    return quantized().isPresent()
        ? Arithmetic.FP16
        : PriorWords.word("--precision", Arithmetic.class, precision);
  }

  private Optional<Storage> quantized() {
    return Optional.ofNullable(QUANTIZED.get(precision));
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
        PriorWords.optional("--adapter", PriorWords.Adapters.class, adapter);
    Storage usual =
        adapters.equals(Optional.of(PriorWords.Adapters.QLORA)) ? Storage.NF4 : computed.storage();
    return new Recipe(
        computed,
        PriorWords.optional("--weights", Storage.class, weights).or(this::quantized).orElse(usual),
        PriorWords.optional("--kv-cache", Storage.class, cache).orElse(computed.storage()),
        PriorWords.optional("--attention", Attention.class, attention).orElse(Attention.SDPA),
        item(),
        training(adapters));
  }

  private Item item() {
    OptionalInt ofText = PriorWords.number("--tokens", tokens);
    OptionalInt ofImage = PriorWords.number("--resolution", resolution);
    if (ofText.isPresent() == ofImage.isPresent()) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("fit.item"));
    }
    return ofText.isPresent()
        ? Item.ofTokens(ofText.getAsInt())
        : Item.ofResolution(ofImage.getAsInt());
  }

  private Optional<Training> training(Optional<PriorWords.Adapters> adapters) {
    Optional<Optimizer> own = PriorWords.optional("--optimizer", Optimizer.class, optimizer);
    boolean trains =
        PriorWords.word("--task", PriorWords.Work.class, task) == PriorWords.Work.FINETUNE;
    if (!trains
        && (own.isPresent() || adapters.isPresent() || rank != null || checkpointing || ema)) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("fit.untrained"));
    }
    if (adapters.isEmpty() && rank != null) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("fit.rank"));
    }
    return trains
        ? Optional.of(
            new Training(
                own.orElse(Optimizer.ADAMW),
                ema,
                checkpointing,
                adapters.map(
                    any -> new Adapter(PriorWords.number("--rank", rank), OptionalLong.empty()))))
        : Optional.empty();
  }
}
