package org.sobre.energy.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.units.Energy;

final class LedgerCodecTest {

  static List<String> examples() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(LedgerCodecTest.class.getResourceAsStream("examples.jsonl"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  static IntStream seeds() {
    return IntStream.range(0, 500);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void writesTheDocumentedLinesToTheLetter(String example) throws LedgerFormatException {
    assertThat(LedgerCodec.encode(LedgerCodec.decode(example))).isEqualTo(example);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void readsBackWhatItWrote(int seed) throws LedgerFormatException {
    LineHeader header =
        seed % 5 == 0
            ? new LineHeader("cbp", "n1", "boot", 1, Optional.empty())
            : new LineHeader("cbp", "n1", "boot", 2 + seed, Optional.of("0011223344556677"));
    LedgerLine line = new RandomLines(seed).line(header);
    String text = LedgerCodec.encode(line);
    assertThat(text).doesNotContain("\n");
    assertThat(LedgerCodec.decode(text)).isEqualTo(line);
  }

  @Test
  void keepsAbsentAndZeroApart() throws Exception {
    BalanceLine balance = (BalanceLine) LedgerCodec.decode(examples().get(2));
    BalanceLine.MeterBalance meter = balance.meters().get(0);
    assertThat(meter.total().of(Quality.COUNTER)).isEqualTo(Energy.ofMicrojoules(790_000_000));
    assertThat(meter.unknown()).isEqualTo(EnergyByQuality.NONE);
    assertThat(meter.accounted()).isEqualTo(meter.total());
    JobLine job = (JobLine) LedgerCodec.decode(examples().get(3));
    assertThat(job.energy().get(1).missing()).contains("no-permission");
    assertThat(job.energy().get(1).idle()).isEmpty();
    assertThat(job.declared().orElseThrow().tokensIn()).isEmpty();
  }

  @Test
  void ignoresKeysOfLaterMinorVersions() throws Exception {
    String known = examples().get(3);
    String later = known.replace("\"use\":", "\"ofLater\":[{\"device\":\"GPU-5c1f\"}],\"use\":");
    assertThat(later).isNotEqualTo(known);
    assertThat(LedgerCodec.decode(later)).isEqualTo(LedgerCodec.decode(known));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"v\":1|\"v\":2|v: expected 1, found 2",
        "\"kind\":\"job\"|\"kind\":\"jobb\"|kind: expected boot, balance or job, found \"jobb\"",
        "\"seq\":118|\"seq\":\"118\"|seq: expected a whole number, found 118",
        "\"seq\":118|\"seq\":0|seq must be 1 or more",
        "\"seq\":118,|``|seq: this key is required and missing",
        "\"counter\":1170000000|\"counter\":-3|energy must not be negative",
        "\"counter\":1170000000|\"counter\":1.5|expected a whole number, found 1.5",
        "\"counter\":1170000000|\"guessed\":3|expected the qualities counter, sampled, modelled, found \"guessed\"",
        "\"part\":\"gpu\"|\"part\":\"tpu\"|part: expected one of gpu, cpu-package, dram, node, found \"tpu\"",
        "\"fraction\":1.0|\"fraction\":1.5|fraction: expected above 0 and at most 1",
        "\"endFrom\":\"epilog\"|\"endFrom\":\"?\"|endFrom: expected a word of small letters and dashes, found \"?\"",
        "\"end\":\"2026-11-20T15:00:00Z\"|\"end\":\"today\"|end: expected an instant as 2026-11-20T14:00:00Z",
        "\"uid\":1203|\"uid\":-1|uid: expected 0 to",
      })
  void namesWhatIsWrong(String from, String to, String message) throws IOException {
    String broken = examples().get(3).replace(from, to == null ? "" : to);
    assertThatThrownBy(() -> LedgerCodec.decode(broken))
        .isInstanceOf(LedgerFormatException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 40, 400, 1000})
  void refusesALineCutShort(int length) throws IOException {
    String cut = examples().get(3).substring(0, length);
    assertThatThrownBy(() -> LedgerCodec.decode(cut)).isInstanceOf(LedgerFormatException.class);
  }

  @Test
  void refusesTwoLinesInOne() throws IOException {
    String glued = examples().get(2) + examples().get(3);
    assertThatThrownBy(() -> LedgerCodec.decode(glued)).isInstanceOf(LedgerFormatException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"+999999999-12-31T23:59:59Z", "-000001-01-01T00:00:00Z"})
  void refusesATimeThatNoNodeHas(String at) {
    String line =
        "{\"v\":1,\"kind\":\"boot\",\"cluster\":\"c\",\"node\":\"n\",\"boot\":\"b\",\"seq\":1,\"at\":\""
            + at
            + "\"}";
    assertThatThrownBy(() -> LedgerCodec.decode(line))
        .isInstanceOf(LedgerFormatException.class)
        .hasMessageStartingWith("at: expected");
  }

  @Test
  void refusesNestingWithoutEnd() {
    assertThatThrownBy(() -> LedgerCodec.decode("{\"v\":" + "[".repeat(1_000_000)))
        .isInstanceOf(LedgerFormatException.class);
  }

  @Test
  void hashesAsSha256sumDoes() {
    // printf abc | sha256sum
    assertThat(LedgerCodec.hash("abc")).isEqualTo("ba7816bf8f01cfea");
  }
}
