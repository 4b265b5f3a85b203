package org.sobre.slurm.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.slurm.command.SlurmAccountingException.Kind;

/** sacct and sacctmgr as they are called, and what becomes of them. */
class SlurmAccountingTest {

  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00.750Z");

  private final List<List<String>> called = new ArrayList<>();

  private SlurmAccounting answering(Ending ending, int status, String out, String err) {
    return new SlurmAccounting(
        (command, environment, deadline) -> {
          called.add(command);
          assertThat(deadline).isEqualTo(DEADLINE);
          boolean reads = command.get(0).equals("sacct");
          assertThat(environment.getOrDefault("SLURM_TIME_FORMAT", "-"))
              .isEqualTo(reads ? "%s" : "-");
          OptionalInt exited =
              ending == Ending.EXITED ? OptionalInt.of(status) : OptionalInt.empty();
          return new ToolResult(command, ending, exited, out, err, DEADLINE);
        });
  }

  @Test
  void asksForEveryStartInSecondsOfNoZone() throws IOException, SlurmAccountingException {
    String answer = Recorded.text("sacct-jobs.txt");
    assertThat(
            answering(Ending.EXITED, 0, answer, "")
                .jobs(NOON, NOON.plusSeconds(60), DEADLINE)
                .jobs())
        .hasSize(5);
    assertThat(called.get(0))
        .as("Commons Exec trims arguments")
        .allSatisfy(word -> assertThat(word).isEqualTo(word.trim()));
    assertThat(called.get(0))
        .contains("--allusers", "--duplicates", "--allocations")
        .contains("--starttime=uts1795348800", "--endtime=uts1795348860");
  }

  @ParameterizedTest
  @CsvSource({
    "NOT_FOUND, ABSENT",
    "NOT_STARTED, ABSENT",
    "TIMED_OUT, SILENT",
    "TOO_MUCH_OUTPUT, TOO_MUCH",
    "EXITED, REFUSED"
  })
  void tellsWhatIsTheMatter(Ending ending, Kind kind) {
    SlurmAccounting slurm = answering(ending, 1, "", "sacct: error: slurmdbd is away\n");
    assertThatThrownBy(() -> slurm.jobs(NOON, NOON, DEADLINE))
        .isInstanceOfSatisfying(
            SlurmAccountingException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    assertThatThrownBy(() -> slurm.comment("12", "energy_j=1", DEADLINE))
        .isInstanceOfSatisfying(
            SlurmAccountingException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  @Test
  void commentsOneStartAlone() throws SlurmAccountingException {
    SlurmAccounting slurm = answering(Ending.EXITED, 0, " Modified jobs...\n  2 submitted\n", "");
    assertThat(slurm.comment("2_1", "energy_j=12 coverage=0.98", DEADLINE)).isTrue();
    assertThat(called)
        .containsExactly(
            List.of(
                "sacctmgr",
                "--immediate",
                "modify",
                "job",
                "where",
                "jobid=2_1",
                "set",
                "AdminComment=energy_j=12 coverage=0.98"));
  }

  @Test
  void readsTheTreeOfAccountsWithoutItsUsers() throws SlurmAccountingException {
    String told =
        "cbp|root||\ncbp|root||root\ncbp|physics|root|\ncbp|physics||ann\ncbp|optics|physics|\n";
    SlurmAccounting slurm = answering(Ending.EXITED, 0, told, "");
    assertThat(slurm.accounts("cbp", DEADLINE))
        .containsExactly(
            new SlurmAccount("cbp", "physics", "root"),
            new SlurmAccount("cbp", "optics", "physics"));
    assertThatThrownBy(
            () -> answering(Ending.EXITED, 0, "cbp|physics\n", "").accounts("cbp", DEADLINE))
        .isInstanceOfSatisfying(
            SlurmAccountingException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREADABLE));
  }

  @Test
  void aSlurmWithoutAccountsIsToldApart() {
    SlurmAccounting slurm =
        answering(Ending.EXITED, 1, "", "Slurm accounting storage is disabled\n");
    assertThatThrownBy(() -> slurm.jobs(NOON, NOON, DEADLINE))
        .isInstanceOfSatisfying(
            SlurmAccountingException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DISABLED));
  }

  @Test
  void aJobThatSlurmDoesNotKnowIsNoFailure() throws SlurmAccountingException {
    SlurmAccounting slurm =
        answering(
            Ending.EXITED,
            1,
            " Nothing modified\n",
            "sacctmgr: accounting_storage/slurmdbd: acct_storage_p_modify_job: Request didn't"
                + " affect anything or your user doesn't have privilege to perform this action\n");
    assertThat(slurm.comment("99", "energy_j=1", DEADLINE)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Energy=1", "energy='1'", "a=1\nb=2", "a=\"1\"", "a=1;b", "é=1"})
  void whatSlurmWouldChangeIsNotWritten(String comment) {
    SlurmAccounting slurm = answering(Ending.EXITED, 0, "", "");
    assertThatThrownBy(() -> slurm.comment("1", comment, DEADLINE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(called).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "1 2", "1,2", "1 set Account=x", "-1", "1_2_3"})
  void oneJobIsNamedOrNone(String name) {
    SlurmAccounting slurm = answering(Ending.EXITED, 0, "", "");
    assertThatThrownBy(() -> slurm.comment(name, "energy_j=1", DEADLINE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(called).isEmpty();
  }
}
