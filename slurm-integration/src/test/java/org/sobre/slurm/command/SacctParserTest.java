package org.sobre.slurm.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** sacct's records, as a real one printed them. */
class SacctParserTest {

  private static List<AccountedJob> jobs() throws IOException {
    return SacctParser.parse(Recorded.text("sacct-jobs.txt")).jobs();
  }

  private static String record(String... changes) {
    String[] fields = {
      "cbp",
      "7",
      "7",
      "ann",
      "1001",
      "lab",
      "COMPLETED",
      "100",
      "110",
      "120",
      "10",
      "cpu=1",
      "",
      "1",
      "main",
      ""
    };
    for (int i = 0; i < changes.length; i += 2) {
      fields[Integer.parseInt(changes[i])] = changes[i + 1];
    }
    return String.join(SacctParser.SEPARATOR, fields) + "\n";
  }

  private static AccountedJob job(String... changes) {
    return SacctParser.parse(record(changes)).jobs().get(0);
  }

  @Test
  void readsAJobWithAGpu() throws IOException {
    assertThat(jobs().get(0))
        .isEqualTo(
            new AccountedJob(
                "cbp",
                1,
                "1",
                Optional.of("alice"),
                1001,
                Optional.of("lab1"),
                "COMPLETED",
                Instant.ofEpochSecond(1_795_318_546),
                Optional.of(Instant.ofEpochSecond(1_795_318_549)),
                Optional.of(Instant.ofEpochSecond(1_795_318_550)),
                Duration.ofSeconds(1),
                "billing=1,cpu=1,gres/gpu=1,mem=100M,node=1",
                OptionalInt.of(1),
                1,
                Optional.of("main"),
                Optional.of("js1:h4si|x\nsecond line")));
  }

  @Test
  void aTaskOfAnArrayHasItsOwnNumberAndName() throws IOException {
    assertThat(jobs())
        .extracting(AccountedJob::name, AccountedJob::id)
        .contains(
            org.assertj.core.groups.Tuple.tuple("2_1", 5L),
            org.assertj.core.groups.Tuple.tuple("2_2", 2L));
  }

  @Test
  void everyRecordIsReadOnceWhateverStandsInComments() throws IOException {
    assertThat(jobs()).extracting(AccountedJob::id).containsExactly(1L, 3L, 4L, 5L, 2L);
  }

  @Test
  void whatDidNotStartHasNoTimes() {
    AccountedJob pending = job("8", "Unknown", "9", "Unknown", "10", "0", "6", "PENDING");
    assertThat(pending.start()).isEmpty();
    assertThat(pending.hasRun()).isFalse();
    assertThat(pending.hasEnded()).isFalse();
    assertThat(job("8", "None", "10", "0").start()).isEmpty();
    assertThat(job().hasRun()).isTrue();
    assertThat(job("10", "0").hasRun()).as("no time that anybody could have seen").isFalse();
  }

  @Test
  void theStateIsItsFirstWord() {
    assertThat(job("6", "CANCELLED by 1001").state()).isEqualTo("CANCELLED");
  }

  @Test
  void gpusAreThoseOfAllTypes() {
    assertThat(job("12", "cpu=2,gres/gpu:a100=1,gres/gpu=3,node=1").gpus()).hasValue(3);
    assertThat(job("12", "gres/gpu:a100=1").gpus()).isEmpty();
    assertThat(job().gpus()).isEmpty();
  }

  @Test
  void oneOddRecordHidesNoOther() {
    String odd =
        record("1", "8", "2", "8", "10", "-50")
            + record("4", "")
            + record("1", "x")
            + record("7", "Unknown");
    AccountedJobs told = SacctParser.parse(record() + odd + record("1", "9", "2", "9"));
    assertThat(told.jobs()).extracting(AccountedJob::id).containsExactly(7L, 9L);
    assertThat(told.leftOut())
        .hasSize(4)
        .allSatisfy(why -> assertThat(why).contains("expected"))
        .first()
        .asString()
        .contains("job 8", "PT-50S");
  }

  @Test
  void saysWhatItExpected() {
    assertThatThrownBy(() -> SacctParser.parse("sacct: error: no"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
    assertThat(SacctParser.parse("").jobs()).isEmpty();
  }
}
