package org.sobre.energy.meter;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.sobre.hardware.units.Power;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * Reads the rows of {@code nvidia-smi --query-gpu=… --format=csv,noheader,nounits}. The tool prints
 * its messages between the rows ("GPU is lost"), quotes nothing, and has a dozen texts for "no
 * value": whatever is no number is absent, with its reason, and never 0.
 */
final class NvidiaRowParser {

  static final String UUID = "uuid";
  static final String AVERAGE = "power.draw.average";
  static final String DRAW = "power.draw";
  static final String INSTANT = "power.draw.instant";
  static final String LIMIT = "power.default_limit";
  static final String UTILIZATION = "utilization.gpu";
  static final String MEMORY_USED = "memory.used";
  static final String TEMPERATURE = "temperature.gpu";

  /** Best first; drivers know different ones, and one unknown field refuses the whole query. */
  static final List<String> WANTED =
      List.of(UUID, AVERAGE, DRAW, INSTANT, UTILIZATION, MEMORY_USED, TEMPERATURE, LIMIT);

  private static final Pattern COMMA = Pattern.compile(",");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}(?:\\.\\d{1,9})?");

  private final List<String> fields;

  /**
   * @param fields as asked, in order; {@link #UUID} among them
   */
  NvidiaRowParser(List<String> fields) {
    if (!fields.contains(UUID)) {
      throw new IllegalArgumentException("expected uuid among the fields, found " + fields);
    }
    this.fields = List.copyOf(fields);
  }

  /** Empty if the line is no row: a message of the tool. */
  Optional<NvidiaRow> parse(String line) {
    List<String> cells = new ArrayList<>();
    for (String cell : COMMA.split(line, -1)) {
      cells.add(cell.strip());
    }
    if (cells.size() != fields.size() || !cell(cells, UUID).startsWith("GPU-")) {
      return Optional.empty();
    }
    Reading<Power> draw = power(cell(cells, DRAW));
    return Optional.of(
        new NvidiaRow(
            cell(cells, UUID),
            power(cell(cells, AVERAGE)),
            draw.measured().isPresent() ? draw : instantOr(cells, draw),
            percent(cell(cells, UTILIZATION)),
            number(cell(cells, MEMORY_USED))
                .map(mebibytes -> OptionalLong.of(mebibytes.longValue()))
                .orElseGet(OptionalLong::empty),
            whole(cell(cells, TEMPERATURE)),
            power(cell(cells, LIMIT))));
  }

  /** More than all of the time is no utilisation. */
  private static OptionalInt percent(String cell) {
    OptionalInt told = whole(cell);
    return told.isPresent() && told.getAsInt() <= 100 ? told : OptionalInt.empty();
  }

  private static OptionalInt whole(String cell) {
    Optional<BigDecimal> number = number(cell);
    return number.isPresent() ? OptionalInt.of(number.get().intValue()) : OptionalInt.empty();
  }

  private Reading<Power> instantOr(List<String> cells, Reading<Power> draw) {
    Reading<Power> instant = power(cell(cells, INSTANT));
    return instant.measured().isPresent() ? instant : draw;
  }

  private String cell(List<String> cells, String field) {
    int column = fields.indexOf(field);
    return column < 0 ? "" : cells.get(column);
  }

  private static Reading<Power> power(String cell) {
    Optional<BigDecimal> watts = number(cell);
    return watts.isPresent()
        ? Reading.of(Power.ofWatts(watts.get()))
        : Reading.unavailable(reason(cell), cell);
  }

  /**
   * The tool's own words: these three are faults of a card, the others are things it cannot tell.
   */
  private static Reason reason(String cell) {
    String text = cell.toLowerCase(Locale.ROOT);
    if (text.contains("insufficient permissions")) {
      return Reason.NO_PERMISSION;
    }
    return text.contains("requires reset")
            || text.contains("unknown error")
            || text.contains("err!")
        ? Reason.FAILED
        : Reason.NOT_SUPPORTED;
  }

  private static Optional<BigDecimal> number(String cell) {
    return NUMBER.matcher(cell).matches() ? Optional.of(new BigDecimal(cell)) : Optional.empty();
  }
}
