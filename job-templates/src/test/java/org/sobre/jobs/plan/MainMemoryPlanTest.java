package org.sobre.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.ModelProfile;

/** What runs on processors is planned in main memory, and never on a card. */
class MainMemoryPlanTest {

  private static final ModelProfile BERT = Devices.shipped("bert-base-cpu-infer");

  private static Budget memory(long free, long total) {
    return Budget.of(
        List.of(
            Device.mainMemory(
                "the main memory of this job",
                MemorySize.ofMebibytes(free),
                MemorySize.ofMebibytes(total),
                MemorySize.ofMebibytes(64))),
        false);
  }

  private static PlanResult plan(Budget budget, Advice advice) {
    return new BatchPlanner(Devices.LADDER, Devices.CAPABILITIES, advice).firstTry(BERT, budget);
  }

  /** (418 + 45 b) x 1.2 + 512 MiB fit up to 131 in 8128; 930 + 45 b in half of them up to 69. */
  @Test
  void theBatchFollowsFromMainMemory() {
    assertThat(plan(memory(8192, 8192), Advice.SLURM))
        .isInstanceOfSatisfying(
            BatchPlan.class,
            plan -> {
              assertThat(plan.batch()).isEqualTo(69);
              assertThat(plan.why())
                  .isEqualTo(
                      "variant fp32 needs 5.0 GB with 20 % margin (prior), 8.5 GB of main memory are"
                          + " free; nobody has run it yet, so that half of the memory is used at"
                          + " first, and up to 131 may fit");
            });
  }

  @Test
  void tooLittleIsSaidWithTheOptionThatAsksForMore() {
    PlanResult result = plan(memory(1000, 1000), Advice.SLURM);
    assertThat(result)
        .isEqualTo(
            new DoesNotFit(
                "bert-base-cpu-infer does not fit: variant fp32 needs 1.1 GB with 20 % margin for"
                    + " batch 1 (prior), and the main memory of this job has 1.0 GB free of 1.0 GB:"
                    + " submit it with --mem=2G",
                java.util.OptionalInt.of(2), Optional.of("--mem=2G")));
    assertThat(((DoesNotFit) result).sbatchOption()).contains("--mem=2G");
    assertThat(((DoesNotFit) plan(memory(1000, 1000), Advice.STATION)).reason())
        .endsWith(": it takes 2 GB of main memory");
    assertThat(((DoesNotFit) plan(memory(1000, 64_000), Advice.STATION)).reason())
        .endsWith(": the machine has enough, but other programs hold part of it");
  }

  @Test
  void theSameInFrench() {
    Locale before = Locale.getDefault(Locale.Category.DISPLAY);
    try {
      Language.FRENCH.speak();
      assertThat(((DoesNotFit) plan(memory(1000, 1000), Advice.SLURM)).reason())
          .endsWith(" : soumettez-le avec --mem=2G");
      assertThat(((BatchPlan) plan(memory(8192, 8192), Advice.SLURM)).why())
          .startsWith(
              "la variante fp32 demande 5,0 Go avec 20 % de marge (calculé), 8,5 Go de mémoire"
                  + " centrale sont libres ; ");
    } finally {
      Locale.setDefault(Locale.Category.DISPLAY, before);
    }
  }

  /** Cards, or nothing told: it is said what it takes, and no card is asked for. */
  @Test
  void noCardIsItsMemory() {
    Budget cards = Budget.of(List.of(Devices.mebibytes(24_000, 24_564)), true);
    for (Budget budget : List.of(cards, Budget.of(List.of(), true))) {
      assertThat(plan(budget, Advice.SLURM))
          .isInstanceOfSatisfying(
              DoesNotFit.class,
              refused -> {
                assertThat(refused.reason())
                    .isEqualTo(
                        "bert-base-cpu-infer runs on processors, in main memory: submit it with"
                            + " --mem=2G");
                assertThat(refused.sbatchOption()).contains("--mem=2G");
              });
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "16, 1"})
  void whatIsAdvisedDoes(int gigabytes, int least) {
    long granted = gigabytes * 1024L;
    assertThat(plan(memory(granted, granted), Advice.SLURM))
        .isInstanceOfSatisfying(
            BatchPlan.class, plan -> assertThat(plan.batch()).isGreaterThanOrEqualTo(least));
  }
}
