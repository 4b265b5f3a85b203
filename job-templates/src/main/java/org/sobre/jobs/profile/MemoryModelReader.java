package org.sobre.jobs.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.sobre.hardware.config.YamlSection;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.prior.Estimate;
import org.sobre.jobs.profile.MemoryModel.Basis;
import org.sobre.jobs.profile.MemoryModel.Failure;
import org.sobre.jobs.profile.MemoryModel.Linear;
import org.sobre.jobs.profile.MemoryModel.Origin;
import org.sobre.jobs.profile.MemoryModel.Point;
import org.sobre.jobs.profile.MemoryModel.Points;

/** Reads the {@code memory:} of a variant. What is wrong becomes a problem and reads as absent. */
final class MemoryModelReader {

  private static final Messages MESSAGES = Messages.of(MemoryModelReader.class);

  static final long MAX_MEBIBYTES = 1L << 24;
  private static final int MAX_CARD_GIGABYTES = 4096;
  private static final String EXAMPLE = "{batch: 1, vramGB: 24}";

  private final YamlSection section;
  private final Processor device;
  private final Optional<Basis> basis;
  private final Optional<String> source;

  private MemoryModelReader(YamlSection section, Processor device) {
    this.section = section;
    this.device = device;
    section.require("basis");
    this.basis = basis(section);
    this.source = section.string("source");
    section.require("source", MESSAGES.text("source.required"));
  }

  /**
   * @param task for which the variant is; absent if the profile does not say, which is a problem
   *     already
   * @param device whose memory it is
   */
  static Optional<MemoryModel> read(YamlSection section, Optional<Task> task, Processor device) {
    MemoryModelReader reader = new MemoryModelReader(section, device);
    reader.refuseTwoForms();
    Optional<MemoryModel> model = reader.model(task);
    section.refuseUnknownKeys();
    return model;
  }

  private void refuseTwoForms() {
    long forms =
        Stream.of(
                section.has("points"),
                section.has("model"),
                section.has("fixedMiB") || section.has("perItemMiB"))
            .filter(present -> present)
            .count();
    if (forms != 1) {
      section.problem("points", MESSAGES.text("memory.either"));
    }
  }

  private Optional<MemoryModel> model(Optional<Task> task) {
    List<Point> points = points();
    Optional<Line> line = line();
    Optional<Estimate> estimate =
        section.has("model")
            ? task.flatMap(t -> PriorReader.read(section.section("model"), t))
            : Optional.empty();
    Optional<MemorySize> context = mebibytes("contextMiB");
    List<Failure> failures = failures();
    if (section.has("model") && basis.isPresent() && basis.get() != Basis.PRIOR) {
      section.problem("basis", MESSAGES.text("basis.model"));
    }
    if (basis.isEmpty() || source.isEmpty()) {
      return Optional.empty();
    }
    if (!points.isEmpty()) {
      return Optional.of(
          new Points(
              basis.get(), source.get(), points, context.orElse(MemoryModel.NOTHING), failures));
    }
    return estimate
        .<MemoryModel>map(e -> line(e, context.orElse(e.context()), failures))
        .or(() -> line.map(l -> line(l, context.orElse(MemoryModel.NOTHING), failures)));
  }

  private Linear line(Estimate estimate, MemorySize context, List<Failure> failures) {
    return PriorProfile.line(source.orElseThrow(), estimate, context, failures);
  }

  private Linear line(Line line, MemorySize context, List<Failure> failures) {
    return new Linear(
        basis.orElseThrow(),
        source.orElseThrow(),
        line.fixed(),
        line.perItem(),
        line.step(),
        line.measuredTo(),
        context,
        failures);
  }

  private record Line(
      MemorySize fixed, MemorySize perItem, MemorySize step, OptionalInt measuredTo) {}

  private Optional<Line> line() {
    Optional<MemorySize> fixed = mebibytes("fixedMiB");
    OptionalLong perItem = section.integer("perItemMiB", 1, MAX_MEBIBYTES);
    Optional<MemorySize> step = mebibytes("stepMiB");
    OptionalInt measuredTo =
        ProfileReader.toInt(section.integer("measuredTo", 1, MemoryModel.LARGEST_BATCH));
    if (section.has("fixedMiB") != section.has("perItemMiB")) {
      section.problem("fixedMiB", MESSAGES.text("line.half"));
    }
    boolean line = section.has("fixedMiB") && section.has("perItemMiB");
    if (section.has("measuredTo") && (!line || basis.equals(Optional.of(Basis.PRIOR)))) {
      section.problem("measuredTo", MESSAGES.text("line.unseen"));
      return Optional.empty();
    }
    if (fixed.isEmpty() || perItem.isEmpty()) {
      return Optional.empty();
    }
    if (!section.has("measuredTo") && basis.filter(b -> b != Basis.PRIOR).isPresent()) {
      section.problems().remark(section.problemAt("perItemMiB", MESSAGES.text("line.vouched")));
    }
    return Optional.of(
        new Line(
            fixed.get(),
            MemorySize.ofMebibytes(perItem.getAsLong()),
            step.orElse(MemoryModel.NOTHING),
            measuredTo));
  }

