package org.sobre.hardware.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts that are no configuration, or look like one and are not: each is said in a line. */
class YamlTrapsTest {

  @TempDir private Path directory;

  @Test
  void aTabIsNamed() {
    assertThat(problems("slurm:\n\tcontroller: c\n"))
        .containsExactly(
            "t.yaml:2:1: not valid YAML: a tab before a word; YAML is indented with blanks only");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "slurm: [ | t.yaml:1:9: not valid YAML: ",
        "'a: b: c' | t.yaml:1:5: not valid YAML: ",
        "a: *nobody | t.yaml:1:4: not valid YAML: ",
        "- a | t.yaml:1:1: expected a mapping of keys to values at the top, found a list",
        "word | t.yaml:1:1: expected a mapping of keys to values at the top, found \"word\"",
        "[a]: 1 | t.yaml:1:1: a key must be a plain word",
      })
  void whatIsNoMappingIsPlaced(String text, String expected) {
    assertThat(problems(text)).anySatisfy(problem -> assertThat(problem).startsWith(expected));
  }

  /** {@code 0,21} of a French site is in a flow mapping a 0 and a key of 21. */
  @Test
  void aDecimalCommaIsNamed() {
    Problems problems = new Problems();
    YamlSection top =
        YamlDocument.parse("t.yaml", "a: {value: 0,21}\nb: 21,7\nc: {value: x,21}\n", problems);
    for (String key : List.of("a", "c")) {
      YamlSection below = top.section(key);
      below.string("value");
      below.refuseUnknownKeys();
    }
    top.number("b", 0, 100);
    assertThat(problems.all())
        .extracting(Problem::toString)
        .containsExactly(
            "t.yaml:1:14: a.21: unknown key: a decimal point, not a comma? write value: 0.21",
            "t.yaml:2:1: b: expected a number from 0 to 100, found \"21,7\"; a decimal point, not a"
                + " comma?",
            "t.yaml:3:14: c.21: unknown key (known here: value)");
  }

  @Test
  void twoDocumentsInAFileAreRefused() {
    assertThat(problems("a: 1\n---\nb: 2\n")).hasSize(1);
  }

  @Test
  void aKeyThatStandsTwiceHasBothItsLines() {
    assertThat(problems("meters: {}\ncluster: a\nmeters: {}\n"))
        .containsExactly(
            "t.yaml:3:1: meters: this key stands a second time, first in line 1; the first counts,"
                + " remove one");
  }

  @Test
  void aBillionLaughsAreFew() {
    StringBuilder text = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 30; i++) {
      text.append("a").append(i).append(": &a").append(i).append(" [");
      text.append("*a").append(i - 1).append(", *a").append(i - 1).append("]\n");
    }
    assertThat(problems(text.toString())).isNotEmpty();
  }

  @Test
  void aMappingThatHoldsItselfEnds() {
    SobreConfig config = SobreConfig.parse("t.yaml", "slurm: &s {controller: c, more: *s}\n");
    config.slurm().string("controller");
    config.slurm().refuseUnknownKeys();
    assertThat(config.problems().all()).extracting(Problem::key).containsExactly("slurm.more");
  }

  @Test
  void deepNestingIsRefused() {
    assertThat(problems("a: " + "[".repeat(100_000))).hasSize(1);
  }

  @Test
  void anUnprintableCharacterIsPlaced() {
    assertThat(problems("a: 1\nb: x\u0007y\n"))
        .containsExactly("t.yaml:1:1: not a text: character U+7 in line 2");
  }

  @Test
  void theMarkOfWindowsEditorsAndTheirLineEndsAreNoProblem() throws IOException {
    Path file = directory.resolve("w.yaml");
    Files.writeString(file, "\uFEFFschema: sobre/1\r\ncluster: cbp\r\n");
    Problems problems = new Problems();
    assertThat(YamlDocument.read(file, problems).string("cluster")).contains("cbp");
    assertThat(problems.isEmpty()).isTrue();
  }

  @Test
  void otherBytesAndTooManyAreRefusedAndAnEmptyFileIsNot() throws IOException {
    assertThat(problems("a: b\n# né\ncluster: é\n".getBytes(StandardCharsets.ISO_8859_1)))
        .containsExactly(
            "expected a text in UTF-8, found other bytes in line 2: save it as UTF-8 (from Latin-1:"
                + " iconv -f LATIN1 -t UTF-8)");
    assertThat(problems(new byte[] {'a', ':', '\n', (byte) 0xc3}))
        .as("cut short")
        .singleElement()
        .asString()
        .contains("in line 2");
    assertThat(problems("# ".repeat(600_000).getBytes(StandardCharsets.UTF_8)))
        .containsExactly("expected at most 1 MiB of YAML, found 1200000 B");
    assertThat(problems(new byte[0])).isEmpty();
  }

  @Test
  void aLongOrMovingValueIsShownShort() {
    assertThat(problems("timeZone: \"\\e[31m" + "x".repeat(1000) + "\"\n"))
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem).hasSizeLessThan(140).doesNotContain("\u001b").contains("…"));
  }

  @ParameterizedTest
  @CsvSource({
    "16MiB,16777216",
    "2 GB,2000000000",
    "1kB,1000",
    "3KiB,3072",
    "4GiB,4294967296",
    "7B,7",
    "5MB,5000000"
  })
  void readsAmountsOfMemory(String text, long bytes) {
    assertThat(ScalarText.memorySize(text))
        .hasValueSatisfying(m -> assertThat(m.bytes()).isEqualTo(bytes));
  }

  @ParameterizedTest
  @CsvSource({
    "ctl,true,false", "ctl:6817,true,true", "ctl:65535,true,true", "ctl:0,false,false",
    "ctl:99999,false,false", "ctl:,false,false", "-x:1,false,false", "ctl,false,true",
    "[::1]:6817,true,true", "ctl:6817:1,false,false"
  })
  void readsHostAndPort(String text, boolean portNeeded, boolean expected) {
    assertThat(ScalarText.isHostAndPort(text, portNeeded)).isEqualTo(expected);
  }

  @Test
  void periodsAndPercentages() {
    assertThat(List.of("24mo", "2y", "90d")).allMatch(t -> ScalarText.period(t).isPresent());
    assertThat(List.of("24", "-1y", "2w")).allMatch(t -> ScalarText.period(t).isEmpty());
    assertThat(ScalarText.percentage("10%")).contains(0.1);
    assertThat(List.of("10", "101%", "-1%")).allMatch(t -> ScalarText.percentage(t).isEmpty());
  }

  @Test
  void aDirectoryIsAnErrorOfInput() {
    assertThatThrownBy(() -> YamlDocument.read(directory, new Problems()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("found a directory");
  }

  private static List<String> problems(String text) {
    return SobreConfig.parse("t.yaml", text).problems().all().stream()
        .filter(problem -> !problem.message().startsWith("unknown key"))
        .map(Problem::toString)
        .toList();
  }

  private List<String> problems(byte[] bytes) throws IOException {
    Path file = Files.write(directory.resolve("bytes.yaml"), bytes);
    Problems problems = new Problems();
    YamlDocument.read(file, problems);
    return problems.all().stream().map(Problem::message).toList();
  }
}
