package org.sobre.slurm.registration;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.hardware.probe.ToolRunner;

/** A scontrol that gives the answers it was told to, in order, and remembers what it was asked. */
final class FakeSlurm implements ToolRunner {

  private static final Duration A_CALL = Duration.ofMillis(5);

  private final Deque<ToolResult> answers = new ArrayDeque<>();
  private final List<String> asked = new ArrayList<>();
  private long nanos;

  FakeSlurm answers(String stdout) {
    answers.add(result(Ending.EXITED, OptionalInt.of(0), stdout, "", A_CALL));
    return this;
  }

  FakeSlurm refuses(String stderr) {
    answers.add(result(Ending.EXITED, OptionalInt.of(1), "", stderr, A_CALL));
    return this;
  }

  FakeSlurm doesNotKnowTheNode() {
    answers.add(result(Ending.EXITED, OptionalInt.of(1), "Node n1 not found\n", "", A_CALL));
    return this;
  }

  FakeSlurm hangs() {
    answers.add(result(Ending.TIMED_OUT, OptionalInt.empty(), "", "", CallBudget.PER_CALL));
    return this;
  }

  /** The commands so far, each as one line, the controller's name for each node left out. */
  List<String> asked() {
    return asked;
  }

  /** The clock that the calls move. */
  CallBudget budget() {
    return new CallBudget(CallBudget.BEFORE_SLURMD, () -> nanos, wait -> nanos += wait.toNanos());
  }

  long elapsedMillis() {
    return nanos / 1_000_000;
  }

  @Override
  public ToolResult run(
      List<String> command, Map<String, String> extraEnvironment, Duration deadline) {
    asked.add(String.join(" ", command));
    ToolResult answer = answers.size() > 1 ? answers.remove() : answers.element();
    Duration took = answer.took().compareTo(deadline) > 0 ? deadline : answer.took();
    nanos += took.toNanos();
    return new ToolResult(
        command, answer.ending(), answer.exitStatus(), answer.stdout(), answer.stderr(), took);
  }

  private static ToolResult result(
      Ending ending, OptionalInt status, String stdout, String stderr, Duration took) {
    return new ToolResult(List.of(), ending, status, stdout, stderr, took);
  }
}
