package org.sobre.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.units.Power;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

class NvidiaRowParserTest {

  private static final Pattern UNIT = Pattern.compile(" (W|MiB|%)$");

  private final NvidiaRowParser parser = new NvidiaRowParser(NvidiaRowParser.WANTED);

  @Test
  void readsAnAverageWhereTheCardHasOne() throws IOException {
    NvidiaRow row = recorded("l40s_595.80_query-gpu-load.csv");

    assertThat(row.average()).isEqualTo(Reading.of(new Power(110_230_000)));
    assertThat(row.drawn()).isEqualTo(Reading.of(new Power(110_230_000)));
    assertThat(row.busy()).contains(true);
    assertThat(row.memoryUsedMebibytes()).isEqualTo(OptionalLong.of(1235));
    assertThat(row.celsius()).hasValue(54);
  }

  @Test
  void turingHasNoAverage() throws IOException {
    NvidiaRow row = recorded("rtx2080super_595.71.05_query-gpu-load.csv");

    assertThat(row.average()).isInstanceOf(Reading.Unavailable.class);
    assertThat(row.drawn()).isEqualTo(Reading.of(new Power(111_500_000)));
  }

  @Test
  void aPartitionedCardIsNeitherBusyNorIdle() throws IOException {
    NvidiaRow row = recorded("h200-mig_590.48.01_query-gpu-load.csv");

    assertThat(row.busy()).isEmpty();
    assertThat(row.average()).isEqualTo(Reading.of(new Power(295_010_000)));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "100, 100", "101, -1", "4294967, -1"})
  void moreThanAllOfTheTimeIsNoUtilisation(String told, int percent) {
    NvidiaRow row =
        new NvidiaRowParser(List.of("uuid", "utilization.gpu"))
            .parse("GPU-a, " + told)
            .orElseThrow();

    assertThat(row.busyPercent())
        .isEqualTo(percent < 0 ? OptionalInt.empty() : OptionalInt.of(percent));
  }

  @Test
  void aFaultIsAFaultAndAnAbsenceAnAbsence() {
    assertThat(reason("[GPU requires reset]")).isEqualTo(Reason.FAILED);
    assertThat(reason("[Unknown Error]")).isEqualTo(Reason.FAILED);
    assertThat(reason("[N/A]")).isEqualTo(Reason.NOT_SUPPORTED);
    assertThat(reason("[Not Supported]")).isEqualTo(Reason.NOT_SUPPORTED);
    assertThat(reason("[Insufficient Permissions]")).isEqualTo(Reason.NO_PERMISSION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "nan", "inf", "-5", "1e3", "0x10", "12,5", "9999999999", "", "-"})
  void whatIsNoNumberIsNoPower(String cell) {
    Optional<NvidiaRow> row =
        new NvidiaRowParser(List.of("uuid", "power.draw")).parse("GPU-1, " + cell);

    assertThat(row.flatMap(told -> told.drawn().measured())).isEmpty();
  }

  @Test
  void theRecordedResetTextIsAFault() throws IOException {
    String text = text("h100_unknown_query-gpu-requires-reset.csv");
    String cell = text.lines().skip(1).findFirst().orElseThrow().split(", ", -1)[1];

    assertThat(reason(cell)).isEqualTo(Reason.FAILED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GPU-1, 1, 2",
        "GPU-1, 1, 2, 3, 4, 5, 6",
        "GPU-1, 1, 2, 3, 4, 5, 6, 7, 8",
        "No devices were found",
        "a, b, c, d, e, f, g"
      })
  void whatIsNoRowIsNone(String line) {
    assertThat(parser.parse(line)).isEmpty();
  }

  @Test
  void theMessageOfALostCardIsNoRow() throws IOException {
    assertThat(parser.parse(text("failure_gpu-lost_stdout.txt").strip())).isEmpty();
  }

  @Test
  void fieldsThatWereNotAskedForAreAbsent() {
    Optional<NvidiaRow> row =
        new NvidiaRowParser(List.of("uuid", "power.draw")).parse("GPU-1, 42.5");

    assertThat(row).map(NvidiaRow::drawn).contains(Reading.of(new Power(42_500_000)));
    assertThat(row).map(NvidiaRow::busy).contains(Optional.empty());
  }

  private Reason reason(String cell) {
    NvidiaRow row =
        parser
            .parse("GPU-1, " + cell + ", " + cell + ", " + cell + ", 0, 0, 40, 300")
            .orElseThrow();
    return ((Reading.Unavailable<Power>) row.average()).reason();
  }

  /** The columns we ask for out of a recording of all columns, without units as we ask. */
  private NvidiaRow recorded(String file) throws IOException {
    List<String> lines = text(file).lines().toList();
    List<String> header = List.of(lines.get(0).split(", ", -1));
    List<String> cells = List.of(lines.get(1).split(", ", -1));
    List<String> wanted = new ArrayList<>();
    for (String field : NvidiaRowParser.WANTED) {
      for (int i = 0; i < header.size(); i++) {
        if (header.get(i).replaceFirst(" \\[.*", "").equals(field)) {
          wanted.add(UNIT.matcher(cells.get(i)).replaceFirst(""));
        }
      }
    }
    return parser.parse(String.join(", ", wanted)).orElseThrow();
  }

  private static String text(String file) throws IOException {
    try (InputStream in = NvidiaRowParserTest.class.getResourceAsStream(file)) {
      assertThat(in).as(file).isNotNull();
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
