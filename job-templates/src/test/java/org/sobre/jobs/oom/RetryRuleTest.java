package org.sobre.jobs.oom;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sobre.jobs.oom.OomVerdict.Kind;
import org.sobre.jobs.oom.RetryRule.Again;
import org.sobre.jobs.oom.RetryRule.Decision;
import org.sobre.jobs.oom.RetryRule.End;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.jobs.plan.BatchPlanner;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.ProfileCatalog;

class RetryRuleTest {

  private static final Duration TOOK = Duration.ofMinutes(7);
  private static final Circumstances FREE =
      new Circumstances(true, true, true, true, Set.of(), Optional.empty());
  private static final String PIECES =
      "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 3.00 GiB. GPU 0 has a total"
          + " capacity of 23.65 GiB of which 1.66 GiB is free. Of the allocated memory 12.09 GiB is"
          + " allocated by PyTorch, and 4.84 GiB is reserved by PyTorch but unallocated.";
  private static final OomVerdict FRAGMENTED = OomDiagnosis.of(1, PIECES, OptionalLong.empty());
  private static final OomVerdict DEVICE =
      OomDiagnosis.of(1, "RuntimeError: CUDA error: out of memory", OptionalLong.empty());

  private static final OomVerdict UNKNOWN =
      OomDiagnosis.of(
          1,
          "RuntimeError: Unrecognized CachingAllocator option: expandable_segments",
          OptionalLong.empty());

  private final BatchPlanner planner = new BatchPlanner(List.of(24, 96));
  private ModelProfile profile;
  private BatchPlan plan;
  private RetryRule rule;

  @BeforeEach
  void aTrainingOf128OnALargeCard() throws Exception {
    profile = new ProfileCatalog(List.of(Path.of("..", "conf", "profiles"))).load("sd21-finetune");
    plan = (BatchPlan) planner.onEmptyCard(profile, 96, false);
    assertThat(plan.batch()).isEqualTo(128);
    rule = new RetryRule(planner, profile);
  }

  @Test
  void threeSmallerOnesAtTheMostEachOfTheSameEffectiveBatch() {
    List<Integer> batches = new ArrayList<>(List.of(plan.batch()));
    Decision decision = rule.decide(DEVICE, plan, Map.of(), TOOK, FREE);
    while (decision instanceof Again again) {
      assertThat(again.plan().batch())
          .isLessThanOrEqualTo((int) (batches.get(batches.size() - 1) * 0.85));
      assertThat(again.plan().effectiveBatch()).isEqualTo(128);
      assertThat(again.why()).contains("batch " + batches.get(batches.size() - 1));
      batches.add(again.plan().batch());
      decision = rule.decide(DEVICE, again.plan(), again.environment(), TOOK, FREE);
    }
    assertThat(batches).containsExactly(128, 64, 32, 16);
    assertThat(((End) decision).why().orElseThrow())
        .contains("batch 16", "CUDA error: out of memory", "3 times");
  }

  @Test
  void whereAnyBatchWillDoItIsEachTimeTheLargestThatIsSmallEnough() throws Exception {
    ModelProfile any =
        new ProfileCatalog(List.of(Path.of("..", "conf", "profiles"))).load("qwen2.5-7b-infer");
    BatchPlan large = (BatchPlan) planner.onEmptyCard(any, 96, false);
    assertThat(large.batch()).isGreaterThan(20);
    RetryRule own = new RetryRule(planner, any);
    BatchPlan now = large;
    for (int i = 0; i < RetryRule.MOST_SMALLER; i++) {
      Again again = (Again) own.decide(DEVICE, now, Map.of(), TOOK, FREE);
      assertThat(again.plan().batch()).isEqualTo(now.batch() * 85 / 100);
      now = again.plan();
    }
  }

