package org.sobre.jobs.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.sobre.hardware.config.YamlSection;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.MemoryModel.Basis;
import org.sobre.jobs.profile.MemoryModel.Point;

/** Reads the {@code memory:} of a variant. What is wrong becomes a problem and reads as absent. */
final class MemoryModelReader {

  private static final Messages MESSAGES = Messages.of(MemoryModelReader.class);

  private static final long MAX_MEBIBYTES = 1L << 24;
  private static final String EXAMPLE = "{batch: 1, vramGB: 24}";

  private MemoryModelReader() {}

  static Optional<MemoryModel> read(YamlSection section) {
    Optional<Basis> basis = basis(section);
    Optional<String> source = section.string("source");
    section.require("source", MESSAGES.text("source.required"));
    if ((section.has("fixedMiB") || section.has("perItemMiB")) == section.has("points")) {
      section.problem("points", MESSAGES.text("memory.either"));
    }
    if (section.has("points") && section.sections("points").isEmpty()) {
      section.problem("points", MESSAGES.text("points.none", EXAMPLE));
    }
    List<Point> points = points(section);
    Optional<Line> line = line(section);
    section.refuseUnknownKeys();
    if (basis.isEmpty() || source.isEmpty()) {
      return Optional.empty();
    }
    if (!points.isEmpty()) {
      return Optional.of(new MemoryModel.Points(basis.get(), source.get(), points));
    }
    return line.map(
        l -> new MemoryModel.Linear(basis.get(), source.get(), l.fixed(), l.perItem(), l.step()));
  }

  private record Line(MemorySize fixed, MemorySize perItem, MemorySize step) {}

  private static Optional<Line> line(YamlSection section) {
    OptionalLong fixed = section.integer("fixedMiB", 0, MAX_MEBIBYTES);
    OptionalLong perItem = section.integer("perItemMiB", 1, MAX_MEBIBYTES);
    OptionalLong step = section.integer("stepMiB", 0, MAX_MEBIBYTES);
    if (section.has("fixedMiB") != section.has("perItemMiB")) {
      section.problem("fixedMiB", MESSAGES.text("line.half"));
    }
    return fixed.isPresent() && perItem.isPresent()
        ? Optional.of(
            new Line(
                MemorySize.ofMebibytes(fixed.getAsLong()),
                MemorySize.ofMebibytes(perItem.getAsLong()),
                MemorySize.ofMebibytes(step.orElse(0))))
        : Optional.empty();
  }

  private static Optional<Basis> basis(YamlSection section) {
    section.require("basis");
    List<String> words = Stream.of(Basis.values()).map(Basis::yamlName).toList();
    return section
        .oneOf("basis", words)
        .map(word -> Basis.valueOf(word.toUpperCase(java.util.Locale.ROOT)));
  }

  private static List<Point> points(YamlSection section) {
    List<Point> points = new ArrayList<>();
    for (YamlSection item : section.sections("points")) {
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

  private static Optional<Point> point(YamlSection item) {
    OptionalLong batch = item.integer("batch", 1, 1 << 16);
    OptionalDouble card = item.number("vramGB", 1, 4096);
    OptionalLong used = item.integer("vramMiB", 1, MAX_MEBIBYTES);
    item.refuseUnknownKeys();
    item.require("batch");
    if (item.has("vramGB") == item.has("vramMiB")) {
      item.problem("vramGB", MESSAGES.text("point.either"));
    }
    if (batch.isEmpty() || card.isPresent() == used.isPresent()) {
      return Optional.empty();
    }
    int items = Math.toIntExact(batch.getAsLong());
    return Optional.of(
        used.isPresent()
            ? new Point(items, MemorySize.ofMebibytes(used.getAsLong()), OptionalInt.empty())
            : cardPoint(items, card.orElseThrow()));
  }

  /** A whole number of GB names a card; a broken one is an amount of memory. */
  private static Point cardPoint(int batch, double gigabytes) {
    boolean whole = gigabytes == Math.rint(gigabytes);
    return new Point(
        batch,
        new MemorySize(Math.round(gigabytes * 1e9)),
        whole ? OptionalInt.of((int) gigabytes) : OptionalInt.empty());
  }
}
