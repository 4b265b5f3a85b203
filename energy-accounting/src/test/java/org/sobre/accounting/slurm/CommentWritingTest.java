package org.sobre.accounting.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.accounting.slurm.CommentList.Entry;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.slurm.command.SlurmAccounting;

/** What is written into Slurm's accounting, and what is left alone. */
class CommentWritingTest {

  private static final long T = 1_795_000_000;
  private static final Duration AT_MOST = Duration.ofSeconds(50);

  @TempDir Path root;
  private final ScriptedSlurm slurm = new ScriptedSlurm();

  private static Entry entry(String name, long submit, String words) {
    return new Entry(
        Instant.ofEpochSecond(T + submit), Instant.ofEpochSecond(T + 500), name, "sobre:" + words);
  }

  private CommentWriting.Result write(List<Entry> due, Set<Entry> done, int most) {
    Clock clock = Clock.fixed(Instant.ofEpochSecond(T + 1_000), ZoneOffset.UTC);
    return new CommentWriting(new SlurmAccounting(slurm), clock).write(due, done, most, AT_MOST);
  }

  private List<String> written() {
    return slurm.calls("sacctmgr").stream()
        .map(call -> call.get(5).substring("jobid=".length()) + " " + call.get(7))
        .toList();
  }

  @Test
  void eachJobByItsOwnName() {
    slurm.job("5", "2_1", "lab", T, T + 10, T + 500, "");
    slurm.job(
        "2",
        "2_2",
        "lab",
        T,
        T + 10,
        T + 500,
        "sobre:wh=0.900 kwh=0.000900 quality=counter coverage=1.0000 nodes=1");
    CommentWriting.Result result =
        write(List.of(entry("2_1", 0, "wh=1.000"), entry("2_2", 0, "wh=2.000")), Set.of(), 10);
    assertThat(written())
        .containsExactly("2_1 AdminComment=sobre:wh=1.000", "2_2 AdminComment=sobre:wh=2.000");
    assertThat(result.written()).isEqualTo(2);
    assertThat(result.settled()).hasSize(2);
  }

  @Test
  void somebodyElsesWordAndWhatStandsAlreadyAreLeft() {
    slurm.job("1", "1", "lab", T, T + 10, T + 500, "paid by grant 7");
    slurm.job("2", "2", "lab", T, T + 10, T + 500, "sobre:wh=2.000");
    slurm.job("3", "3", "lab", T + 200, T + 210, 0, "");
    slurm.job("4", "4", "lab", T, T + 10, T + 20, "");
    slurm.job("4", "4", "lab", T + 30, T + 40, T + 500, "");
    CommentWriting.Result result =
        write(
            List.of(
                entry("1", 0, "wh=1.000"),
                entry("2", 0, "wh=2.000"),
                entry("3", 0, "wh=3.000"),
                entry("4", 0, "wh=4.000"),
                entry("9", 0, "wh=9.000")),
            Set.of(),
            10);
    assertThat(written()).as("not the second start of 4 either").isEmpty();
    assertThat(result.foreign()).isEqualTo(1);
    assertThat(result.settled()).hasSize(5);
  }

  @Test
  void whatSomebodyAddedToOursIsHis() {
    slurm.job("1", "1", "lab", T, T + 10, T + 500, "sobre:wh=277.778 refunded by Mme Martin");
    slurm.job(
        "2",
        "2",
        "lab",
        T,
        T + 10,
        T + 500,
        "sobre:wh=1.000 kwh=0.001000 quality=counter coverage=1.0000 nodes=1, do not bill");
    CommentWriting.Result result =
        write(List.of(entry("1", 0, "wh=1.000"), entry("2", 0, "wh=2.000")), Set.of(), 10);
    assertThat(written()).isEmpty();
    assertThat(result.foreign()).isEqualTo(2);
  }

  /** An admin writes while the others are written. */
  @Test
  void slurmIsAskedAnewForEachTen() {
    List<Entry> due = new ArrayList<>();
    for (int id = 1; id <= 11; id++) {
      slurm.job("" + id, "" + id, "lab", T, T + 10, T + 500, "");
      due.add(entry("" + id, 0, "wh=1.000"));
    }
    slurm.whenCalled =
        () -> {
          if (slurm.calls("sacctmgr").size() == 5) {
            slurm.records.remove(10);
            slurm.job("11", "11", "lab", T, T + 10, T + 500, "paid");
            slurm.whenCalled = () -> {};
          }
        };
    CommentWriting.Result result = write(due, Set.of(), 200);
    assertThat(result.written()).isEqualTo(10);
    assertThat(result.foreign()).isEqualTo(1);
    assertThat(slurm.calls("sacct")).hasSize(2);
  }

  @Test
  void soManyAtATimeAndNothingTwice() {
    List<Entry> due = List.of(entry("3", 0, "wh=3.000"), entry("2", 0, "wh=2.000"));
    slurm.job("2", "2", "lab", T, T + 10, T + 500, "");
    slurm.job("3", "3", "lab", T, T + 10, T + 500, "");
    CommentWriting.Result first = write(due, Set.of(), 1);
    assertThat(written()).containsExactly("3 AdminComment=sobre:wh=3.000");
    CommentWriting.Result second = write(due, Set.copyOf(first.settled()), 1);
    assertThat(second.settled()).containsExactly(due.get(1));
    slurm.called.clear();
    write(due, Set.copyOf(due), 1);
    assertThat(slurm.called).as("nothing is due: nobody is asked").isEmpty();
  }

  @Test
  void aSlurmThatIsAwayIsSaidAndAskedAgainNextTime() {
    slurm.ending = Ending.TIMED_OUT;
    CommentWriting.Result result = write(List.of(entry("3", 0, "wh=3.000")), Set.of(), 10);
    assertThat(result.trouble()).hasValueSatisfying(why -> assertThat(why).contains("slurmdbd"));
    assertThat(result.settled()).isEmpty();
  }

  @Test
  void theListIsReadAsItWasWritten() throws IOException {
    Path file = root.resolve("comments");
    assertThat(CommentList.read(file)).isEmpty();
    List<Entry> due = List.of(entry("2_1", 0, "wh=1.000 quality=counter"), entry("7+0", 3, "a=1"));
    CommentList.write(file, due);
    assertThat(CommentList.read(file)).contains(due);
    Files.writeString(file, "# sobre-comments/1\n1\t2\t3\tnot ours\n");
    assertThatThrownBy(() -> CommentList.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }
}
