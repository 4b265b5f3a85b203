package org.sobre.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.MemoryModel;
import org.sobre.jobs.profile.MemoryModel.Basis;
import org.sobre.jobs.profile.MemoryModel.Point;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Requirements;
import org.sobre.jobs.profile.Task;
import org.sobre.jobs.profile.Variant;
import org.sobre.jobs.profile.Version;

/** What must hold for every profile and every card; a failure prints its seed. */
class PlannerPropertiesTest {

  private static final BatchPlanner PLANNER = new BatchPlanner(Devices.LADDER);

  static IntStream seeds() {
    return IntStream.range(0, 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void moreFreeMemoryNeverGivesASmallerBatch(int seed) {
    Random random = new Random(seed);
    ModelProfile profile = profile(random, OptionalInt.empty());
    long total = 2048L + random.nextInt(200_000);
    int before = 0;
    for (long free = 0; free <= total; free += 1 + total / 64) {
      int batch = batch(profile, List.of(Devices.mebibytes(free, total)));
      assertThat(batch).isGreaterThanOrEqualTo(before);
      before = batch;
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aLargerEmptyCardNeverGivesASmallerBatch(int seed) {
    ModelProfile profile = profile(new Random(seed), OptionalInt.empty());
    int before = 0;
    for (int gigabytes : Devices.LADDER) {
      int batch = batch(profile, List.of(Devices.marketed(gigabytes)));
      assertThat(batch).isGreaterThanOrEqualTo(before);
      before = batch;
    }
  }

  /**
   * Never above free memory; the one exception is stated: an empty card of the size on which the
   * batch is known to run.
   */
  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsNeededIsFreeOnEveryDevice(int seed) {
    Random random = new Random(seed);
    ModelProfile profile = profile(random, OptionalInt.of(1 + random.nextInt(256)));
    List<Device> devices = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(4); i++) {
      long total = 2048L + random.nextInt(200_000);
      devices.add(Devices.mebibytes((long) (total * random.nextDouble()), total));
    }
    if (PLANNER.plan(profile, devices, true) instanceof BatchPlan plan) {
      assertThat(devices)
          .allMatch(
              device ->
                  plan.needs().compareTo(device.free()) <= 0
                      || (device.isEmpty()
                          && plan.needs().bytes() <= device.total().bytes() * 1.02));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theEffectiveBatchIsMetOrMissedByLessThanOneStep(int seed) {
    Random random = new Random(seed);
    int effective = 1 + random.nextInt(512);
    int world = 1 + random.nextInt(8);
    int largest = 1 + random.nextInt(300);
    BatchSplit split = BatchSplit.of(largest, OptionalInt.of(effective), world);
    assertThat(split.batch()).isBetween(1, largest);
    int reached = split.batch() * split.accumulation() * world;
    assertThat(reached).isBetween(effective, effective + split.accumulation() * world * 2 - 1);
    if (largest == 1 && effective % world == 0) {
      assertThat(reached).isEqualTo(effective);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aDeviceTooOldIsRefusedWhateverItsMemory(int seed) {
    Random random = new Random(seed);
    ModelProfile any = profile(random, OptionalInt.empty());
    ModelProfile profile = withRequirement(any, "8.0");
    Device old =
        new Device(
            "GPU-1",
            "an old card",
            GpuVendor.NVIDIA,
            MemorySize.ofGigabytes(1000),
            MemorySize.ofGigabytes(1000),
            Version.parse("7." + random.nextInt(10)),
            Optional.empty());
    assertThat(PLANNER.plan(profile, List.of(old), true))
        .isInstanceOfSatisfying(
            DoesNotFit.class, refused -> assertThat(refused.reason()).contains("needs compute"));
  }

  private static int batch(ModelProfile profile, List<Device> devices) {
    return PLANNER.plan(profile, devices, false).match(BatchPlan::batch, refused -> 0);
  }

  private static ModelProfile profile(Random random, OptionalInt effectiveBatch) {
    Variant variant = new Variant("v", Map.of(), model(random), Optional.empty());
    return new ModelProfile(
        "p",
        Task.FINETUNE,
        "item",
        effectiveBatch,
        new Requirements(List.of(), Optional.empty(), Optional.empty(), List.of()),
        List.of(variant),
        Optional.empty(),
        new ModelProfile.Options(Optional.empty(), Optional.empty()),
        Optional.empty());
  }

  private static ModelProfile withRequirement(ModelProfile profile, String computeCapability) {
    return new ModelProfile(
        profile.name(),
        profile.task(),
        profile.unit(),
        profile.effectiveBatch(),
        new Requirements(List.of(), Version.parse(computeCapability), Optional.empty(), List.of()),
        profile.variants(),
        profile.floor(),
        profile.options(),
        profile.resume());
  }

  private static MemoryModel model(Random random) {
    Basis basis = random.nextBoolean() ? Basis.PUBLISHED : Basis.PRIOR;
    if (random.nextBoolean()) {
      return new MemoryModel.Linear(
          basis,
          "seeded",
          MemorySize.ofMebibytes(random.nextInt(40_000)),
          MemorySize.ofMebibytes(1 + random.nextInt(4000)),
          MemorySize.ofMebibytes(random.nextInt(50_000)));
    }
    List<Point> points = new ArrayList<>();
    int batch = 0;
    int gigabytes = 1;
    for (int i = 0; i <= random.nextInt(4); i++) {
      batch += 1 + random.nextInt(64);
      gigabytes += random.nextInt(40);
      boolean card = random.nextBoolean();
      points.add(
          new Point(
              batch,
              MemorySize.ofGigabytes(gigabytes),
              card ? OptionalInt.of(gigabytes) : OptionalInt.empty()));
    }
    return new MemoryModel.Points(basis, "seeded", points);
  }
}
