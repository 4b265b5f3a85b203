package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.message.Messages;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.jobs.plan.BatchPlanner;
import org.sobre.jobs.profile.MemoryModel;
import org.sobre.jobs.profile.MemoryModel.Linear;
import org.sobre.jobs.profile.MemoryModel.Point;
import org.sobre.jobs.profile.MemoryModel.Points;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Processor;
import org.sobre.jobs.profile.ProfileCatalog;
import org.sobre.jobs.profile.UnknownProfileException;
import org.sobre.jobs.profile.Variant;
import org.sobre.slurm.gres.FeatureLadder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sobre profile show}: one profile, and the batch it gives on each size of card. */
@Command(
    name = "show",
    description = "Show a profile: its variants, where their numbers come from, its batches.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  sobre profile show sd21-finetune")
final class ProfileShowCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(ProfileShowCommand.class);

  @Parameters(paramLabel = "PROFILE", description = "Name, or path of a file.")
  private String name = "";

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, ConfigurationException {
    CommandLine line = requireNonNull(spec).commandLine();
    ProfileCatalog catalog = WrapperCommand.catalog();
    try {
      ModelProfile profile = catalog.load(name);
      print(line.getOut(), profile, catalog.find(name).orElseThrow());
      line.getOut().flush();
      return ExitCode.DONE;
    } catch (UnknownProfileException e) {
      throw new Failure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }

  private static void print(PrintWriter out, ModelProfile profile, Path file) {
    out.println(
        MESSAGES.text(
            "profile.show.title", profile.name(), profile.task().yamlName(), unit(profile)));
    out.println(MESSAGES.text("profile.show.file", file));
    profile
        .effectiveBatch()
        .ifPresent(batch -> out.println(MESSAGES.text("profile.show.effective", batch)));
    profile
        .floor()
        .ifPresent(
            floor ->
                out.println(
                    MESSAGES.text("profile.show.floor", floor.gigabytes(), floor.reason())));
    for (Variant variant : profile.variants()) {
      out.println();
      out.println(MESSAGES.text("profile.show.variant", variant.name()));
      variant.key().forEach((key, value) -> out.println("  " + key + ": " + value));
      out.println(MESSAGES.text("profile.show.memory", memory(variant.memory())));
      out.println(
          MESSAGES.text(
              "profile.basis." + variant.memory().basis().yamlName(), variant.memory().source()));
      details(variant.memory()).forEach(out::println);
      variant.loses().ifPresent(loses -> out.println(MESSAGES.text("profile.show.reduced", loses)));
    }
    out.println();
    out.print(batches(profile));
  }

  private static String memory(MemoryModel model) {
    return model.match(
        points ->
            points.points().stream()
                .map(ProfileShowCommand::point)
                .collect(Collectors.joining(", ")),
        ProfileShowCommand::line);
  }

  /** Where single points come from, what is taken beside, and where it was seen to fail. */
  private static List<String> details(MemoryModel model) {
    List<String> lines = new ArrayList<>();
    if (model instanceof Points points) {
      for (Point point : points.points()) {
        point
            .origin()
            .ifPresent(
                origin ->
                    lines.add(
                        MESSAGES.text(
                            "profile.show.origin",
                            point.batch(),
                            MESSAGES
                                .text("profile.basis." + origin.basis().yamlName(), origin.source())
                                .strip())));
      }
    }
    if (model.context().bytes() > 0) {
      lines.add(MESSAGES.text("profile.show.context", model.context().mebibytes()));
    }
    for (MemoryModel.Failure failure : model.failures()) {
      lines.add(
          MESSAGES.text(
              "profile.show.failure",
              failure.batch(),
              Math.round(failure.total().gibibytes()),
              failure.source()));
    }
    return lines;
  }

  private static String point(Point point) {
    return point.cardGigabytes().isPresent()
        ? MESSAGES.text("profile.show.card", point.batch(), point.cardGigabytes().getAsInt())
        : MESSAGES.text("profile.show.amount", point.batch(), point.memory().mebibytes());
  }

  private static String line(Linear linear) {
    long fixed = linear.fixed().mebibytes();
    long perItem = linear.perItem().mebibytes();
    String line =
        linear.step().bytes() == 0
            ? MESSAGES.text("profile.show.line", fixed, perItem)
            : MESSAGES.text("profile.show.line.step", fixed, perItem, linear.step().mebibytes());
    return linear.measuredTo().isPresent()
        ? MESSAGES.text("profile.show.measuredTo", line, linear.measuredTo().getAsInt())
        : line;
  }

  /** Of the shipped profiles in the reader's language; another's word as it is. */
  static String unit(ModelProfile profile) {
    return switch (profile.unit()) {
      case "image", "sequence" -> MESSAGES.text("unit." + profile.unit());
      default -> profile.unit();
    };
  }

  /** Of a card, or of main memory. */
  static String size(ModelProfile profile, int gigabytes) {
    return MESSAGES.text(
        profile.device() == Processor.CPU ? "gigabytes.main" : "gigabytes", gigabytes);
  }

  /** One row for each size of card on which something else comes out than on the one before. */
  private static String batches(ModelProfile profile) {
    BatchPlanner planner = new BatchPlanner(FeatureLadder.GIGABYTES);
    PlainTable table =
        new PlainTable()
            .number(MESSAGES.text("profile.heading.card"))
            .number(MESSAGES.text("profile.heading.batch"))
            .number(MESSAGES.text("profile.heading.steps"))
            .text(MESSAGES.text("profile.heading.variant"));
    String before = "";
    for (int gigabytes : FeatureLadder.GIGABYTES) {
      if (planner.onEmptyCard(profile, gigabytes, true) instanceof BatchPlan plan) {
        String outcome = plan.variant().name() + plan.batch();
        if (!outcome.equals(before)) {
          table.row(
              size(profile, gigabytes),
              String.valueOf(plan.batch()),
              String.valueOf(plan.accumulation()),
              plan.variant().name()
                  + (plan.variant().loses().isPresent() ? " (--allow-reduced)" : ""));
        }
        before = outcome;
      }
    }
    return table.render();
  }
}
