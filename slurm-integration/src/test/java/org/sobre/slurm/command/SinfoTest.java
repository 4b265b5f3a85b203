package org.sobre.slurm.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.slurm.command.SinfoException.Kind;

/** sinfo as it is called, and what becomes of it. */
class SinfoTest {

  private static final Duration DEADLINE = Duration.ofSeconds(3);

  @Test
  void asksForWholeValuesAndSaysWhereTheControllerIs() throws IOException, SinfoException {
    String answer = Recorded.text("sinfo-idle.txt");
    Sinfo sinfo =
        new Sinfo(
            (command, environment, deadline) -> {
              assertThat(command)
                  .containsExactly(
                      "sinfo",
                      "-h",
                      "-N",
                      "-O",
                      "NodeList:0|,StateCompact:0|,Partition:0|,Available:0|,Gres:0|,GresUsed:0|,"
                          + "Features:0|");
              assertThat(environment).isEqualTo(Map.of("SLURM_CONF_SERVER", "ctl:6817"));
              assertThat(deadline).isEqualTo(DEADLINE);
              return result(command, Ending.EXITED, 0, answer, "");
            },
            Optional.of("ctl:6817"));
    assertThat(sinfo.nodes(DEADLINE)).hasSize(4);
  }

  @Test
  void withoutAControllerNothingIsAddedToTheEnvironment() throws SinfoException {
    Sinfo sinfo =
        new Sinfo(
            (command, environment, deadline) -> {
              assertThat(environment).isEmpty();
              return result(command, Ending.EXITED, 0, "", "");
            },
            Optional.empty());
    assertThat(sinfo.nodes(DEADLINE)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "NOT_FOUND, ABSENT",
    "NOT_STARTED, ABSENT",
    "TIMED_OUT, SILENT",
    "TOO_MUCH_OUTPUT, UNREADABLE",
    "EXITED, REFUSED"
  })
  void tellsWhatIsTheMatter(Ending ending, Kind kind) {
    assertThatThrownBy(
            () -> answering(ending, 1, "", "slurm_load_node: no\nsecond\n").nodes(DEADLINE))
        .isInstanceOfSatisfying(SinfoException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  @Test
  void repeatsWhatSinfoSaidInOneLineAndNotAFlood() {
    assertThatThrownBy(() -> answering(Ending.EXITED, 1, "", "one\ntwo\n").nodes(DEADLINE))
        .hasMessage("one; two");
    assertThatThrownBy(() -> answering(Ending.EXITED, 0, "x".repeat(1 << 20), "").nodes(DEADLINE))
        .isInstanceOfSatisfying(
            SinfoException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.UNREADABLE);
              assertThat(String.valueOf(e.getMessage())).hasSize(500);
            });
  }

  private static Sinfo answering(Ending ending, int status, String out, String err) {
    return new Sinfo(
        (command, environment, deadline) -> result(command, ending, status, out, err),
        Optional.empty());
  }

  private static ToolResult result(
      List<String> command, Ending ending, int status, String out, String err) {
    OptionalInt exited = ending == Ending.EXITED ? OptionalInt.of(status) : OptionalInt.empty();
    return new ToolResult(command, ending, exited, out, err, Duration.ZERO);
  }
}