  private Optional<MemorySize> mebibytes(String key) {
    OptionalLong value = section.integer(key, 0, MAX_MEBIBYTES);
    return value.isPresent()
        ? Optional.of(MemorySize.ofMebibytes(value.getAsLong()))
        : Optional.empty();
  }

  private static Optional<Basis> basis(YamlSection section) {
    List<String> words = Stream.of(Basis.values()).map(Basis::yamlName).toList();
    return section.oneOf("basis", words).map(word -> Basis.valueOf(word.toUpperCase(Locale.ROOT)));
  }

  private List<Point> points() {
    List<YamlSection> items = section.sections("points");
    if (section.has("points") && items.isEmpty()) {
      section.problem("points", MESSAGES.text("points.none", EXAMPLE));
    }
    List<Point> points = new ArrayList<>();
    for (YamlSection item : items) {
      Optional<Point> point = point(item);
      if (point.isEmpty()) {
        continue;
      }
      Point last = points.isEmpty() ? null : points.get(points.size() - 1);
      if (last != null
          && (point.get().batch() <= last.batch()
              || point.get().memory().compareTo(last.memory()) < 0)) {
        item.problem("batch", MESSAGES.text("points.order"));
      } else {
        points.add(point.get());
      }
    }
    return points;
  }

  private Optional<Point> point(YamlSection item) {
    OptionalLong batch = item.integer("batch", 1, MemoryModel.LARGEST_BATCH);
    OptionalDouble card =
        device == Processor.GPU
            ? item.number("vramGB", 1, MAX_CARD_GIGABYTES)
            : OptionalDouble.empty();
    OptionalLong used = item.integer(amountKey(), 1, MAX_MEBIBYTES);
    Optional<Origin> origin = origin(item);
    item.refuseUnknownKeys();
    item.require("batch");
    if ((device == Processor.GPU && item.has("vramGB")) == item.has(amountKey())) {
      item.problem(amountKey(), MESSAGES.text("point." + device.yamlName()));
    }
    if (batch.isEmpty() || card.isPresent() == used.isPresent()) {
      return Optional.empty();
    }
    int items = Math.toIntExact(batch.getAsLong());
    return Optional.of(
        used.isPresent()
            ? new Point(
                items, MemorySize.ofMebibytes(used.getAsLong()), OptionalInt.empty(), origin)
            : cardPoint(items, card.orElseThrow(), origin));
  }

  private String amountKey() {
    return device == Processor.CPU ? "memoryMiB" : "vramMiB";
  }

  /** A point of another source than the model's says so itself; its basis may be the model's. */
  private Optional<Origin> origin(YamlSection item) {
    Optional<Basis> own = basis(item);
    Optional<String> told = item.string("source");
    if (item.has("basis") && !item.has("source")) {
      item.problem("source", MESSAGES.text("source.required"));
    }
    return told.flatMap(text -> own.or(() -> basis).map(b -> new Origin(b, text)));
  }

  /** A whole number of GB names a card; a broken one is an amount of memory. */
  private static Point cardPoint(int batch, double gigabytes, Optional<Origin> origin) {
    boolean whole = gigabytes == Math.rint(gigabytes);
    return new Point(
        batch,
        new MemorySize(Math.round(gigabytes * 1e9)),
        whole ? OptionalInt.of((int) gigabytes) : OptionalInt.empty(),
        origin);
  }

  private List<Failure> failures() {
    List<Failure> failures = new ArrayList<>();
    if (device == Processor.CPU && section.has("failures")) {
      section.problem("failures", MESSAGES.text("cpu.card"));
    }
    for (YamlSection item : section.sections("failures")) {
      OptionalLong batch = item.integer("batch", 1, MemoryModel.LARGEST_BATCH);
      OptionalLong card = item.integer("vramGB", 1, MAX_CARD_GIGABYTES);
      Optional<String> told = item.string("source");
      item.refuseUnknownKeys();
      item.require("batch");
      item.require("vramGB");
      item.require("source", MESSAGES.text("source.required"));
      if (batch.isPresent() && card.isPresent() && told.isPresent()) {
        failures.add(
            Failure.onCard(
                Math.toIntExact(batch.getAsLong()), Math.toIntExact(card.getAsLong()), told.get()));
      }
    }
    return failures;
  }
}
