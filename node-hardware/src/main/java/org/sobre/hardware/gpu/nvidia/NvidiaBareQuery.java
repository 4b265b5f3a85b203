package org.sobre.hardware.gpu.nvidia;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What a query of GPUs printed where no heading tells it: {@code --format=csv,noheader}, or a
 * heading of names that other tables have too ({@code index, name, uuid}). The whole text must be
 * rows of one number of cells, each of which has what only a card has; the columns go by the
 * command, if it stands above them, else by the heading, else by what all their cells look like.
 * What a bare number means nobody can tell: it stays unknown.
 *
 * @param header as the query would have printed it
 */
record NvidiaBareQuery(String header, List<String> rows) {

  /** Of a command line. */
  static final String ASKING = "--query-gpu=";

  private static final Pattern ASKED = Pattern.compile("[\\w.,]{1,4000}");

  /** Names of fields that other tables have too; all others tell a query by themselves. */
  private static final Set<String> FIELDS =
      Set.of(
          "index", "name", "uuid", "serial", "count", "timestamp", "driver_version", "pci.bus_id");

  private static final Pattern UUID = Pattern.compile("GPU-[0-9a-f-]{8,64}");
  private static final Pattern ADDRESS =
      Pattern.compile("[0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\\.[0-7]");

  /** Every name that nvidia-smi has given since driver 470, and all but some of the older. */
  private static final Pattern NAME =
      Pattern.compile("(?:NVIDIA|Tesla|GeForce|Quadro|TITAN|GRID) \\S.{0,100}");

  private static final String TIMESTAMP = "timestamp";
  private static final Pattern TIME =
      Pattern.compile("\\d{4}/\\d{2}/\\d{2} \\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,6})?");

