package org.sobre.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.MemoryModel;
import org.sobre.jobs.profile.MemoryModel.Basis;
import org.sobre.jobs.profile.MemoryModel.Failure;
import org.sobre.jobs.profile.MemoryModel.Point;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Requirements;
import org.sobre.jobs.profile.Variant;

/**
 * What must hold for every profile and every card; a failure prints its seed. No variant loses
 * anything: a card that is large enough for one that does not may run that with a smaller batch.
 */
class PlannerPropertiesTest {

  private static final BatchPlanner PLANNER = new BatchPlanner(Devices.LADDER);
  private static final long TEBIBYTE_IN_MEBIBYTES = 1L << 20;

  static IntStream seeds() {
    return IntStream.range(0, 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void moreFreeMemoryNeverGivesASmallerBatch(int seed) {
    Random random = new Random(seed);
    ModelProfile profile = profile(random, OptionalInt.empty());
    Budget budget = budget(random, 1);
    long total = 2048L + random.nextInt(200_000);
    int before = 0;
    for (long free = 0; free <= total; free += 1 + total / 64) {
      int batch = batch(profile, budget.on(List.of(Devices.mebibytes(free, total))));
      assertThat(batch).isGreaterThanOrEqualTo(before);
      before = batch;
    }
  }

  /** Also with accumulation, which may take a divisor that is less than what fits. */
  @ParameterizedTest
  @MethodSource("seeds")
  void aLargerEmptyCardNeverGivesASmallerBatch(int seed) {
    Random random = new Random(seed);
    ModelProfile profile =
        profile(random, random.nextBoolean() ? effective(random) : OptionalInt.empty());
    Budget budget = budget(random, 1 + random.nextInt(8));
    int before = 0;
    for (int gigabytes : Devices.LADDER) {
      int batch = batch(profile, budget.on(List.of(Devices.marketed(gigabytes))));
      assertThat(batch).isGreaterThanOrEqualTo(before);
      before = batch;
    }
  }

  /** Whichever of them is taken, as long as nothing is lost with it. */
  @ParameterizedTest
  @MethodSource("seeds")
  void ofSeveralVariantsALargerEmptyCardNeverGivesASmallerBatch(int seed) {
    Random random = new Random(seed);
    List<Variant> variants =
        IntStream.rangeClosed(1, 2 + random.nextInt(3))
            .mapToObj(i -> Devices.variant("v" + i, model(random)))
            .toList();
    ModelProfile profile =
        Devices.profile(
            variants,
            random.nextBoolean() ? effective(random) : OptionalInt.empty(),
            Devices.NOTHING);
    Budget budget = budget(random, 1 + random.nextInt(8));
    int before = 0;
    int first = 0;
    for (int gigabytes : Devices.LADDER) {
      Budget card = budget.on(List.of(Devices.marketed(gigabytes)));
      assertThat(batch(profile, card)).isGreaterThanOrEqualTo(before);
      before = batch(profile, card);
      int tried = PLANNER.firstTry(profile, card).match(BatchPlan::batch, s -> 0, o -> 0);
      assertThat(tried).isBetween(first, before);
      first = tried;
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aLargerMarginNeverGivesALargerBatch(int seed) {
    Random random = new Random(seed);
    ModelProfile profile = profile(random, OptionalInt.empty());
    List<Device> devices = devices(random);
    Budget budget = budget(random, devices.size());
    int before = Integer.MAX_VALUE;
    for (int margin = 0; margin <= 200; margin += 1 + random.nextInt(10)) {
      int batch =
          batch(
              profile,
              new Budget(
                  devices,
                  budget.world(),
                  budget.tasksPerDevice(),
                  true,
                  margin,
                  budget.ceilings()));
      assertThat(batch).isLessThanOrEqualTo(before);
      before = batch;
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void moreTasksOnADeviceNeverGiveALargerBatch(int seed) {
    Random random = new Random(seed);
    ModelProfile profile = profile(random, OptionalInt.empty());
    List<Device> devices = devices(random);
    int before = Integer.MAX_VALUE;
    for (int tasks = 1; tasks <= 8; tasks++) {
      Budget budget = new Budget(devices, 8, tasks, true, 0, Ceilings.none());
      int batch = batch(profile, budget);
      assertThat(batch).isLessThanOrEqualTo(before);
      before = batch;
    }
  }

  /**
   * Never above free memory; the one exception is stated: an empty card of the size on which the
   * batch is known to run.
   */
  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsNeededIsThereOnEveryDevice(int seed) {
    Random random = new Random(seed);
    ModelProfile profile = profile(random, OptionalInt.of(1 + random.nextInt(256)));
    Budget budget = budget(random, 4).on(devices(random));
    if (PLANNER.plan(profile, budget) instanceof BatchPlan plan) {
      assertThat(budget.shares())
          .allMatch(
              share ->
                  plan.needs().compareTo(share.budget()) <= 0
                      || (share.isEmpty() && plan.needs().bytes() <= share.total().bytes() * 1.02));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void noPlanReachesWhatRanOutOfMemory(int seed) {
    Random random = new Random(seed);
    ModelProfile profile = profile(random, effective(random));
    Budget free = budget(random, 1).on(devices(random));
    if (PLANNER.plan(profile, free) instanceof BatchPlan plan) {
      Ceiling ceiling = new Ceiling("v", plan.batch(), plan.budget());
      Budget wiser =
          new Budget(
              free.devices(),
              free.world(),
              free.tasksPerDevice(),
              true,
              free.extraMarginPercent(),
              Ceilings.of(List.of(ceiling)));
      assertThat(batch(profile, wiser))
          .as("one is tried whatever happened")
          .isBetween(1, Math.max(1, plan.batch() - 1));
      Optional<BatchPlan> smaller = PLANNER.smaller(profile, plan, 0.85);
      assertThat(smaller.isPresent()).isEqualTo(plan.batch() > 1);
      smaller.ifPresent(
          next -> {
            assertThat(next.batch()).isLessThanOrEqualTo(Math.max(1, plan.batch() * 85 / 100));
            assertThat(next.effectiveBatch())
                .isGreaterThanOrEqualTo(profile.effectiveBatch().orElseThrow());
          });
    }
  }

  /** The first is what the planner promises; the others say what that comes to. */
  @ParameterizedTest
  @MethodSource("seeds")
  void theEffectiveBatchIsMetExactlyOrExceededByLittle(int seed) {
    Random random = new Random(seed);
    int effective = effective(random).orElseThrow();
    int world = 1 + random.nextInt(8);
    int largest = 1 + random.nextInt(300);
    BatchSplit split = BatchSplit.of(largest, OptionalInt.of(effective), world);
    assertThat(split.batch()).isBetween(1, largest);
    long step = (long) split.batch() * world;
    long reached = step * split.accumulation();
    assertThat(reached)
        .isBetween((long) effective, effective + (split.accumulation() + 1L) * world - 1);
    if (effective % step == 0) {
      assertThat(reached).isEqualTo(effective);
    }
    int perDevice = effective / world;
    int cap = Math.min(largest, perDevice);
    if (effective % world == 0
        && IntStream.rangeClosed((cap + 1) / 2, cap).anyMatch(d -> d > 0 && perDevice % d == 0)) {
      assertThat(reached).isEqualTo(effective);
    }
    if (Integer.bitCount(effective) == 1 && Integer.bitCount(world) == 1 && effective >= world) {
      assertThat(reached).isEqualTo(effective);
    }
  }

  /** Profiles and cards up to 1 TiB, batches to the largest there is, and a world of a million. */
  @ParameterizedTest
  @MethodSource("seeds")
  void nothingOverflowsUpToATebibyte(int seed) {
    Random random = new Random(seed);
    long total = 1 + random.nextLong(TEBIBYTE_IN_MEBIBYTES);
    ModelProfile profile =
        Devices.profile(
            large(random),
            random.nextBoolean()
                ? OptionalInt.of(1 + random.nextInt(MemoryModel.LARGEST_BATCH))
                : OptionalInt.empty());
    Budget budget =
        new Budget(
            List.of(Devices.mebibytes(total, total)),
            1 << random.nextInt(21),
            1,
            true,
            random.nextInt(1001),
            Ceilings.none());
    if (PLANNER.plan(profile, budget) instanceof BatchPlan plan) {
      assertThat(plan.batch()).isBetween(1, MemoryModel.LARGEST_BATCH);
      assertThat(plan.effectiveBatch())
          .isGreaterThanOrEqualTo(profile.effectiveBatch().orElse(1))
          .isGreaterThanOrEqualTo((long) plan.batch() * budget.world());
      assertThat(plan.needs().bytes()).isLessThanOrEqualTo(MemorySize.ofMebibytes(total).bytes());
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aDeviceTooOldIsRefusedWhateverItsMemory(int seed) {
    Random random = new Random(seed);
    Requirements recent =
        new Requirements(
            List.of(), Optional.of(Devices.CAPABILITIES.get(3)), Optional.empty(), List.of());
    ModelProfile profile =
        Devices.profile(List.of(Devices.variant("v", model(random))), OptionalInt.empty(), recent);
    MemorySize large = MemorySize.ofGigabytes(1000);
    Device old = Devices.nvidia(large, large, "7." + random.nextInt(10), "555.42");
    assertThat(PLANNER.plan(profile, Budget.of(List.of(old), true)))
        .isInstanceOfSatisfying(
            Unsupported.class, refused -> assertThat(refused.reason()).contains("needs compute"));
  }

  private static int batch(ModelProfile profile, Budget budget) {
    return PLANNER.plan(profile, budget).match(BatchPlan::batch, small -> 0, other -> 0);
  }

  private static OptionalInt effective(Random random) {
    return OptionalInt.of(random.nextBoolean() ? 1 << random.nextInt(10) : 1 + random.nextInt(512));
  }

  /** Of no device, with a margin and something remembered, or without. */
  private static Budget budget(Random random, int world) {
    List<Ceiling> ceilings = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      ceilings.add(
          new Ceiling(
              random.nextInt(4) == 0 ? "another" : "v",
              1 + random.nextInt(100),
              MemorySize.ofMebibytes(random.nextInt(100_000))));
    }
    return new Budget(
        List.of(),
        world,
        1 + random.nextInt(3) / 2,
        true,
        random.nextBoolean() ? 0 : random.nextInt(30),
        Ceilings.of(ceilings));
  }

  private static List<Device> devices(Random random) {
    List<Device> devices = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      long total = 2048L + random.nextInt(200_000);
      devices.add(Devices.mebibytes((long) (total * random.nextDouble()), total));
    }
    return devices;
  }

  private static ModelProfile profile(Random random, OptionalInt effectiveBatch) {
    return Devices.profile(model(random), effectiveBatch);
  }

  private static MemoryModel model(Random random) {
    Basis basis = random.nextBoolean() ? Basis.PUBLISHED : Basis.PRIOR;
    MemorySize context = MemorySize.ofMebibytes(random.nextInt(600));
    List<Failure> failures =
        random.nextInt(3) == 0
            ? List.of(Failure.onCard(1 + random.nextInt(64), 1 + random.nextInt(100), "seeded"))
            : List.of();
    if (random.nextBoolean()) {
      return new MemoryModel.Linear(
          basis,
          "seeded",
          MemorySize.ofMebibytes(random.nextInt(40_000)),
          MemorySize.ofMebibytes(1 + random.nextInt(4000)),
          MemorySize.ofMebibytes(random.nextInt(50_000)),
          basis == Basis.PRIOR || random.nextBoolean()
              ? OptionalInt.empty()
              : OptionalInt.of(1 + random.nextInt(64)),
          context,
          failures);
    }
    List<Point> points = new ArrayList<>();
    int batch = 0;
    int gigabytes = 1;
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      batch += 1 + random.nextInt(64);
      gigabytes += random.nextInt(40);
      boolean card = random.nextBoolean();
      points.add(
          new Point(
              batch,
              MemorySize.ofGigabytes(gigabytes),
              card ? OptionalInt.of(gigabytes) : OptionalInt.empty()));
    }
    return new MemoryModel.Points(basis, "seeded", points, context, failures);
  }

  /** Numbers of any order of size up to a tebibyte. */
  private static MemoryModel large(Random random) {
    if (random.nextBoolean()) {
      return new MemoryModel.Linear(
          Basis.PRIOR,
          "seeded",
          anySize(random),
          anySize(random),
          anySize(random),
          OptionalInt.empty(),
          anySize(random),
          List.of());
    }
    MemorySize first = anySize(random);
    MemorySize second = new MemorySize(first.bytes() + anySize(random).bytes());
    int batch = 1 + random.nextInt(MemoryModel.LARGEST_BATCH - 1);
    return new MemoryModel.Points(
        Basis.PUBLISHED,
        "seeded",
        List.of(
            new Point(1 + random.nextInt(batch), first, OptionalInt.empty()),
            new Point(batch + 1, second, OptionalInt.empty())),
        anySize(random),
        List.of());
  }

  private static MemorySize anySize(Random random) {
    return MemorySize.ofMebibytes(1 + random.nextLong(1L << (1 + random.nextInt(20))));
  }
}
