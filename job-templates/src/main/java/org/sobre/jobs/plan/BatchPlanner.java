package org.sobre.jobs.plan;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Variant;

/**
 * From a profile and the memory of the devices a job holds to a batch. Pure: the same devices give
 * the same plan, and more memory never gives a smaller batch.
 */
public final class BatchPlanner {

  /** What a class of cards has at least: see {@link MemorySize#hasGigabytes}. */
  private static final long LEAST_BYTES_PER_GIGABYTE = 990_000_000L;

  private final List<Integer> vramClasses;

  /**
   * @param vramClasses sizes in GB for which there is a feature {@code vram_ge_Ng}, ascending
   */
  public BatchPlanner(List<Integer> vramClasses) {
    this.vramClasses = List.copyOf(vramClasses);
  }

  /**
   * @param devices every device the job holds; each runs the same batch
   * @param allowReduced whether variants that lose something may be taken
   */
  public PlanResult plan(ModelProfile profile, List<Device> devices, boolean allowReduced) {
    if (devices.isEmpty()) {
      return new DoesNotFit(Reasons.noGpu(profile), OptionalInt.empty());
    }
    for (Device device : devices) {
      Optional<String> objection = Suitability.objection(profile.requires(), device);
      if (objection.isPresent()) {
        return new DoesNotFit(
            Reasons.unsuitable(profile, device, objection.get()), OptionalInt.empty());
      }
    }
    Device tightest = devices.stream().min(Comparator.comparing(Device::free)).orElseThrow();
    Optional<DoesNotFit> refused = refusedByTheHouse(profile, devices, allowReduced);
    if (refused.isPresent()) {
      return refused.get();
    }
    Optional<Fit> fit = firstFit(profile, devices, allowReduced);
    return fit.isPresent()
        ? planned(profile, fit.get(), tightest, devices.size())
        : tooSmall(profile, tightest, devices, allowReduced);
  }

  /**
   * What a job would run with on one card of a size, nobody else being on it.
   *
   * @param gigabytes as in the feature {@code vram_ge_Ng}
   */
  public PlanResult onEmptyCard(ModelProfile profile, int gigabytes, boolean allowReduced) {
    return plan(profile, List.of(emptyCard(gigabytes)), allowReduced);
  }

  private static Device emptyCard(int gigabytes) {
    return Device.empty(new MemorySize(gigabytes * LEAST_BYTES_PER_GIGABYTE));
  }

  /** The smallest size of card that would do, nobody else being on it. */
  public OptionalInt smallestClass(ModelProfile profile, boolean allowReduced) {
    return vramClasses.stream()
        .filter(
            size -> {
              List<Device> cards = List.of(emptyCard(size));
              return profile.floor().stream().allMatch(floor -> size >= floor.gigabytes())
                  && firstFit(profile, cards, allowReduced).isPresent();
            })
        .mapToInt(Integer::intValue)
        .findFirst();
  }

  private record Fit(Variant variant, int largest) {}

  private static Optional<Fit> firstFit(
      ModelProfile profile, List<Device> devices, boolean allowReduced) {
    for (Variant variant : profile.variants()) {
      if (variant.loses().isEmpty() || allowReduced) {
        OptionalInt largest = largest(variant, devices);
        if (largest.isPresent()) {
          return Optional.of(new Fit(variant, largest.getAsInt()));
        }
      }
    }
    return Optional.empty();
  }

  /** What fits on every one of the devices. */
  private static OptionalInt largest(Variant variant, List<Device> devices) {
    DemandCurve curve = new DemandCurve(variant.memory());
    int smallest = Integer.MAX_VALUE;
    for (Device device : devices) {
      OptionalInt largest = curve.largestOn(device);
      if (largest.isEmpty()) {
        return largest;
      }
      smallest = Math.min(smallest, largest.getAsInt());
    }
    return OptionalInt.of(smallest);
  }

  private static BatchPlan planned(ModelProfile profile, Fit fit, Device tightest, int world) {
    BatchSplit split = BatchSplit.of(fit.largest(), profile.effectiveBatch(), world);
    DemandCurve curve = new DemandCurve(fit.variant().memory());
    Demand demand = curve.at(split.batch());
    // a batch that fits because a larger, better known one does needs no more than that one
    Demand known = demand.isMetBy(tightest) ? demand : curve.at(fit.largest());
    return new BatchPlan(
        fit.variant(),
        split.batch(),
        split.accumulation(),
        world,
        known.memory(),
        Reasons.why(profile, fit.variant(), split, fit.largest(), known, tightest, world));
  }

  private Optional<DoesNotFit> refusedByTheHouse(
      ModelProfile profile, List<Device> devices, boolean allowReduced) {
    return profile
        .floor()
        .flatMap(
            floor ->
                devices.stream()
                    .filter(device -> !device.total().hasGigabytes(floor.gigabytes()))
                    .findFirst()
                    .map(
                        device -> {
                          OptionalInt size = smallestClass(profile, allowReduced);
                          return new DoesNotFit(
                              Reasons.refused(profile, floor, device, size), size);
                        }));
  }

  private DoesNotFit tooSmall(
      ModelProfile profile, Device tightest, List<Device> devices, boolean allowReduced) {
    OptionalInt size = smallestClass(profile, allowReduced);
    Optional<Variant> reduced =
        allowReduced ? Optional.empty() : firstFit(profile, devices, true).map(Fit::variant);
    Variant leanest =
        profile.variants().stream()
            .filter(variant -> variant.loses().isEmpty() || allowReduced)
            .min(Comparator.comparing(variant -> new DemandCurve(variant.memory()).at(1).memory()))
            .orElse(profile.variants().get(0));
    return new DoesNotFit(Reasons.tooSmall(profile, leanest, tightest, size, reduced), size);
  }
}
