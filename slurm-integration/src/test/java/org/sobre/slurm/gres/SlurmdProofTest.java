package org.sobre.slurm.gres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.slurm.gres.SlurmdProof.Outcome;
import org.sobre.slurm.gres.SlurmdProof.Verdict;
import org.sobre.slurm.node.GresEntry;

/** With a slurmd that answers what Debian's 22.05.8 was seen to answer. */
class SlurmdProofTest {

  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final String ZERO =
      "slurmd-gpu1: Gres Name=gpu Type=a Count=1 Index=0 ID=7696487 File=/dev/zero (null)\n";
  private static final String FULL =
      "slurmd-gpu1: Gres Name=gpu Type=a Count=1 Index=0 ID=7696487 File=/dev/full (null)\n";

  private final List<List<String>> asked = new ArrayList<>();

  @Test
  void slurmdReadsWhatWasMeant() {
    Verdict verdict = proof(answers(0, ZERO + FULL)).verdict(two(), DEADLINE);
    assertThat(verdict).isEqualTo(new Verdict(Outcome.READ, ""));
    assertThat(asked)
        .singleElement()
        .satisfies(
            command ->
                assertThat(command)
                    .startsWith("slurmd", "-G", "-Z", "-N", "gpu1", "-f")
                    .endsWith("--conf", "Gres=gpu:a:2 Feature=x"));
  }

  @Test
  void anotherOrderIsRefusedWithThePosition() {
    assertThat(proof(answers(0, FULL + ZERO)).verdict(two(), DEADLINE).refusal())
        .contains("position 0: expected Type=a File=/dev/zero, slurmd reads Type=a File=/dev/full");
  }

  @Test
  void aGpuTooFewOrTooManyIsRefused() {
    assertThat(proof(answers(0, ZERO)).verdict(two(), DEADLINE).refusal())
        .contains("position 1: expected Type=a File=/dev/full, slurmd reads no GPU");
    assertThat(proof(answers(0, ZERO + FULL + ZERO)).verdict(two(), DEADLINE).refusal())
        .contains("position 2: expected no GPU, slurmd reads Type=a File=/dev/zero");
  }

  @Test
  void whatSlurmdDiesOfIsRefusedInItsOwnWords() {
    String fatal = "slurmd-gpu1: error: gpu duplicate device file name (/dev/zero)\n";
    assertThat(proof(answers(1, fatal)).verdict(two(), DEADLINE).refusal())
        .contains("slurmd -G: gpu duplicate device file name (/dev/zero)");
  }

  /** A node must not lose its GPUs because of what slurmd says without them too. */
  @Test
  void aSlurmdThatFailsInAnyCaseRefusesNothing() {
    ToolRunner broken = (command, environment, deadline) -> ended(command, 1, "fatal: no cgroup\n");
    Verdict verdict = proof(broken).verdict(two(), DEADLINE);
    assertThat(verdict.outcome()).isEqualTo(Outcome.NOT_TRIED);
    assertThat(verdict.detail()).contains("without any gres too", "fatal: no cgroup");
    assertThat(proof(broken).verdict(two(), DEADLINE).refusal()).isEmpty();
  }

  @Test
  void ofOneThatSaysNothingItsStatusIsTold() {
    ToolRunner mute = (command, environment, deadline) -> ended(command, 1, "");
    assertThat(proof(mute).verdict(two(), DEADLINE).detail())
        .endsWith("without any gres too: it says nothing, exit status 1");
  }

  /** It would hang at its start too, and the node with it. */
  @Test
  void aSlurmdThatHangsOnTheGpusAloneIsRefused() {
    List<Duration> given = new ArrayList<>();
    ToolRunner hanging =
        (command, environment, deadline) -> {
          given.add(deadline);
          return command.get(command.size() - 1).contains("Gres=")
              ? hung(command, deadline)
              : ended(command, 0, "");
        };
    assertThat(proof(hanging).verdict(two(), Duration.ofMillis(300)).refusal())
        .hasValueSatisfying(why -> assertThat(why).contains("no answer within 200 ms"));
    assertThat(given.get(1)).isBetween(Duration.ofMillis(1), Duration.ofMillis(100));
  }

  @Test
  void aSlurmdThatHangsInAnyCaseRefusesNothing() {
    ToolRunner hanging = (command, environment, deadline) -> hung(command, deadline);
    assertThat(proof(hanging).verdict(two(), Duration.ofMillis(300)).outcome())
        .isEqualTo(Outcome.NOT_TRIED);
  }

