package org.sobre.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.message.Language;

/** What is known of real cards and models must come out of the planner and the shipped profiles. */
class PublishedFactsTest {

  private static final BatchPlanner PLANNER = new BatchPlanner(Devices.LADDER);

  /** nvidia-smi's free and total of real cards sold as 24 GB: L4, RTX 3090, RTX 4090. */
  @ParameterizedTest
  @CsvSource({"22563, 23034", "24260, 24576", "24210, 24564"})
  void sd21IsFineTunedWithBatch1OnEvery24GbCard(long free, long total) {
    BatchPlan plan = plan("sd21-finetune", Devices.mebibytes(free, total), false);
    assertThat(plan.variant().name()).isEqualTo("full");
    assertThat(plan.batch()).isEqualTo(1);
    assertThat(plan.accumulation()).isEqualTo(128);
    assertThat(plan.tight()).isTrue();
  }

  /** Powers of two for a recipe of 128: what fits is 23, 43 and so on. */
  @ParameterizedTest
  @CsvSource({"32, 8", "40, 16", "64, 32", "80, 64", "96, 128", "140, 128"})
  void betweenTheTwoPointsTheRecipesBatchIsMetExactly(int gigabytes, int batch) {
    BatchPlan plan = plan("sd21-finetune", Devices.marketed(gigabytes), false);
    assertThat(plan.batch()).isEqualTo(batch);
    assertThat(plan.effectiveBatch()).isEqualTo(128);
  }

  @Test
  void sd21IsFineTunedWithBatch128On96Gb() {
    BatchPlan plan = plan("sd21-finetune", Devices.marketed(96), false);
    assertThat(plan.batch()).isEqualTo(128);
    assertThat(plan.accumulation()).isEqualTo(1);
  }

  @Test
  void on16GbSd21IsFineTunedOnlyWithTheReducedVariant() {
    Device card = Devices.mebibytes(15842, 16376);
    DoesNotFit refused = refusal("sd21-finetune", card, false);
    assertThat(refused.sbatchOption()).contains("--constraint=vram_ge_24g");
    assertThat(refused.reason()).contains("--allow-reduced").contains("eight-bit");
    BatchPlan plan = plan("sd21-finetune", card, true);
    assertThat(plan.variant().name()).isEqualTo("eight-bit");
    assertThat(plan.effectiveBatch()).isEqualTo(128);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 10, 11, 12})
  void under16GbSd21IsRefusedByTheHouseEvenReduced(int gigabytes) {
    DoesNotFit refused = refusal("sd21-finetune", Devices.marketed(gigabytes), true);
    assertThat(refused.reason()).contains("not run on cards under 16 GB").contains("quality");
    assertThat(refused.smallestClassGigabytes()).hasValue(16);
  }

  /** Where no Slurm is nobody can be asked for another card. */
  @ParameterizedTest
  @ValueSource(strings = {"sd21-finetune", "sd35-medium-infer"})
  void onAStationNothingIsToBeSubmitted(String name) {
    String reason =
        new BatchPlanner(Devices.LADDER, Devices.CAPABILITIES, Advice.STATION)
            .plan(Devices.shipped(name), Budget.of(List.of(Devices.marketed(12)), true))
            .match(BatchPlan::why, DoesNotFit::reason, Unsupported::reason);
    assertThat(reason).contains(": it takes a card of ").doesNotContain("--constraint", "submit");
  }

  @Test
  void sd35MediumIsNotInferredUnder24Gb() {
    assertThat(refusal("sd35-medium-infer", Devices.marketed(20), true).sbatchOption())
        .contains("--constraint=vram_ge_24g");
    assertThat(plan("sd35-medium-infer", Devices.mebibytes(22563, 23034), false).batch())
        .isEqualTo(1);
  }

  @Test
  void t0IsTooBigFor24GbAndSaysSoInOneSentence() {
    DoesNotFit refused = refusal("t0-3b-finetune", Devices.mebibytes(24210, 24564), false);
    assertThat(refused.reason())
        .isEqualTo(
            "t0-3b-finetune does not fit: variant full needs 51.2 GB for batch 1 (published), and"
                + " a card has 25.4 GB free of 25.8 GB: submit it with --constraint=vram_ge_64g;"
                + " variant lora would fit with --allow-reduced, and loses: low-rank adapters are"
                + " trained instead of the model's own weights");
  }

  @Test
  void theSameIsSaidInFrench() {
    Locale before = Locale.getDefault(Locale.Category.DISPLAY);
    try {
      Language.FRENCH.speak();
      assertThat(refusal("t0-3b-finetune", Devices.mebibytes(24210, 24564), false).reason())
          .startsWith(
              "t0-3b-finetune ne tient pas : la variante full demande 51,2 Go pour un lot de 1"
                  + " (publié), et a card a 25,4 Go libres sur 25,8 Go : soumettez-le avec"
                  + " --constraint=vram_ge_64g ; la variante lora tiendrait avec");
      assertThat(plan("sd21-finetune", Devices.mebibytes(24210, 24564), false).why())
          .isEqualTo(
              "la variante full demande une carte de 24 Go (mesuré), 25,4 Go sont libres, ce qui est"
                  + " juste ; un lot de 2 demanderait 25,8 Go avec 5 % de marge");
    } finally {
      Locale.setDefault(Locale.Category.DISPLAY, before);
    }
  }

  /** Points published elsewhere: on a card with less free memory than was used nothing "fits". */
  @ParameterizedTest
  @CsvSource({
    "sd21-infer, 3361",
    "qwen-7b-qlora, 12595",
    "t0-3b-finetune, 48271",
    "sd35-medium-infer, 15516"
  })
  void neverFitsInLessThanWasUsed(String profile, long usedMebibytes) {
    for (long free = usedMebibytes - 1; free > 0; free -= 512) {
      assertThat(
              PLANNER.plan(
                  Devices.shipped(profile),
                  Budget.of(List.of(Devices.mebibytes(free, free)), false)))
          .isInstanceOf(DoesNotFit.class);
    }
  }

  @Test
  void qwenOn2048TokensFitsWhereItWasMeasured() {
    assertThat(plan("qwen-7b-qlora", Devices.mebibytes(14746, 15360), false).batch()).isEqualTo(2);
    assertThat(plan("qwen-7b-qlora", Devices.mebibytes(14745, 15360), false).batch()).isEqualTo(1);
  }

  @Test
  void memoryThatSomebodyElseHoldsIsNotBlamedOnTheCard() {
    DoesNotFit refused = refusal("sd21-finetune", Devices.mebibytes(12000, 24564), false);
    assertThat(refused.reason()).contains("somebody else holds part of it");
  }

  @Test
  void theClassThatIsAdvisedDoesFit() {
    for (String name : List.of("sd21-finetune", "sd35-medium-infer", "t0-3b-finetune")) {
      OptionalInt size = PLANNER.smallestClass(Devices.shipped(name), false);
      plan(name, Devices.marketed(size.orElseThrow()), false);
    }
  }

  private static BatchPlan plan(String profile, Device device, boolean allowReduced) {
    PlanResult result = result(profile, device, allowReduced);
    assertThat(result).isInstanceOf(BatchPlan.class);
    return (BatchPlan) result;
  }

  private static DoesNotFit refusal(String profile, Device device, boolean allowReduced) {
    PlanResult result = result(profile, device, allowReduced);
    assertThat(result).isInstanceOf(DoesNotFit.class);
    return (DoesNotFit) result;
  }

  private static PlanResult result(String profile, Device device, boolean allowReduced) {
    return PLANNER.plan(Devices.shipped(profile), Budget.of(List.of(device), allowReduced));
  }
}
