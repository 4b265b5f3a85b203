package org.sobre.jobs.prior;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.MemoryModel.Basis;
import org.sobre.jobs.profile.MemoryModel.Point;
import org.sobre.jobs.profile.MemoryModel.Points;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Requirements;
import org.sobre.jobs.profile.Task;
import org.sobre.jobs.profile.Variant;

/** A published sweep as a profile. */
final class Sweep {

  private Sweep() {}

  /** What the line through the last two of some points says of the next. */
  static double next(List<PublishedPoint> seen, PublishedPoint next) {
    PublishedPoint a = seen.get(seen.size() - 2);
    PublishedPoint b = seen.get(seen.size() - 1);
    double slope = (b.peakBytes() - a.peakBytes()) / (b.position() - a.position());
    return b.peakBytes() + slope * (next.position() - b.position());
  }

  static ModelProfile profile(List<PublishedPoint> seen) {
    List<Point> points =
        seen.stream()
            .map(
                p ->
                    new Point(p.batch(), new MemorySize((long) p.peakBytes()), OptionalInt.empty()))
            .toList();
    Variant variant =
        new Variant(
            "sweep", Map.of(), new Points(Basis.PUBLISHED, "a sweep", points), Optional.empty());
    return new ModelProfile(
        "sweep",
        Task.INFER,
        "sequence",
        OptionalInt.empty(),
        new Requirements(List.of(), Optional.empty(), Optional.empty(), List.of()),
        List.of(variant),
        Optional.empty(),
        new ModelProfile.Options(Optional.empty(), Optional.empty()),
        Optional.empty());
  }
}
