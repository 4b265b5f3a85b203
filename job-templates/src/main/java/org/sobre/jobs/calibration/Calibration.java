package org.sobre.jobs.calibration;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.calibration.CalibrationLine.Kind;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.jobs.plan.BatchPlanner;
import org.sobre.jobs.plan.Budget;
import org.sobre.jobs.plan.Ceiling;
import org.sobre.jobs.plan.Ceilings;
import org.sobre.jobs.plan.Device;
import org.sobre.jobs.plan.PlanResult;
import org.sobre.jobs.profile.MemoryModel;
import org.sobre.jobs.profile.MemoryModel.Basis;
import org.sobre.jobs.profile.MemoryModel.Point;
import org.sobre.jobs.profile.MemoryModel.Points;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Variant;

/**
 * What is remembered of a profile on the kind of card at hand: pure. Lines count while their
 * framework is the one that was told last; one that tells none is of the one told before it, and of
 * the first where none was yet: a program that runs out of memory mostly ends before it has told.
 */
public final class Calibration {

  private static final Messages MESSAGES = Messages.of(Calibration.class);

  /** A straight line needs two. */
  private static final int ENOUGH = 2;

  /** Two batches nearer than that tell the noise between them. */
  private static final double APART = 1.5;

  /** What is left beside the driver's count: it is taken every half second only. */
  private static final double BETWEEN_LOOKS = 1.05;

  /** Of a profile that counts it among the rest: the larger end of what CUDA takes. */
  private static final MemorySize CONTEXT = MemorySize.ofMebibytes(512);

  private final ModelProfile profile;
  private final Map<String, List<CalibrationLine>> byVariant = new TreeMap<>();
  private final boolean alike;

  private Calibration(ModelProfile profile, boolean alike) {
    this.profile = profile;
    this.alike = alike;
  }

  /**
   * @param lines oldest first, of any profile and card
   * @param devices of the job; points count only where all are of one kind
   */
  public static Calibration of(
      List<CalibrationLine> lines, ModelProfile profile, List<Device> devices) {
    Calibration known = new Calibration(profile, devicesAreAlike(profile, devices));
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
        .flatMap(
            lines ->
                lines.stream()
                    .filter(line -> line.kind() == Kind.CEILING)
                    .filter(line -> lines.stream().noneMatch(later -> later.refutes(line))))
        .toList();
  }

  /** Whether a success is one against what is remembered. */
  public boolean isRefutedBy(CalibrationLine success) {
    return ceilingLines().stream()
        .anyMatch(line -> line.key().equals(success.key()) && success.refutes(line));
  }

  /**
   * The batches whose memory was measured, of a variant: of each batch the largest peak, since a
   * run of one step, or of short samples only, takes less than the batch does.
   */
  public List<CalibrationLine> points(String variant) {
    Map<Integer, CalibrationLine> largest = new TreeMap<>();
    byVariant.getOrDefault(variant, List.of()).stream()
        .filter(line -> line.kind() == Kind.POINT)
        .forEach(line -> largest.merge(line.batch(), line, Calibration::larger));
    return List.copyOf(largest.values());
  }

  private static CalibrationLine larger(CalibrationLine one, CalibrationLine later) {
    return peak(one).taken().compareTo(peak(later).taken()) > 0 ? one : later;
  }

  /** Those that a line is drawn through: where two were told by the program, all such. */
  private List<CalibrationLine> telling(String variant) {
    List<CalibrationLine> all = points(variant);
    List<CalibrationLine> told =
        all.stream().filter(line -> peak(line).allocated().isPresent()).toList();
    List<CalibrationLine> some = told.size() >= ENOUGH ? told : all;
    int last = some.isEmpty() ? 0 : some.get(some.size() - 1).batch();
    return some.stream()
        .filter(line -> line.batch() == last || line.batch() * APART <= last)
        .toList();
  }

  /** The largest batch that was measured; empty where too few were to go by. */
  public OptionalInt largestMeasured(String variant) {
    List<CalibrationLine> points = telling(variant);
    return alike && points.size() >= ENOUGH
        ? OptionalInt.of(points.get(points.size() - 1).batch())
        : OptionalInt.empty();
  }

