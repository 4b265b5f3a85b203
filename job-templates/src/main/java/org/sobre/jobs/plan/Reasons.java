package org.sobre.jobs.plan;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Variant;

/** The sentences of the planner, one each. */
final class Reasons {

  private Reasons() {}

  static String why(
      ModelProfile profile,
      Variant variant,
      BatchSplit split,
      int largest,
      Demand demand,
      Device tightest,
      int world) {
    StringBuilder why = new StringBuilder();
    why.append("variant ").append(variant.name()).append(" needs ").append(amount(demand));
    why.append(" (").append(variant.memory().basis().yamlName()).append("), ");
    why.append(gigabytes(tightest.free())).append(" are free");
    why.append(whyNotMore(profile, variant, split, largest, world));
    int reached = split.batch() * split.accumulation() * world;
    if (profile.effectiveBatch().isPresent() && reached != profile.effectiveBatch().getAsInt()) {
      why.append("; ").append(profile.effectiveBatch().getAsInt());
      why.append(" cannot be reached exactly");
    }
    return why.toString();
  }

  private static String whyNotMore(
      ModelProfile profile, Variant variant, BatchSplit split, int largest, int world) {
    if (profile.effectiveBatch().isPresent() && split.accumulation() == 1) {
      return "; the recipe asks for no more than "
          + profile.effectiveBatch().getAsInt()
          + (world > 1 ? " over " + world + " GPUs" : "");
    }
    DemandCurve curve = new DemandCurve(variant.memory());
    return largest == curve.largestBatch()
        ? "; nothing is known beyond batch " + largest
        : "; batch " + (largest + 1) + " would need " + amount(curve.at(largest + 1));
  }

  static String refused(
      ModelProfile profile, ModelProfile.VramFloor floor, Device device, OptionalInt size) {
    return profile.name()
        + " is not run on cards under "
        + floor.gigabytes()
        + " GB here ("
        + floor.reason()
        + "), and "
        + device.model()
        + " has "
        + gigabytes(device.total())
        + option(size);
  }

  static String tooSmall(
      ModelProfile profile,
      Variant leanest,
      Device tightest,
      OptionalInt size,
      Optional<Variant> reduced) {
    Demand least = new DemandCurve(leanest.memory()).at(1);
    StringBuilder reason = new StringBuilder();
    reason.append(profile.name()).append(" does not fit: variant ").append(leanest.name());
    reason.append(" needs ").append(amount(least)).append(" for batch 1 (");
    reason.append(leanest.memory().basis().yamlName()).append("), and ");
    reason.append(tightest.model()).append(" has ").append(gigabytes(tightest.free()));
    reason.append(" free of ").append(gigabytes(tightest.total()));
    if (size.isPresent() && tightest.total().hasGigabytes(size.getAsInt())) {
      reason.append(": the card is large enough, but somebody else holds part of it");
    } else {
      reason.append(option(size));
    }
    reduced.ifPresent(
        variant ->
            reason
                .append("; variant ")
                .append(variant.name())
                .append(" would fit with --allow-reduced, and loses: ")
                .append(variant.loses().orElse("")));
    return reason.toString();
  }

  private static String option(OptionalInt size) {
    return size.isPresent()
        ? ": submit it with --constraint=vram_ge_" + size.getAsInt() + "g"
        : ": no size of card that is known would do";
  }

  private static String amount(Demand demand) {
    if (demand.cardGigabytes().isPresent()) {
      return "a card of " + demand.cardGigabytes().getAsInt() + " GB";
    }
    return gigabytes(demand.memory())
        + (demand.marginPercent() > 0 ? " with " + demand.marginPercent() + " % margin" : "");
  }

  static String gigabytes(MemorySize size) {
    return String.format(Locale.ROOT, "%.1f GB", size.gigabytes());
  }
}
