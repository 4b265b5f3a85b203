package org.sobre.jobs.prior;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.PriorProfile;
import org.sobre.jobs.profile.Requirements;

/** A row of published/points.csv: PROVENANCE.md beside it says what the columns mean. */
record PublishedPoint(CSVRecord row) {

  static List<PublishedPoint> all() {
    return read("points.csv");
  }

  /**
   * Of a file beside the points, with the same columns.
   *
   * @param name of the file
   */
  static List<PublishedPoint> read(String name) {
    CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    try (Reader reader =
        new InputStreamReader(
            Objects.requireNonNull(PublishedPoint.class.getResourceAsStream("/published/" + name)),
            StandardCharsets.UTF_8)) {
      return format.parse(reader).stream().map(PublishedPoint::new).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int id() {
    return Integer.parseInt(row.get("id"));
  }

  boolean isFit() {
    return row.get("set").equals("fit");
  }

  /** The argument of a way to try this row, as {@code sweep:NAME}; empty text if it has none. */
  Optional<String> by(String way) {
    for (String word : row.get("by").split(" ", -1)) {
      if (word.equals(way) || word.startsWith(way + ":")) {
        return Optional.of(word.length() > way.length() ? word.substring(way.length() + 1) : "");
      }
    }
    return Optional.empty();
  }

  boolean outOfMemory() {
    return row.get("outcome").equals("oom");
  }

  boolean refused() {
    return row.get("outcome").equals("refused");
  }

  boolean reduced() {
    return row.get("outcome").equals("reduced");
  }

  int batch() {
    return integer("batch").orElseThrow();
  }

  int cardGigabytes() {
    return integer("cardGB").orElseThrow();
  }

  boolean hasPeak() {
    return !row.get("peakMiB").equals("-");
  }

  /** Whether it tells what a run took. */
  boolean ran() {
    return hasPeak() && !outOfMemory();
  }

  double peakBytes() {
    return MemorySize.ofMebibytes(Long.parseLong(row.get("peakMiB"))).bytes();
  }

  boolean isText() {
    return row.get("unit").equals("sequence");
  }

  boolean isTraining() {
    return row.get("task").equals("finetune");
  }

  /** What stands on the axis of a sweep: items, or tokens where each row is one sequence. */
  int position() {
    return batch() * integer("size").orElse(1);
  }

  ModelShape shape() {
    long parameters = millions("parametersM").orElseThrow();
    return new ShapeSketch(
            integer("layers"),
            integer("hidden"),
            integer("vocabulary"),
            integer("kvHeads"),
            integer("headDim"))
        .of(parameters, millions("trainedM").orElse(parameters));
  }

  Recipe recipe() {
    Arithmetic arithmetic = word("precision", Arithmetic.class).orElseThrow();
    int size = integer("size").orElse(1);
    return new Recipe(
        arithmetic,
        word("weights", Storage.class).orElse(arithmetic.storage()),
        word("kvCache", Storage.class).orElse(arithmetic.storage()),
        word("attention", Attention.class).orElse(Attention.SDPA),
        isText() ? Item.ofTokens(size) : Item.ofResolution(size),
        isTraining() ? Optional.of(training()) : Optional.empty());
  }

  private Training training() {
    return new Training(
        optimizer(),
        yes("ema"),
        yes("checkpointing"),
        row.get("adapter").equals("-")
            ? Optional.empty()
            : Optional.of(new Adapter(OptionalInt.empty(), millions("adapterM"))),
        isDeepspeed());
  }

  boolean isDeepspeed() {
    return row.get("trainer").equals("deepspeed");
  }

  Optimizer optimizer() {
    return word("optimizer", Optimizer.class).orElseThrow();
  }

  ModelProfile priorProfile() {
    return PriorProfile.of(
        row.get("model"),
        row.get("source"),
        shape(),
        recipe(),
        OptionalInt.empty(),
        new Requirements(List.of(), Optional.empty(), Optional.empty(), List.of()));
  }

  private boolean yes(String column) {
    return row.get(column).equals("yes");
  }

  private <E extends Enum<E> & Word> Optional<E> word(String column, Class<E> choices) {
    return Word.of(choices, row.get(column));
  }

  private OptionalInt integer(String column) {
    String text = row.get(column);
    return text.equals("-") ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
  }

  private OptionalLong millions(String column) {
    String text = row.get(column);
    return text.equals("-")
        ? OptionalLong.empty()
        : OptionalLong.of(Math.round(Double.parseDouble(text) * 1e6));
  }

  @Override
  public String toString() {
    return String.join(
        " ",
        row.get("id"),
        row.get("model"),
        row.get("task"),
        row.get("precision"),
        row.get("adapter"),
        row.get("size"),
        "x",
        row.get("batch"));
  }
}