  @Test
  void fragmentsAreJoinedOnceAtTheSameBatch() {
    Again first = (Again) rule.decide(FRAGMENTED, plan, Map.of("A", "b"), TOOK, FREE);
    assertThat(first.plan()).isEqualTo(plan);
    assertThat(first.environment())
        .containsEntry("A", "b")
        .containsEntry("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True")
        .containsEntry("PYTORCH_HIP_ALLOC_CONF", "expandable_segments:True")
        .containsEntry("PYTORCH_ALLOC_CONF", "expandable_segments:True");
    assertThat(first.why()).contains("5.20 GB", "expandable_segments");
    Again second = (Again) rule.decide(FRAGMENTED, plan, first.environment(), TOOK, FREE);
    assertThat(second.plan().batch()).isEqualTo(64);
    assertThat(second.environment()).isEqualTo(first.environment());
  }

  /** Of 2.0 and older, which end at a word that they do not know. */
  @Test
  void anAllocatorThatCannotJoinIsNotTold() {
    String old =
        "RuntimeError: CUDA out of memory. Tried to allocate 512.00 MiB (GPU 0; 15.90 GiB total"
            + " capacity; 13.13 GiB already allocated; 415.88 MiB free; 14.80 GiB reserved in total"
            + " by PyTorch)";
    OomVerdict verdict = OomDiagnosis.of(1, old, OptionalLong.empty());
    assertThat(verdict.kind()).isEqualTo(Kind.FRAGMENTED);
    Again again = (Again) rule.decide(verdict, plan, Map.of(), TOOK, FREE);
    assertThat(again.plan().batch()).isEqualTo(64);
    assertThat(again.environment()).isEmpty();
    assertThat(RetryRule.mayJoin(verdict, Map.of())).isFalse();
  }

  /** Some patched 2.0 reports as 2.1 does: the start that ended at the word is no proof. */
  @Test
  void whereTheOptionIsNotKnownASmallerBatchFollowsWithoutIt() {
    Map<String, String> own = Map.of("PYTORCH_CUDA_ALLOC_CONF", "max_split_size_mb:128");
    Again joined = (Again) rule.decide(FRAGMENTED, plan, own, TOOK, FREE);
    Again again =
        (Again) rule.decide(UNKNOWN, joined.plan(), joined.environment(), Duration.ZERO, FREE);
    assertThat(again.plan().batch()).isEqualTo(64);
    assertThat(again.environment()).isEqualTo(own);
    assertThat(again.why()).contains("batch 128 ran out", "does not know");
    assertThat(rule.meant(UNKNOWN)).isEqualTo(FRAGMENTED);
    assertThat(rule.isConclusive(UNKNOWN, joined.environment())).isTrue();
    Again third = (Again) rule.decide(FRAGMENTED, again.plan(), again.environment(), TOOK, FREE);
    assertThat(third.plan().batch()).isEqualTo(32);
    assertThat(third.environment()).as("not told again").isEqualTo(own);
  }

  @Test
  void anOptionOfTheUsersOwnThatIsNotKnownIsHisMatter() {
    assertThat(((End) rule.decide(UNKNOWN, plan, Map.of(), TOOK, FREE)).why()).isEmpty();
    assertThat(rule.isConclusive(UNKNOWN, Map.of())).isFalse();
  }

