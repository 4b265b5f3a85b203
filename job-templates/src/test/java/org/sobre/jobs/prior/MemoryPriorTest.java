package org.sobre.jobs.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MemoryPriorTest {

  private static final ModelShape LLAMA =
      new ModelShape(8_030_000_000L, 8_030_000_000L, 32, 4096, 128_256, 8, 128);

  static IntStream seeds() {
    return IntStream.range(0, 200);
  }

  /** Sizes that the models' own pages give: 16.06, 9.1 and 5.9 GB. */
  @ParameterizedTest
  @CsvSource({"FP16, 16.06", "INT8, 9.08", "NF4, 5.94"})
  void weightsAreHeldAsTheyAreSaidToBeAndEmbeddingsWhole(Storage weights, double gigabytes) {
    Recipe recipe = infer(weights, Item.ofTokens(4096));
    assertThat(MemoryPrior.weightBytes(LLAMA, recipe) / 1e9).isCloseTo(gigabytes, within(0.01));
  }

  /**
   * Twice 128 KiB a token of keys and values (two values, 32 layers, 8 heads of 128, 2 bytes), and
   * a layer at work: 3 x 15672 (14336 in truth) and 2 x 4096 values.
   */
  @Test
  void anItemOfAnInferenceTakesItsCacheTwiceAndItsPrompt() {
    Estimate estimate = MemoryPrior.estimate(LLAMA, infer(Storage.FP16, Item.ofTokens(4096)));
    assertThat(estimate.perItem().mebibytes()).isEqualTo(2 * 512 + 431);
    assertThat(estimate.step().bytes()).isZero();
    assertThat(estimate.counted().gigabytes()).isCloseTo(16.06, within(0.01));
    Recipe plain =
        new Recipe(
            Arithmetic.FP16,
            Storage.FP16,
            Storage.FP16,
            Attention.PLAIN,
            Item.ofTokens(4096),
            Optional.empty());
    assertThat(MemoryPrior.estimate(LLAMA, plain).perItem().mebibytes())
        .as("32 heads of 4096 x 4096 scores of 6 bytes more")
        .isEqualTo(2 * 512 + 431 + 3072);
  }

  /** What the models' own configurations say: 14336, 18944, and 4 x width in two matrices. */
  @ParameterizedTest
  @CsvSource({
    "8030000000, 32, 4096, 128256, 8, 14336, 1.10",
    "7616000000, 28, 3584, 152064, 4, 18944, 1.30",
    "7242000000, 32, 4096, 32000, 8, 14336, 1.03",
    "1000, 1, 128, 1000, 1, 341, 1.01"
  })
  void theFeedForwardIsWhatParametersLeave(
      long parameters, int layers, int hidden, int tokens, int kvHeads, int width, double most) {
    ModelShape shape = new ModelShape(parameters, parameters, layers, hidden, tokens, kvHeads, 128);
    assertThat(TextInference.intermediate(shape)).isBetween((double) width, width * most);
  }

  @Test
  void onlyDeepSpeedAndATrainerOfAllWeightsKeepBuckets() {
    Optional<Adapter> adapter = Optional.of(Adapter.usual());
    double plain = fixed(new Training(Optimizer.ADAMW, false, true, adapter));
    double deepspeed = fixed(new Training(Optimizer.ADAMW, false, true, adapter, true));
    assertThat((deepspeed - plain) / (1 << 20)).isCloseTo(2827 - 256, within(1.0));
    Training whole = new Training(Optimizer.ADAMW, false, true, Optional.empty());
    Training bucketed = new Training(Optimizer.ADAMW, false, true, Optional.empty(), true);
    assertThat(fixed(whole)).isEqualTo(fixed(bucketed));
    Training paged = new Training(Optimizer.ADAMW_PAGED, false, true, adapter);
    assertThat((plain - fixed(paged)) / 8)
        .isEqualTo(Adapter.usual().parameters(LLAMA, Item.Kind.TEXT));
  }

  private static double fixed(Training training) {
    return MemoryPrior.estimate(
            LLAMA,
            new Recipe(
                Arithmetic.BF16,
                Storage.BF16,
                Storage.BF16,
                Attention.SDPA,
                Item.ofTokens(512),
                Optional.of(training)))
        .fixed()
        .bytes();
  }

  /** AdamW in fp32 is 16 bytes a parameter and 4 more at its step; EMA 4, mixed precision 2. */
  @Test
  void aTrainedParameterTakesWhatItsOptimizerKeeps() {
    assertThat(bytesOfAParameter(Arithmetic.FP32, Optimizer.ADAMW, false)).isEqualTo(16);
    assertThat(bytesOfAParameter(Arithmetic.BF16, Optimizer.ADAMW, true)).isEqualTo(22);
    assertThat(bytesOfAParameter(Arithmetic.FP16, Optimizer.ADAMW_8BIT, false)).isEqualTo(12);
    assertThat(bytesOfAParameter(Arithmetic.PURE_BF16, Optimizer.ADAMW, false)).isEqualTo(8);
    assertThat(bytesOfAParameter(Arithmetic.FP32, Optimizer.SGD, false)).isEqualTo(8);
    Estimate estimate = train(Arithmetic.FP32, Optimizer.ADAMW, false);
    assertThat((estimate.step().bytes() - estimate.fixed().bytes()) / 1e6).isEqualTo(4000);
  }

  /** Of a model with 1 G parameters that makes images: nothing is counted beside. */
  private static double bytesOfAParameter(Arithmetic a, Optimizer optimizer, boolean ema) {
    return train(a, optimizer, ema).fixed().bytes() / 1e9;
  }

  private static Estimate train(Arithmetic arithmetic, Optimizer optimizer, boolean ema) {
    ModelShape shape = ShapeSketch.UNKNOWN.of(1_000_000_000L, 1_000_000_000L);
    Training training = new Training(optimizer, ema, false, Optional.empty());
    return MemoryPrior.estimate(
        shape,
        new Recipe(
            arithmetic,
            Storage.FP16,
            Storage.FP16,
            Attention.SDPA,
            Item.ofResolution(512),
            Optional.of(training)));
  }

  /** Where only the parameters are known. */
  @ParameterizedTest
  @CsvSource({"6476000000, 32, 4096", "70000000000, 71, 9088", "1000, 1, 128"})
  void anUnknownShapeIsThatOfMostModelsOfTheSize(long parameters, int layers, int hidden) {
    ModelShape shape = ShapeSketch.UNKNOWN.of(parameters, parameters);
    assertThat(shape.layers()).isEqualTo(layers);
    assertThat(shape.hidden()).isEqualTo(hidden);
    assertThat(shape.kvHeads() * shape.headDim()).isEqualTo(hidden);
  }

  /** Qwen-7B's own: 143 M at rank 64. */
  @Test
  void adaptersFollowFromTheirRank() {
    Adapter usual = Adapter.usual();
    ModelShape qwen = new ModelShape(7_721_000_000L, 7_721_000_000L, 32, 4096, 151_936, 32, 128);
    assertThat(usual.parameters(qwen, Item.Kind.TEXT) / 1e6).isCloseTo(143, within(1.0));
    Adapter told = new Adapter(OptionalInt.of(8), OptionalLong.of(4_000_000));
    assertThat(told.parameters(qwen, Item.Kind.TEXT)).isEqualTo(4e6);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void moreOfAnythingNeverTakesLess(int seed) {
    Random random = new Random(seed);
    Recipe recipe = RandomRecipes.recipe(random);
    ModelShape shape = RandomRecipes.shape(random);
    int batch = 1 + random.nextInt(512);
    double peak = MemoryPrior.estimate(shape, recipe).peakBytes(batch);
    assertThat(MemoryPrior.estimate(shape, recipe).peakBytes(batch + 1))
        .isGreaterThan(peak * 0.999999);
    assertThat(peak).isGreaterThan(0).isLessThan(Long.MAX_VALUE);
    Item larger = new Item(recipe.item().kind(), recipe.item().size() * 2);
    assertThat(peak(shape, RandomRecipes.with(recipe, larger), batch)).isGreaterThanOrEqualTo(peak);
    ModelShape heavier =
        new ModelShape(
            shape.parameters() * 2,
            shape.trained(),
            shape.layers(),
            shape.hidden(),
            shape.vocabulary(),
            shape.kvHeads(),
            shape.headDim());
    assertThat(peak(heavier, recipe, batch)).isGreaterThan(peak);
    recipe
        .training()
        .ifPresent(
            training -> {
              Training averaged =
                  new Training(
                      training.optimizer(), true, training.checkpointing(), training.adapter());
              assertThat(peak(shape, RandomRecipes.with(recipe, averaged), batch))
                  .isGreaterThanOrEqualTo(peak);
              Training kept =
                  new Training(training.optimizer(), training.ema(), false, training.adapter());
              assertThat(peak(shape, RandomRecipes.with(recipe, kept), batch))
                  .isGreaterThanOrEqualTo(peak);
            });
  }

  private static double peak(ModelShape shape, Recipe recipe, int batch) {
    return MemoryPrior.estimate(shape, recipe).peakBytes(batch);
  }

  /** Nobody has such a card; the arithmetic holds all the same. */
  @Test
  void theLargestModelOverflowsNothing() {
    int most = 1 << 20;
    ModelShape shape =
        new ModelShape(10_000_000_000_000L, 10_000_000_000_000L, most, most, most, most, most);
    Recipe recipe =
        new Recipe(
            Arithmetic.FP32,
            Storage.FP32,
            Storage.FP32,
            Attention.PLAIN,
            Item.ofTokens(1 << 24),
            Optional.of(new Training(Optimizer.ADAMW, true, false, Optional.empty())));
    Estimate estimate = MemoryPrior.estimate(shape, recipe);
    assertThat(estimate.perItem().bytes()).isGreaterThan(1L << 60);
    assertThat(estimate.peakBytes(1 << 16)).isGreaterThan(1e18);
  }

  @Test
  void noModelIsSmallerThanWhatIsTrainedOfIt() {
    assertThatThrownBy(() -> new ModelShape(10, 11, 1, 1, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected from 1 to 10 trained parameters, found 11");
    assertThatThrownBy(() -> Item.ofTokens(0)).isInstanceOf(IllegalArgumentException.class);
  }

  private static Recipe infer(Storage weights, Item item) {
    return new Recipe(
        Arithmetic.FP16, weights, Storage.FP16, Attention.SDPA, item, Optional.empty());
  }
}
