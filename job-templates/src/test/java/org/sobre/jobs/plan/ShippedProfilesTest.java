package org.sobre.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.Processor;
import org.sobre.jobs.profile.ProfileCatalog;
import org.sobre.jobs.profile.Version;

/** What the shipped profiles come to on cards. */
class ShippedProfilesTest {

  private static final BatchPlanner PLANNER = new BatchPlanner(Devices.LADDER);

  static List<String> names() throws IOException {
    return new ProfileCatalog(List.of(Path.of("..", "conf", "profiles")))
        .list().keySet().stream()
            .filter(name -> Devices.shipped(name).device() == Processor.GPU)
            .toList();
  }

  /** Its last driver is 470, and today's PyTorch holds no code for it, whatever it could hold. */
  @ParameterizedTest
  @MethodSource("names")
  void aK80IsBlessedForNothing(String name) {
    MemorySize size = MemorySize.ofMebibytes(11_441);
    Device card = Devices.nvidia(size, size, "3.7", "470.256.02");
    assertThat(PLANNER.plan(Devices.shipped(name), Budget.of(List.of(card), true)))
        .isInstanceOf(Unsupported.class);
  }

  @ParameterizedTest
  @MethodSource("names")
  void aLargerCardNeverGivesASmallerBatch(String name) {
    int before = 0;
    int first = 0;
    for (int gigabytes : Devices.LADDER) {
      int batch = batch(PLANNER.onEmptyCard(Devices.shipped(name), gigabytes, false));
      assertThat(batch).as("on %d GB", gigabytes).isGreaterThanOrEqualTo(before);
      before = batch;
      Budget card = Budget.of(List.of(Devices.marketed(gigabytes)), false);
      int tried = batch(PLANNER.firstTry(Devices.shipped(name), card));
      assertThat(tried).as("at first on %d GB", gigabytes).isBetween(first, before);
      first = tried;
    }
    assertThat(before).isPositive();
  }

  private static int batch(PlanResult result) {
    return result.match(BatchPlan::batch, small -> 0, other -> 0);
  }

  /** bitsandbytes multiplies in 8 bits from Turing on: a P100 has 6.0. */
  @ParameterizedTest
  @CsvSource({"llama-3.1-8b-infer, 6.0, nf4", "llama-3.1-8b-infer, 7.5, int8"})
  void aVariantIsPassedOverOnACardTooOldForIt(String name, String capability, String variant) {
    MemorySize size = MemorySize.ofMebibytes(16_280);
    Device card = Devices.nvidia(size, size, capability, "555.42");
    PlanResult result = PLANNER.plan(Devices.shipped(name), Budget.of(List.of(card), true));
    assertThat(result)
        .isInstanceOfSatisfying(
            BatchPlan.class, plan -> assertThat(plan.variant().name()).isEqualTo(variant));
  }

  /** The figure is of one image, which ran in 3362 MiB, and 512 MiB are for a context. */
  @ParameterizedTest
  @CsvSource({"4096, 1", "3952, 0"})
  void sd21AnswersOnARealCardOf4Gb(long mebibytes, int batch) {
    Device card =
        Device.empty(
            "a card",
            Optional.of(GpuVendor.NVIDIA),
            MemorySize.ofMebibytes(mebibytes),
            Version.parse("7.5"));
    Budget budget = Budget.of(List.of(card), false);
    assertThat(batch(PLANNER.plan(Devices.shipped("sd21-infer"), budget))).isEqualTo(batch);
  }

  /** The smallest card for each way to run a model, the better way where it fits. */
  @ParameterizedTest
  @CsvSource({
    "llama-3.1-8b-infer, 24, fp16",
    "llama-3.1-8b-infer, 20, int8",
    "llama-3.1-8b-infer, 16, int8",
    "llama-3.1-8b-infer, 10, nf4",
    "llama-3.1-8b-infer, 8, -",
    "mistral-7b-infer, 24, fp16",
    "mistral-7b-infer, 8, nf4",
    "qwen2.5-7b-infer, 24, fp16",
    "qwen2.5-7b-infer, 6, -",
    "llama-3.1-8b-lora, 24, lora",
    "llama-3.1-8b-lora, 20, qlora",
    "llama-3.1-8b-lora, 8, -",
    "llama-3.1-8b-lora, 16, qlora",
    "mistral-7b-lora, 24, lora",
    "mistral-7b-lora, 16, qlora",
    "qwen2.5-7b-lora, 20, qlora",
    "sd15-infer, 6, fp16",
    "sd15-infer, 2, -",
    "sd15-lora, 24, lora-fp16",
    "sd15-lora, 6, lora-fp16",
    "sd21-lora, 8, lora-checkpointing",
    "sd21-lora, 4, -",
    "sd15-finetune, 80, full",
    "sd15-finetune, 32, without-average",
    "sd15-finetune, 12, eight-bit-xformers",
    "sd15-finetune, 8, offload"
  })
  void theBestWayThatFitsIsTaken(String profile, int gigabytes, String variant) {
    PlanResult result = PLANNER.onEmptyCard(Devices.shipped(profile), gigabytes, true);
    assertThat(result instanceof BatchPlan plan ? plan.variant().name() : "-").isEqualTo(variant);
  }
}
