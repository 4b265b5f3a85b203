package org.sobre.slurm.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.slurm.command.ScontrolException.Kind;

class ScontrolTest {

  private static final Duration DEADLINE = Duration.ofSeconds(3);

  @Test
  void tellsScontrolWhereTheControllerIs() throws IOException, ScontrolException {
    String answer = Recorded.text("node-idle.txt");
    Scontrol scontrol =
        new Scontrol(
            (command, environment, deadline) -> {
              assertThat(command).containsExactly("scontrol", "show", "node", "n1");
              assertThat(environment).isEqualTo(Map.of("SLURM_CONF_SERVER", "ctl:6817"));
              assertThat(deadline).isEqualTo(DEADLINE);
              return exited(command, 0, answer, "");
            },
            "ctl:6817");
    assertThat(scontrol.showNode("n1", DEADLINE)).contains(NodeRecord.parse(answer));
  }

  /** Answers of 22.05.8, each with its exit status 1. */
  @Test
  void tellsAnUnknownNodeFromABusyOneAndFromARefusal() throws ScontrolException {
    assertThat(answering("Node n1 not found\n", "").showNode("n1", DEADLINE)).isEmpty();
    assertKind(
        Kind.BUSY,
        answering(
            "",
            """
            scontrol: error: failed to delete nodes n1
            delete_node nodename=n1: Requested nodes are busy
            """));
    assertKind(
        Kind.REFUSED,
        answering(
            "",
            """
            scontrol: error: failed to delete nodes n9
            delete_node nodename=n9: Invalid node name specified
            """));
    assertKind(
        Kind.UNREACHABLE,
        answering(
            "", "slurm_load_node error: Unable to contact slurm controller (connect failure)"));
  }

  @Test
  void aControllerThatIsAwayIsSaidInASentence() {
    Scontrol scontrol =
        new Scontrol(
            (command, environment, deadline) ->
                new ToolResult(
                    command,
                    Ending.TIMED_OUT,
                    OptionalInt.empty(),
                    "",
                    "",
                    Duration.ofMillis(3009)),
            "ctl:6817");
    assertThatThrownBy(() -> scontrol.showNode("n1", DEADLINE))
        .isInstanceOf(ScontrolException.class)
        .hasMessage(
            "the controller at ctl:6817 did not answer within 3.0 s (scontrol show node n1)");
  }

  /** Of a deadline for all calls the last may get what is left. */
  @Test
  void aCallThatHadNoTimeIsNotBlamedOnTheController() {
    Scontrol scontrol =
        new Scontrol(
            (command, environment, deadline) ->
                new ToolResult(
                    command, Ending.TIMED_OUT, OptionalInt.empty(), "", "", Duration.ofMillis(5)),
            "ctl:6817");
    assertThatThrownBy(() -> scontrol.showNode("n1", DEADLINE))
        .hasMessageContaining(
            "did not answer in the little time that was left to ask it (scontrol");
  }

  @Test
  void aFloodIsNotRepeated() {
    assertThatThrownBy(() -> answering("x\n".repeat(1 << 20), "").showNode("n1", DEADLINE))
        .isInstanceOfSatisfying(
            ScontrolException.class,
            e -> assertThat(String.valueOf(e.getMessage())).hasSizeLessThan(2500));
  }

  private static void assertKind(Kind kind, Scontrol scontrol) {
    assertThatThrownBy(() -> scontrol.deleteNode("n1", DEADLINE))
        .isInstanceOfSatisfying(ScontrolException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  private static Scontrol answering(String stdout, String stderr) {
    return new Scontrol(
        (command, environment, deadline) -> exited(command, 1, stdout, stderr), "ctl:6817");
  }

  private static ToolResult exited(List<String> command, int status, String stdout, String stderr) {
    return new ToolResult(
        command, Ending.EXITED, OptionalInt.of(status), stdout, stderr, Duration.ofMillis(5));
  }
}
