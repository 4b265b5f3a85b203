package org.sobre.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * A model of which nobody has a profile, told on the command line: the words are those of {@code
 * model:} in a profile. What they make is {@link PriorModel}.
 */
final class PriorOptions {

  @Option(
      names = "--parameters",
      required = true,
      paramLabel = "N",
      description =
          "A model without a profile, by the number of its parameters: 8.03G, 860M. What it takes is"
              + " computed.")
  String parameters = "";

  @Option(
      names = "--task",
      paramLabel = "TASK",
      defaultValue = "infer",
      completionCandidates = PriorWords.Works.class,
      description =
          "Of such a model: one of ${COMPLETION-CANDIDATES}; by default ${DEFAULT-VALUE}.")
  String task = "infer";

  @Option(
      names = "--precision",
      paramLabel = "PRECISION",
      defaultValue = "fp16",
      completionCandidates = PriorWords.Arithmetics.class,
      description =
          "What it computes in: one of ${COMPLETION-CANDIDATES}; by default ${DEFAULT-VALUE}. int8 and"
              + " nf4 stand for --weights, too.")
  String precision = "fp16";

  @Option(
      names = "--weights",
      paramLabel = "STORAGE",
      completionCandidates = PriorWords.Storages.class,
      description =
          "How weights that are not trained are held: one of ${COMPLETION-CANDIDATES}; by default"
              + " as it computes.")
  @Nullable String weights;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      description = "Tokens of a sequence, the answer included: a language model.")
  @Nullable Integer tokens;

  @Option(
      names = "--resolution",
      paramLabel = "PIXELS",
      description = "Edge of an image: a model that makes images.")
  @Nullable Integer resolution;

  @Option(
      names = "--adapter",
      paramLabel = "ADAPTER",
      completionCandidates = PriorWords.AdapterWords.class,
      description = "Train adapters only: one of ${COMPLETION-CANDIDATES}.")
  @Nullable String adapter;

  @Option(names = "--rank", paramLabel = "N", description = "Of the adapters.")
  @Nullable Integer rank;

  @Option(
      names = "--optimizer",
      paramLabel = "OPTIMIZER",
      completionCandidates = PriorWords.Optimizers.class,
      description = "Of a training: one of ${COMPLETION-CANDIDATES}; by default adamw.")
  @Nullable String optimizer;

  @Option(
      names = "--checkpointing",
      description = "Of a training: activations are computed again instead of kept.")
  boolean checkpointing;

  @Option(
      names = "--ema",
      description = "Of a training: a moving average of the weights is kept on the card.")
  boolean ema;

  @Option(
      names = "--attention",
      paramLabel = "ATTENTION",
      completionCandidates = PriorWords.Attentions.class,
      description = "How it is computed: one of ${COMPLETION-CANDIDATES}; by default sdpa.")
  @Nullable String attention;

  @Option(
      names = "--kv-cache",
      paramLabel = "STORAGE",
      completionCandidates = PriorWords.Storages.class,
      description = "How keys and values are held; by default as it computes.")
  @Nullable String cache;

  @Option(
      names = "--trained",
      paramLabel = "N",
      description = "Parameters of the part that is trained, as 860M; by default all.")
  @Nullable String trained;

  @Option(names = "--layers", paramLabel = "N", description = "Of a transformer, where known.")
  @Nullable Integer layers;

  @Option(names = "--hidden", paramLabel = "N", description = "Its width, where known.")
  @Nullable Integer hidden;

  @Option(names = "--vocabulary", paramLabel = "N", description = "Its tokens, where known.")
  @Nullable Integer vocabulary;

  @Option(
      names = "--kv-heads",
      paramLabel = "N",
      description = "Its heads of keys and values, where known; by default as many as of queries.")
  @Nullable Integer kvHeads;

  @Option(names = "--head-dim", paramLabel = "N", description = "Width of a head, where known.")
  @Nullable Integer headDim;

  @Option(
      names = "--write-profile",
      paramLabel = "FILE",
      description = "Keep it as a profile, NAME.yaml, for sobre infer or finetune, and for later.")
  @Nullable Path file;
}