  /** Whatever slurmd made there: the verdict is given, and nothing stays in /tmp. */
  @Test
  void whatSlurmdLeavesBehindIsTakenAway() {
    List<Path> left = new ArrayList<>();
    ToolRunner untidy =
        (command, environment, deadline) -> {
          Path conf = Path.of(command.get(command.indexOf("-f") + 1));
          left.add(conf.resolveSibling("conf-cache"));
          makeDirectories(conf.resolveSibling("conf-cache/more"));
          return ended(command, 0, ZERO + FULL);
        };
    assertThat(proof(untidy).verdict(two(), DEADLINE)).isEqualTo(new Verdict(Outcome.READ, ""));
    assertThat(left).singleElement().satisfies(directory -> assertThat(directory).doesNotExist());
  }

  private static void makeDirectories(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes its time, as a tool that is ended at the deadline does. */
  private static ToolResult hung(List<String> command, Duration deadline) {
    await().pollDelay(deadline).atMost(deadline.plusSeconds(5)).until(() -> true);
    return new ToolResult(command, Ending.TIMED_OUT, OptionalInt.empty(), "", "", deadline);
  }

  /** As 24.11's first releases did. */
  @Test
  void aSlurmdThatPrintsNothingRefusesNothing() {
    ToolRunner silent = (command, environment, deadline) -> ended(command, 0, "");
    assertThat(proof(silent).verdict(two(), DEADLINE).outcome()).isEqualTo(Outcome.NOT_TRIED);
  }

  @Test
  void withoutSlurmdNothingIsTriedAndItIsSaid() {
    ToolRunner none =
        (command, environment, deadline) ->
            new ToolResult(
                command,
                Ending.NOT_FOUND,
                OptionalInt.empty(),
                "",
                "slurmd: no such program",
                Duration.ZERO);
    Verdict verdict = proof(none).verdict(two(), DEADLINE);
    assertThat(verdict.outcome()).isEqualTo(Outcome.NOT_TRIED);
    assertThat(verdict.detail()).contains("no slurmd can be run here");
  }

  /** slurmd would wait 20 s for it; it is not even started. */
  @Test
  void aMissingDeviceFileIsRefusedWithoutAskingSlurmd() {
    assertThat(
            proof(answers(0, ""))
                .verdict(node(entry(0, Path.of("/dev/nvidia77"), List.of())), DEADLINE)
                .refusal())
        .hasValueSatisfying(
            why -> assertThat(why).contains("File=/dev/nvidia77 is not there", "_my_stat"));
    assertThat(asked).isEmpty();
  }

  @Test
  void aFileThatIsNoDeviceIsRefused() {
    assertThat(
            proof(answers(0, ""))
                .verdict(node(entry(0, Path.of("/etc/hostname"), List.of())), DEADLINE)
                .refusal())
        .contains("File=/etc/hostname: expected a character device, found something else");
  }

  @Test
  void linksAreCompared() {
    SlurmNode linked =
        node(
            entry(0, Path.of("/dev/zero"), List.of(-1, 4)),
            entry(1, Path.of("/dev/full"), List.of(4, -1)));
    String read = ZERO.replace("(null)", "Links=-1,4") + FULL.replace("(null)", "Links=4,-1");
    assertThat(proof(answers(0, read)).verdict(linked, DEADLINE).refusal()).isEmpty();
    assertThat(proof(answers(0, ZERO + FULL)).verdict(linked, DEADLINE).refusal())
        .hasValueSatisfying(why -> assertThat(why).contains("Links=-1,4, slurmd reads Type=a"));
  }

  /** Answers a proof with GPUs thus, and one without any in good order. */
  private ToolRunner answers(int status, String stderr) {
    return (command, environment, deadline) -> {
      asked.add(command);
      return command.get(command.size() - 1).contains("Gres=")
          ? ended(command, status, stderr)
          : ended(command, 0, "");
    };
  }

  private static ToolResult ended(List<String> command, int status, String stderr) {
    return new ToolResult(
        command, Ending.EXITED, OptionalInt.of(status), "", stderr, Duration.ofMillis(5));
  }

  private static SlurmdProof proof(ToolRunner tools) {
    return new SlurmdProof(tools);
  }

  private static SlurmNode two() {
    return node(
        entry(0, Path.of("/dev/zero"), List.of()), entry(1, Path.of("/dev/full"), List.of()));
  }

  private static SlurmNode node(GresEntry... entries) {
    SlurmNode plain = Nodes.slurmNode(Nodes.with());
    return new SlurmNode(
        plain.node(),
        plain.cpu(),
        plain.memory(),
        new NodeGres(List.of(entries), Optional.empty()),
        List.of("x"));
  }

  private static GresEntry entry(int position, Path file, List<Integer> links) {
    return new GresEntry(
        position,
        "gpu",
        "a",
        List.of(file),
        Optional.empty(),
        links,
        OptionalInt.empty(),
        "GPU-" + position,
        Optional.empty());
  }
}
