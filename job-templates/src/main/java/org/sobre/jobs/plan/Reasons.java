package org.sobre.jobs.plan;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.MemoryModel;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Processor;
import org.sobre.jobs.profile.Variant;

/** The sentences of the planner, one each, in the reader's language. */
final class Reasons {

  private static final Messages MESSAGES = Messages.of(Reasons.class);

  private Reasons() {}

  static String why(
      ModelProfile profile,
      Fit fit,
      DemandCurve curve,
      BatchSplit split,
      Demand demand,
      Share tightest,
      boolean tight,
      int world) {
    return MESSAGES.text(
        profile.device() == Processor.CPU ? "why.cpu" : "why",
        fit.variant().name(),
        amount(demand),
        basis(fit.variant().memory()),
        gigabytes(tightest.budget()),
        (tight ? MESSAGES.text("why.tight") : "")
            + whyNotMore(profile, fit, curve, split, tightest, world)
            + inexact(profile, split, world));
  }

  private static String inexact(ModelProfile profile, BatchSplit split, int world) {
    return isExact(profile, split, world)
        ? ""
        : MESSAGES.text("why.inexact", profile.effectiveBatch().orElse(0));
  }

  private static boolean isExact(ModelProfile profile, BatchSplit split, int world) {
    long reached = (long) split.batch() * split.accumulation() * world;
    return profile.effectiveBatch().isEmpty() || profile.effectiveBatch().getAsInt() == reached;
  }

  private static String whyNotMore(
      ModelProfile profile,
      Fit fit,
      DemandCurve curve,
      BatchSplit split,
      Share tightest,
      int world) {
    int largest = fit.largest();
    if (fit.limit().filter(limit -> limit.batch() <= largest).isPresent()) {
      return MESSAGES.text("failed.tried", largest);
    }
    if (profile.effectiveBatch().isPresent() && split.accumulation() == 1) {
      int asked = profile.effectiveBatch().getAsInt();
      return world > 1
          ? MESSAGES.text("why.recipe.gpus", asked, world)
          : MESSAGES.text("why.recipe", asked);
    }
    if (fit.mayFit().isPresent()) {
      // batch 1 may well take more than that
      return MESSAGES.text(largest == 1 ? "why.first.one" : "why.first", fit.mayFit().getAsInt());
    }
    if (split.batch() < largest && isExact(profile, split, world)) {
      return MESSAGES.text("why.exact", largest, split.batch(), profile.effectiveBatch().orElse(0));
    }
    if (fit.limit().isPresent()) {
      return failed(fit.limit().get());
    }
    // what the points admit and the model beyond them does not is as little known
    Demand next = curve.at(largest + 1);
    return largest == curve.largestBatch() || next.isMetBy(tightest)
        ? MESSAGES.text("why.end", largest)
        : MESSAGES.text("why.next", largest + 1, amount(next));
  }

  private static String failed(Fit.Limit limit) {
    return limit
        .published()
        .map(
            failure ->
                MESSAGES.text(
                    "failed.published",
                    limit.batch(),
                    Math.round(failure.total().gibibytes()),
                    failure.source()))
        .orElseGet(() -> MESSAGES.text("failed.here", limit.batch()));
  }

  /** After a batch that ran out of memory. */
  static String smaller(ModelProfile profile, BatchPlan failed, BatchSplit split) {
    return MESSAGES.text(
        "smaller",
        failed.variant().name(),
        failed.batch(),
        split.batch(),
        inexact(profile, split, failed.world()));
  }

  static String noGpu(ModelProfile profile, Advice advice) {
    return MESSAGES.text(
        switch (advice) {
          case SLURM -> "noGpu";
          case STATION -> "noGpu.station";
        },
        profile.name());
  }

  /** Of what runs on processors, where no main memory was told. */
  static String noMemory(ModelProfile profile, Remedy remedy) {
    return MESSAGES.text("noMemory", profile.name(), option(remedy));
  }

  static String unsuitable(
      ModelProfile profile, Device device, String objection, Optional<String> option) {
    return MESSAGES.text(
        "unsuitable",
        profile.name(),
        device.model(),
        objection,
        option.map(said -> MESSAGES.text("option.slurm", said)).orElse(""));
  }

  static String refused(
      ModelProfile profile, ModelProfile.VramFloor floor, Share share, Remedy remedy) {
    return MESSAGES.text(
        "refused",
        profile.name(),
        floor.gigabytes(),
        floor.reason(),
        share.name(),
        gigabytes(share.total()),
        option(remedy));
  }

  static String tooSmall(
      ModelProfile profile,
      Variant leanest,
      Demand needed,
      Optional<Fit.Limit> failed,
      Share tightest,
      Remedy remedy,
      Optional<Variant> reduced) {
    OptionalInt size = remedy.gigabytes();
    String todo =
        failed.isEmpty() && size.isPresent() && tightest.total().hasGigabytes(size.getAsInt())
            ? MESSAGES.text("tooSmall.held." + profile.device().yamlName())
            : option(remedy);
    String other =
        reduced
            .map(v -> MESSAGES.text("tooSmall.reduced", v.name(), v.loses().orElse("")))
            .orElse("");
    return MESSAGES.text(
        "tooSmall",
        profile.name(),
        leanest.name(),
        amount(needed),
        basis(leanest.memory()),
        tightest.name(),
        gigabytes(tightest.budget()),
        gigabytes(tightest.total()),
        failed.map(Reasons::failed).orElse("") + todo + other);
  }

  private static String option(Remedy remedy) {
    String device = remedy.device().yamlName();
    if (remedy.gigabytes().isEmpty()) {
      return MESSAGES.text("option.none." + (remedy.ofCluster() ? "here" : device));
    }
    return remedy
        .sbatchOption()
        .map(option -> MESSAGES.text("option.slurm", option))
        .orElseGet(() -> MESSAGES.text("option.station." + device, remedy.gigabytes().getAsInt()));
  }

  private static String basis(MemoryModel model) {
    return MESSAGES.text("basis." + model.basis().yamlName());
  }

  private static String amount(Demand demand) {
    String memory =
        demand.cardGigabytes().isPresent()
            ? MESSAGES.text("amount.card", demand.cardGigabytes().getAsInt())
            : gigabytes(demand.memory());
    return demand.marginPercent() > 0
        ? MESSAGES.text("amount.margin", memory, demand.marginPercent())
        : memory;
  }

  private static String gigabytes(MemorySize size) {
    Locale locale = Language.current().locale();
    return MESSAGES.text("gigabytes", String.format(locale, "%.1f", size.gigabytes()));
  }
}
