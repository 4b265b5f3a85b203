package org.sobre.jobs.plan;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.MemoryModel;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Variant;

/** The sentences of the planner, one each, in the reader's language. */
final class Reasons {

  private static final Messages MESSAGES = Messages.of(Reasons.class);

  private Reasons() {}

  static String why(
      ModelProfile profile,
      Variant variant,
      BatchSplit split,
      int largest,
      Demand demand,
      Device tightest,
      int world) {
    int reached = split.batch() * split.accumulation() * world;
    String inexact =
        profile.effectiveBatch().stream()
            .filter(asked -> asked != reached)
            .mapToObj(asked -> MESSAGES.text("why.inexact", asked))
            .findFirst()
            .orElse("");
    return MESSAGES.text(
        "why",
        variant.name(),
        amount(demand),
        basis(variant.memory()),
        gigabytes(tightest.free()),
        whyNotMore(profile, variant, split, largest, world) + inexact);
  }

  private static String whyNotMore(
      ModelProfile profile, Variant variant, BatchSplit split, int largest, int world) {
    if (profile.effectiveBatch().isPresent() && split.accumulation() == 1) {
      int asked = profile.effectiveBatch().getAsInt();
      return world > 1
          ? MESSAGES.text("why.recipe.gpus", asked, world)
          : MESSAGES.text("why.recipe", asked);
    }
    DemandCurve curve = new DemandCurve(variant.memory());
    return largest == curve.largestBatch()
        ? MESSAGES.text("why.end", largest)
        : MESSAGES.text("why.next", largest + 1, amount(curve.at(largest + 1)));
  }

  static String noGpu(ModelProfile profile) {
    return MESSAGES.text("noGpu", profile.name());
  }

  static String unsuitable(ModelProfile profile, Device device, String objection) {
    return MESSAGES.text("unsuitable", profile.name(), device.model(), objection);
  }

  static String refused(
      ModelProfile profile, ModelProfile.VramFloor floor, Device device, OptionalInt size) {
    return MESSAGES.text(
        "refused",
        profile.name(),
        floor.gigabytes(),
        floor.reason(),
        device.model(),
        gigabytes(device.total()),
        option(size));
  }

  static String tooSmall(
      ModelProfile profile,
      Variant leanest,
      Device tightest,
      OptionalInt size,
      Optional<Variant> reduced) {
    String remedy =
        size.isPresent() && tightest.total().hasGigabytes(size.getAsInt())
            ? MESSAGES.text("tooSmall.held")
            : option(size);
    String other =
        reduced
            .map(v -> MESSAGES.text("tooSmall.reduced", v.name(), v.loses().orElse("")))
            .orElse("");
    return MESSAGES.text(
        "tooSmall",
        profile.name(),
        leanest.name(),
        amount(new DemandCurve(leanest.memory()).at(1)),
        basis(leanest.memory()),
        tightest.model(),
        gigabytes(tightest.free()),
        gigabytes(tightest.total()),
        remedy + other);
  }

  private static String option(OptionalInt size) {
    return size.isPresent()
        ? MESSAGES.text("option", size.getAsInt())
        : MESSAGES.text("option.none");
  }

  private static String basis(MemoryModel model) {
    return MESSAGES.text("basis." + model.basis().yamlName());
  }

  private static String amount(Demand demand) {
    if (demand.cardGigabytes().isPresent()) {
      return MESSAGES.text("amount.card", demand.cardGigabytes().getAsInt());
    }
    String memory = gigabytes(demand.memory());
    return demand.marginPercent() > 0
        ? MESSAGES.text("amount.margin", memory, demand.marginPercent())
        : memory;
  }

  private static String gigabytes(MemorySize size) {
    Locale locale = Language.current().locale();
    return MESSAGES.text("gigabytes", String.format(locale, "%.1f", size.gigabytes()));
  }
}