  @Test
  void whatMayBeJoinedIsNoProofOfTheBatch() {
    assertThat(rule.isConclusive(FRAGMENTED, Map.of())).isFalse();
    assertThat(rule.isConclusive(DEVICE, Map.of())).isTrue();
    rule.decide(FRAGMENTED, plan, Map.of(), TOOK, FREE);
    assertThat(rule.isConclusive(FRAGMENTED, Map.of())).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "PYTORCH_CUDA_ALLOC_CONF, max_split_size_mb:128,"
        + " 'max_split_size_mb:128,expandable_segments:True'",
    "PYTORCH_HIP_ALLOC_CONF, max_split_size_mb:64, 'max_split_size_mb:64,expandable_segments:True'",
  })
  void theUsersOwnWordStaysBeforeOurs(String name, String own, String expected) {
    Again again = (Again) rule.decide(FRAGMENTED, plan, Map.of(name, own), TOOK, FREE);
    assertThat(again.environment()).containsExactlyEntriesOf(Map.of(name, expected));
  }

  @ParameterizedTest
  @CsvSource({"expandable_segments:False", "expandable_segments:True", "backend:cudaMallocAsync"})
  void whoHasDecidedAboutSegmentsGetsASmallerBatch(String own) {
    Map<String, String> environment = Map.of("PYTORCH_CUDA_ALLOC_CONF", own);
    Again again = (Again) rule.decide(FRAGMENTED, plan, environment, TOOK, FREE);
    assertThat(again.plan().batch()).isEqualTo(64);
    assertThat(again.environment()).isEqualTo(environment);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"NONE", "HOST", "DRIVER_FAULT", "SUSPECT"})
  void nothingElseIsTriedAgain(Kind kind) {
    OomVerdict verdict =
        kind == Kind.NONE ? OomVerdict.NONE : OomVerdict.of(kind, "words", FRAGMENTED.report());
    Decision decision = rule.decide(verdict, plan, Map.of(), TOOK, FREE);
    assertThat(decision).isInstanceOf(End.class);
    assertThat(((End) decision).why().isPresent()).isEqualTo(kind != Kind.NONE);
  }

  @Test
  void whatStandsInTheWayIsSaid() {
    obstacle(
        with(false, true, true, true, Set.of(), Optional.empty()), "128 ran out of GPU memory");
    obstacle(with(true, false, true, true, Set.of(), Optional.empty()), "{batch_size}");
    obstacle(with(true, true, false, true, Set.of(), Optional.empty()), "tasks");
    obstacle(with(true, true, true, false, Set.of(), Optional.empty()), "pipe");
    obstacle(with(true, true, true, true, Set.of("USR1"), Optional.empty()), "USR1");
    obstacle(
        with(true, true, true, true, Set.of(), Optional.of(TOOK.minusSeconds(1))),
        "6 min left, and this took 7 min");
    Circumstances enough = with(true, true, true, true, Set.of(), Optional.of(TOOK));
    assertThat(rule.decide(DEVICE, plan, Map.of(), TOOK, enough)).isInstanceOf(Again.class);
  }

  private void obstacle(Circumstances circumstances, String said) {
    for (OomVerdict verdict : List.of(DEVICE, FRAGMENTED)) {
      Decision decision = rule.decide(verdict, plan, Map.of(), TOOK, circumstances);
      assertThat(decision).isInstanceOf(End.class);
      assertThat(((End) decision).why().orElseThrow()).contains(said);
    }
  }

  private static Circumstances with(
      boolean wanted,
      boolean fills,
      boolean alone,
      boolean whole,
      Set<String> signals,
      Optional<Duration> left) {
    return new Circumstances(wanted, fills, alone, whole, signals, left);
  }

  @Test
  void batchOneIsTheEnd() {
    BatchPlan smallest = (BatchPlan) planner.onEmptyCard(profile, 24, false);
    assertThat(smallest.batch()).isEqualTo(1);
    End end = (End) rule.decide(DEVICE, smallest, Map.of(), TOOK, FREE);
    assertThat(end.why().orElseThrow()).contains("no smaller one");
  }

  /** Whatever happens in whatever order: no more than four more starts, never a larger batch. */
  @Test
  void itEndsWhateverComes() {
    Random random = new Random(3);
    for (int i = 0; i < 500; i++) {
      RetryRule any = new RetryRule(planner, profile);
      BatchPlan now = plan;
      int starts = 0;
      while (any.decide(random.nextBoolean() ? DEVICE : FRAGMENTED, now, Map.of(), TOOK, FREE)
          instanceof Again again) {
        assertThat(again.plan().batch()).isLessThanOrEqualTo(now.batch());
        now = again.plan();
        starts++;
      }
      assertThat(starts).isBetween(3, 4);
    }
  }
}