  private static final Pattern INDEX = Pattern.compile("\\d{1,3}");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9}) MiB");

  /** A price list has names and numbers too: this is what only a query prints. */
  private static final Pattern TELLING =
      Pattern.compile(
          "GPU-[0-9a-f-]{8,64}|\\d{1,9} MiB|\\d{1,3} %|\\d+(?:\\.\\d+)? W|P\\d{1,2}|\\[.+]");

  /**
   * A column that nobody names and that fails in some row is a sensor's, whichever; two that fail
   * are the card's fault.
   */
  private static final List<String> SENSORS =
      List.of("temperature.gpu", "utilization.gpu", "fan.speed", "power.draw", "pstate");

  /** Any version knows some 240 fields. */
  private static final int MOST_COLUMNS = 300;

  /** Seven fields are memory. */
  private static final int MOST_SIZES = 10;

  /** Total is used and free and what the driver keeps: at most a twelfth of it. */
  private static final int SHARE = 12;

  NvidiaBareQuery {
    rows = List.copyOf(rows);
  }

  /** Empty for a text of anything else. */
  static Optional<NvidiaBareQuery> of(String text) {
    List<String> rows = new ArrayList<>();
    Optional<String> asked = Optional.empty();
    for (String line : (Iterable<String>) text.lines().map(String::strip)::iterator) {
      Optional<String> fields = asked(line);
      if (fields.isPresent() && !rows.isEmpty()) {
        break; // what comes is about the same cards
      } else if (fields.isPresent()) {
        asked = fields;
      } else if (!line.isEmpty() && !NvidiaMessage.isOne(line)) {
        rows.add(line);
      }
      if (rows.size() > 2 * NvidiaSmiLogBuilder.MOST_CARDS) {
        return Optional.empty();
      }
    }
    return rows.isEmpty() ? Optional.empty() : of(asked, rows);
  }

  /** The fields that a command line asks for, with whatever prompt in front. */
  private static Optional<String> asked(String line) {
    int at = line.indexOf(ASKING);
    Matcher fields =
        ASKED.matcher(line).region(at < 0 ? line.length() : at + ASKING.length(), line.length());
    return at > 0 && line.lastIndexOf("nvidia-smi", at) >= 0 && fields.lookingAt()
        ? Optional.of(fields.group())
        : Optional.empty();
  }

  private static Optional<NvidiaBareQuery> of(Optional<String> asked, List<String> lines) {
    boolean headed = FIELDS.containsAll(cells(lines.get(0)));
    List<String> rows = lines.subList(headed ? 1 : 0, lines.size());
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    List<List<String>> table = rows.stream().map(NvidiaBareQuery::cells).toList();
    int width = table.get(0).size();
    if (width > MOST_COLUMNS
        || !table.stream().allMatch(row -> row.size() == width && (isCard(row) || isFault(row)))
        || table.stream().noneMatch(NvidiaBareQuery::isCard)
        || !(headed || asked.isPresent() || isTelling(table))) {
      return Optional.empty();
    }
    String header =
        Optional.of(lines.get(0))
            .filter(line -> headed)
            .or(() -> asked.filter(fields -> cells(fields).size() == width))
            .orElseGet(() -> guessed(table, width));
    return Optional.of(new NvidiaBareQuery(header, rows));
  }

  /**
   * A name and no program; or nothing but what identifies a card, for a process has its card's id
   * as well.
   */
  private static boolean isCard(List<String> row) {
    return (row.stream().anyMatch(NAME.asMatchPredicate())
            && row.stream().noneMatch(cell -> cell.startsWith("/")))
        || (row.stream().anyMatch(UUID.asMatchPredicate().or(ADDRESS.asMatchPredicate()))
            && row.stream()
                .allMatch(
                    UUID.asMatchPredicate()
                        .or(ADDRESS.asMatchPredicate())
                        .or(INDEX.asMatchPredicate())));
  }

  /** Names alone may be a list of models; those of one machine are mostly alike. */
  private static boolean isTelling(List<List<String>> table) {
    return table.get(0).size() == 1
        ? Set.copyOf(table).size() == 1 || table.stream().allMatch(row -> has(row, UUID))
        : table.stream()
            .allMatch(
                row ->
                    has(row, TELLING) || has(row, ADDRESS) || INDEX.matcher(row.get(0)).matches());
  }

  private static boolean has(List<String> row, Pattern form) {
    return row.stream().anyMatch(form.asMatchPredicate());
  }

  private static boolean isFault(List<String> row) {
    return row.stream().allMatch(cell -> NvidiaText.of(cell).fault().isPresent());
  }

  private static String guessed(List<List<String>> table, int width) {
    List<List<String>> cards = table.stream().filter(NvidiaBareQuery::isCard).toList();
    int total = total(cards, width);
    Deque<String> sensors = new ArrayDeque<>(SENSORS);
    List<String> header = new ArrayList<>();
    for (int at = 0; at < width; at++) {
      int column = at;
      List<String> cells = cards.stream().map(row -> row.get(column)).toList();
      String field = at == total ? "memory.total" : field(cells, header);
      boolean fails = cells.stream().anyMatch(cell -> NvidiaText.of(cell).fault().isPresent());
      String sensor = fails && field.isEmpty() && !sensors.isEmpty() ? sensors.poll() : field;
      header.add(sensor.isEmpty() || header.contains(sensor) ? "unknown_" + at : sensor);
    }
    return String.join(", ", header);
  }

  /**
   * Empty where the cells do not tell.
   *
   * @param before the columns to the left
   */
  private static String field(List<String> column, List<String> before) {
    if (all(column, TIME)) {
      return TIMESTAMP;
    } else if (all(column, UUID)) {
      return "uuid";
    } else if (all(column, ADDRESS)) {
      return "pci.bus_id";
    } else if (all(column, NAME)) {
      return "name";
    }
    boolean first = List.of(TIMESTAMP).containsAll(before);
    boolean counts = first && Set.copyOf(column).size() == column.size() && all(column, INDEX);
    return counts ? "index" : "";
  }

  private static boolean all(List<String> column, Pattern form) {
    Predicate<String> has = form.asMatchPredicate();
    return column.stream().allMatch(has);
  }

  /**
   * The column of total memory: of three sizes or more the one that is, in each row, what all
   * others add up to and a driver's share; -1 where there is none such.
   */
  private static int total(List<List<String>> cards, int width) {
    List<Integer> sizes =
        IntStream.range(0, width)
            .filter(at -> cards.stream().allMatch(row -> SIZE.matcher(row.get(at)).matches()))
            .boxed()
            .toList();
    return sizes.size() < 3 || sizes.size() > MOST_SIZES
        ? -1
        : sizes.stream()
            .filter(at -> cards.stream().allMatch(row -> isTotal(row, at, sizes)))
            .findFirst()
            .orElse(-1);
  }

  private static boolean isTotal(List<String> row, int at, List<Integer> sizes) {
    long others = sizes.stream().filter(i -> i != at).mapToLong(i -> size(row.get(i))).sum();
    long total = size(row.get(at));
    return others <= total + 2 && (total - others) * SHARE <= total;
  }

  private static long size(String cell) {
    return Long.parseLong(cell.substring(0, cell.indexOf(' ')));
  }

  private static List<String> cells(String line) {
    return Arrays.stream(line.split(",", MOST_COLUMNS + 1)).map(String::strip).toList();
  }
}
