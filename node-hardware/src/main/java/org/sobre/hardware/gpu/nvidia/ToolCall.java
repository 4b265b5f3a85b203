package org.sobre.hardware.gpu.nvidia;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.hardware.probe.ToolRunner;

/** One question to a tool, asked beside others and answered in any case. */
final class ToolCall {

  /** For a tool that is killed at its deadline to go. */
  private static final Duration GRACE = Duration.ofMillis(600);

  private final List<String> command;
  private final Duration deadline;
  private final long begin = System.nanoTime();
  private final FutureTask<ToolResult> task;

  private ToolCall(List<String> command, Duration deadline, FutureTask<ToolResult> task) {
    this.command = command;
    this.deadline = deadline;
    this.task = task;
  }

  static ToolCall start(
      Executor executor, ToolRunner runner, List<String> command, Duration deadline) {
    FutureTask<ToolResult> task = new FutureTask<>(() -> runner.run(command, deadline));
    ToolCall call = new ToolCall(command, deadline, task);
    executor.execute(task);
    return call;
  }

  /** Waits for the answer, until shortly after the deadline. */
  ToolResult result() {
    try {
      long left = deadline.plus(GRACE).toNanos() - (System.nanoTime() - begin);
      return task.get(Math.max(0, left), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return none(Ending.TIMED_OUT, "");
    } catch (ExecutionException e) {
      return none(Ending.NOT_STARTED, String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return none(Ending.TIMED_OUT, "");
    }
  }

  private ToolResult none(Ending ending, String why) {
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    return new ToolResult(command, ending, OptionalInt.empty(), "", why, took);
  }
}