  /**
   * A plan by what was seen here. On a card so much larger that a batch beyond all that was seen
   * would fit, the profile's own numbers may reach further.
   */
  public PlanResult plan(BatchPlanner planner, Budget budget) {
    Budget under = budget.under(ceilings());
    PlanResult here = planner.firstTry(profile(), under);
    if (here instanceof BatchPlan plan
        && plan.batch() > largestMeasured(plan.variant().name()).orElse(Integer.MAX_VALUE)
        && planner.firstTry(profile, under) instanceof BatchPlan other
        && other.variant().name().equals(plan.variant().name())
        && other.batch() > plan.batch()) {
      return other;
    }
    return here;
  }

  /** The straight line through the two largest batches that were measured; absent with fewer. */
  public Optional<LineFit> line(String variant) {
    return LineFit.of(
        points(variant).stream()
            .map(line -> new LineFit.Sample(line.batch(), size(peak(line))))
            .toList());
  }

  private static MemorySize size(Peak peak) {
    return peak.allocated().orElse(peak.taken());
  }

  /** The profile with what was measured here in the place of what it says. */
  public ModelProfile profile() {
    return profile.with(profile.variants().stream().map(this::measured).toList());
  }

  private Variant measured(Variant variant) {
    return largestMeasured(variant.name()).isEmpty()
        ? variant
        : new Variant(
            variant.name(),
            variant.key(),
            model(variant),
            variant.loses(),
            variant.minComputeCapability());
  }

  private MemoryModel model(Variant variant) {
    List<CalibrationLine> points = telling(variant.name());
    boolean reported = points.stream().allMatch(line -> peak(line).allocated().isPresent());
    MemorySize own = variant.memory().context();
    MemorySize context = reported ? (own.bytes() == 0 ? CONTEXT : own) : MemoryModel.NOTHING;
    return new Points(
        Basis.MEASURED,
        MESSAGES.text("source", day(points.get(points.size() - 1))),
        fromOne(growing(points, reported, context), variant, context),
        context,
        variant.memory().failures());
  }

  private static String day(CalibrationLine line) {
    return line.at().atZone(ZoneOffset.UTC).toLocalDate().toString();
  }

  /**
   * The slope is that of the tensors, and what the largest batch left in fragments is left of each:
   * the allocator's cache, which a smaller one fills as it likes, would bend the line.
   */
  private static List<Point> growing(
      List<CalibrationLine> lines, boolean reported, MemorySize context) {
    Peak largest = peak(lines.get(lines.size() - 1));
    long fragments = largest.taken().bytes() - largest.allocated().orElse(largest.taken()).bytes();
    long[] offered = offered(lines, context);
    List<Point> points = new ArrayList<>();
    long least = 0;
    for (int i = 0; i < lines.size(); i++) {
      CalibrationLine line = lines.get(i);
      Peak peak = peak(line);
      long seen = peak.allocated().filter(any -> reported).orElse(peak.taken()).bytes();
      long bytes = reported ? seen + fragments : Math.round(seen * BETWEEN_LOOKS);
      // it ran with what there was, whatever larger ones leave in fragments
      least = Math.max(least, Math.max(seen, Math.min(bytes, offered[i])));
      points.add(new Point(line.batch(), new MemorySize(least), OptionalInt.empty()));
    }
    return points;
  }

  /** With how much each batch ran, or a larger one did; the context left aside. */
  private static long[] offered(List<CalibrationLine> lines, MemorySize context) {
    long[] offered = new long[lines.size()];
    long least = Long.MAX_VALUE;
    for (int i = lines.size() - 1; i >= 0; i--) {
      least = Math.min(least, lines.get(i).budget().bytes() - context.bytes());
      offered[i] = least;
    }
    return offered;
  }

  /**
   * Smaller batches than the smallest that was measured are for smaller cards: from what the
   * profile says of one item, if that is less, the line goes to the first point.
   */
  private static List<Point> fromOne(List<Point> points, Variant variant, MemorySize context) {
    Point first = points.get(0);
    long one = BatchPlanner.needs(variant, 1).bytes() - context.bytes();
    if (first.batch() == 1 || one < 0 || one >= first.memory().bytes()) {
      return points;
    }
    List<Point> all = new ArrayList<>(points);
    all.add(0, new Point(1, new MemorySize(one), OptionalInt.empty()));
    return all;
  }

  private static Peak peak(CalibrationLine line) {
    return line.peak().orElseThrow();
  }
}
