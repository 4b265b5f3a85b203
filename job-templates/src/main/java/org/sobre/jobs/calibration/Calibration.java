package org.sobre.jobs.calibration;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import org.sobre.jobs.calibration.CalibrationLine.Kind;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.jobs.plan.BatchPlanner;
import org.sobre.jobs.plan.Budget;
import org.sobre.jobs.plan.Ceiling;
import org.sobre.jobs.plan.Ceilings;
import org.sobre.jobs.plan.Device;
import org.sobre.jobs.plan.PlanResult;
import org.sobre.jobs.profile.MemoryModel;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Variant;

/**
 * What is remembered of a profile on the kind of card at hand: pure. Lines count while their
 * framework is the one that was told last; one that tells none is of the one told before it, and of
 * the first where none was yet: a program that runs out of memory mostly ends before it has told.
 */
public final class Calibration {

  private final ModelProfile profile;
  private final Map<String, List<CalibrationLine>> byVariant = new TreeMap<>();
  private final boolean alike;
  private final int processes;

  private Calibration(ModelProfile profile, boolean alike, int processes) {
    this.profile = profile;
    this.alike = alike;
    this.processes = processes;
  }

  /** The same for so many processes that train together. */
  public Calibration of(int several) {
    Calibration other = new Calibration(profile, alike, several);
    other.byVariant.putAll(byVariant);
    return other;
  }

  /**
   * @param lines oldest first, of any profile and card
   * @param devices of the job; points count only where all are of one kind
   */
  public static Calibration of(
      List<CalibrationLine> lines, ModelProfile profile, List<Device> devices) {
    Calibration known = new Calibration(profile, devicesAreAlike(profile, devices), 1);
    for (Variant variant : profile.variants()) {
      List<CalibrationKey> keys =
          devices.stream()
              .map(device -> CalibrationKey.of(profile.name(), variant, device))
              .distinct()
              .toList();
      List<CalibrationLine> relevant =
          lines.stream().filter(line -> keys.contains(line.key())).toList();
      known.byVariant.put(variant.name(), ofLastFramework(relevant));
    }
    return known;
  }

  private static boolean devicesAreAlike(ModelProfile profile, List<Device> devices) {
    Variant any = profile.variants().get(0);
    return devices.stream()
            .map(device -> CalibrationKey.of(profile.name(), any, device))
            .distinct()
            .count()
        == 1;
  }

  private static List<CalibrationLine> ofLastFramework(List<CalibrationLine> lines) {
    Optional<String> last = lines.stream().flatMap(line -> line.framework().stream()).findFirst();
    List<Optional<String>> each = new ArrayList<>();
    for (CalibrationLine line : lines) {
      last = line.framework().isPresent() ? line.framework() : last;
      each.add(last);
    }
    List<CalibrationLine> kept = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (each.get(i).equals(last)) {
        kept.add(lines.get(i));
      }
    }
    return kept;
  }

  /** What ran out of memory and did not run since. */
  public Ceilings ceilings() {
    return Ceilings.of(
        ceilingLines().stream()
            .map(line -> new Ceiling(line.key().variant(), line.batch(), line.budget()))
            .toList());
  }

  /** The same, with all that is known of each; the oldest first. */
  public List<CalibrationLine> ceilingLines() {
    return byVariant.values().stream()
        .flatMap(lines -> Refutation.survivors(lines).stream())
        .toList();
  }

  /** Whether a success is one against what is remembered. */
  public boolean isRefutedBy(CalibrationLine success) {
    return ceilingLines().stream()
        .anyMatch(line -> line.key().equals(success.key()) && success.refutes(line));
  }

  /**
   * Whether such a batch, or a smaller one, was seen to run where the allocator was told to join
   * its pieces, and none as large without since.
   */
  public boolean joins(CalibrationLine run) {
    boolean joins = false;
    for (CalibrationLine line : byVariant.getOrDefault(run.key().variant(), List.of())) {
      boolean ran = line.kind() == Kind.POINT || line.kind() == Kind.CLEARED;
      if (ran && line.key().equals(run.key())) {
        joins =
            line.joined()
                ? joins || line.batch() <= run.batch()
                : joins && line.batch() < run.batch();
      }
    }
    return joins;
  }

  /**
   * The batches whose memory was measured, of a variant: of each batch the largest peak, since a
   * run of one step, or of short samples only, takes less than the batch does. Those of as many
   * processes as train together now.
   */
  public List<CalibrationLine> points(String variant) {
    return batches(variant).points();
  }

  private MeasuredBatches batches(String variant) {
    return new MeasuredBatches(byVariant.getOrDefault(variant, List.of()), processes);
  }

  /** The largest batch that was measured; empty where too few were to go by. */
  public OptionalInt largestMeasured(String variant) {
    return alike ? batches(variant).largest() : OptionalInt.empty();
  }

  /**
   * A plan by what was seen here: of each variant by the model that admits the larger batch, of the
   * variants the one with the largest, so that more memory never gives less.
   */
  public PlanResult plan(BatchPlanner planner, Budget budget) {
    return budget.world() == processes
        ? planned(planner, budget.under(ceilings()))
        : of(budget.world()).plan(planner, budget);
  }

  private PlanResult planned(BatchPlanner planner, Budget under) {
    PlanResult first =
        planner.firstTry(profileWith(v -> List.of(measured(v), byOnePoint(v))), under);
    if (profile.variants().stream().noneMatch(this::isMeasuredOnce)) {
      return first;
    }
    // of variants that lose something the first that fits is taken, by whichever model comes first
    return larger(
        first, planner.firstTry(profileWith(v -> List.of(byOnePoint(v), measured(v))), under));
  }

  /** The second, if it is a larger batch of the same variant. */
  private static PlanResult larger(PlanResult first, PlanResult second) {
    return first instanceof BatchPlan plan
            && second instanceof BatchPlan other
            && other.variant().name().equals(plan.variant().name())
            && other.batch() > plan.batch()
        ? other
        : first;
  }

  /** The straight line through the two largest batches that were measured; absent with fewer. */
  public Optional<LineFit> line(String variant) {
    return batches(variant).line();
  }

  /** The profile with what was measured here in the place of what it says. */
  public ModelProfile profile() {
    return profileWith(variant -> List.of(measured(variant)));
  }

  private ModelProfile profileWith(Function<Variant, List<Variant>> models) {
    return profile.with(
        profile.variants().stream()
            .flatMap(variant -> models.apply(variant).stream().distinct())
            .toList());
  }

  private Variant measured(Variant variant) {
    MeasuredBatches batches = batches(variant.name());
    return largestMeasured(variant.name()).isEmpty()
        ? variant
        : withModel(variant, MeasuredModel.of(variant, batches.telling(), batches.marginPercent()));
  }

  /** One batch alone tells no line, but that twice as many take no more than twice as much. */
  private Variant byOnePoint(Variant variant) {
    MeasuredBatches batches = batches(variant.name());
    return isMeasuredOnce(variant)
        ? withModel(
            variant,
            MeasuredModel.ofOne(variant, batches.telling().get(0), batches.marginPercent()))
        : measured(variant);
  }

  private boolean isMeasuredOnce(Variant variant) {
    return alike && batches(variant.name()).telling().size() == 1;
  }

  private static Variant withModel(Variant variant, MemoryModel model) {
    return new Variant(
        variant.name(), variant.key(), model, variant.loses(), variant.minComputeCapability());
  }
}
