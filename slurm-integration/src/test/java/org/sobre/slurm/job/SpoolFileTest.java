package org.sobre.slurm.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SpoolFileTest {

  private static final String BEGIN =
      """
      v=1
      job=12345
      restart=2
      uptime=81234.56
      uid=1203
      user=alice
      account=lab1
      partition=gpu
      gpus=0,3
      cpus=8
      later=ignored
      complete=1
      """;
  private static final String END =
      """
      v=1
      job=12345
      restart=2
      uptime=81300.01
      waitstatus=768
      complete=1
      """;

  @Test
  void readsABegin() throws SpoolFormatException {
    assertThat(SpoolFile.parse("12345.2.begin", BEGIN))
        .isEqualTo(
            new SpoolRecord.Begin(
                new JobFacts(
                    new JobKey(12345, 2),
                    "alice",
                    1203,
                    Optional.of("lab1"),
                    Optional.of("gpu"),
                    List.of(0, 3),
                    8),
                81_234_560_000_000L));
  }

  @Test
  void readsAnEnd() throws SpoolFormatException {
    assertThat(SpoolFile.parse("12345.2.end", END))
        .isEqualTo(
            new SpoolRecord.End(new JobKey(12345, 2), 81_300_010_000_000L, OptionalInt.of(768)));
  }

  @Test
  void aSluidIsOneOfSlurmsOrNone() throws SpoolFormatException {
    assertThat(sluid("sC1VJ9WG5Z0100")).contains("sC1VJ9WG5Z0100");
    assertThat(sluid("")).isEmpty();
    assertThat(sluid("no such id")).as("a job without one is metered all the same").isEmpty();
  }

  private static Optional<String> sluid(String value) throws SpoolFormatException {
    String text = BEGIN.replace("later=ignored", "sluid=" + value);
    return ((SpoolRecord.Begin) SpoolFile.parse("12345.2.begin", text)).facts().sluid();
  }

  @Test
  void emptyValuesAreAbsentOnes() throws SpoolFormatException {
    String text =
        BEGIN
            .replace("account=lab1", "account=")
            .replace("user=alice", "user=")
            .replace("gpus=0,3", "gpus=")
            .replace("cpus=8", "cpus=");
    JobFacts facts = ((SpoolRecord.Begin) SpoolFile.parse("12345.2.begin", text)).facts();
    assertThat(facts.account()).isEmpty();
    assertThat(facts.user()).as("the uid stands for a user without a name").isEqualTo("1203");
    assertThat(facts.gpuPositions()).isEmpty();
    assertThat(facts.cpus()).isZero();
  }

  @Test
  void anExitCodeThatSlurmDoesNotHaveYetIsAbsent() throws SpoolFormatException {
    String text = END.replace("768", "4294967294");
    assertThat(((SpoolRecord.End) SpoolFile.parse("12345.2.end", text)).waitStatus()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "8            | n[1-2] | n2 | 8",
        "8(x3)        | ''     | n2 | 8",
        "2,1          | n[1-2] | n1 | 2",
        "2,1          | n[1-2] | n2 | 1",
        "4(x2),16     | a,b[08-09] | b09 | 16",
        "2,1          | ''     | n2 | 0",
        "2,1          | n[1-2] | n7 | 0",
        "many         | n[1-2] | n1 | 0",
      })
  void takesThisNodesCpusOutOfTheJobsList(String cpus, String nodes, String node, int expected)
      throws SpoolFormatException {
    String text =
        BEGIN
            .replace("cpus=8", "cpus=" + cpus.strip())
            .replace("later=ignored", "nodes=" + nodes.strip() + "\nnode=" + node.strip());
    JobFacts facts = ((SpoolRecord.Begin) SpoolFile.parse("12345.2.begin", text)).facts();
    assertThat(facts.cpus()).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("damages")
  void refusesByName(String line, String instead, String message) {
    assertThat(BEGIN).contains(line);
    assertThatThrownBy(() -> SpoolFile.parse("12345.2.begin", BEGIN.replace(line, instead)))
        .isInstanceOf(SpoolFormatException.class)
        .hasMessageContaining(message);
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        Arguments.of("complete=1\n", "", "last line to be complete=1"),
        Arguments.of("complete=1\n", "complete=1\nmore=1\n", "last line to be complete=1"),
        Arguments.of("v=1", "v=2", "expected version 1, found 2"),
        Arguments.of("job=12345", "job=12346", "the name says run 12345.2, the keys 12346.2"),
        Arguments.of("job=12345", "job=0", "expected a job id"),
        Arguments.of("uptime=81234.56", "uptime=", "uptime: this key is required and missing"),
        Arguments.of("uptime=81234.56", "uptime=soon", "uptime: expected seconds"),
        Arguments.of("uid=1203", "uid=", "uid: this key is required and missing"),
        Arguments.of("uid=1203", "uid=4294967295", "uid: expected a whole number"),
        Arguments.of("gpus=0,3", "gpus=0,,3", "gpus: expected positions"),
        Arguments.of("later=ignored", "a word", "expected key=value in every line"),
        Arguments.of("later=ignored", "uid=0", "uid: this key stands twice"));
  }

  @Test
  void refusesWhatIsTooLong() {
    String text = BEGIN.replace("later=ignored", "later=" + "x".repeat(SpoolFile.MAX_BYTES));
    assertThatThrownBy(() -> SpoolFile.parse("12345.2.begin", text))
        .hasMessageContaining("at most 4096 bytes");
  }

  @Test
  void everyPrefixOfAFileIsRefused() {
    for (int length = 0; length < BEGIN.length(); length++) {
      String cut = BEGIN.substring(0, length);
      assertThatThrownBy(() -> SpoolFile.parse("12345.2.begin", cut))
          .as("cut after %d characters", length)
          .isInstanceOf(SpoolFormatException.class);
    }
  }
}
