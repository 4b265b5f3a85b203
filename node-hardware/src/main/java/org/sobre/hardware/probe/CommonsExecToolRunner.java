package org.sobre.hardware.probe;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.ExecuteException;
import org.sobre.hardware.probe.ProgramSearch.Found;
import org.sobre.hardware.probe.ToolResult.Ending;

/**
 * Runs tools with Apache Commons Exec, under a deadline of its own: its watchdog sends SIGTERM only
 * and its stream pumps wait for every holder of the pipe, so neither is used. Thread-safe.
 */
public final class CommonsExecToolRunner implements ToolRunner {

  /** Both streams together. nvidia-smi prints 10..120 kB a card. */
  static final int MAX_OUTPUT_BYTES = ToolText.LONGEST_ANSWER;

  /**
   * How long a tool may take to be gone after SIGKILL. One that sits in the kernel stays longer;
   * the answer does not wait for it, its one waiting thread ends when it does.
   */
  private static final Duration KILL_GRACE = Duration.ofMillis(500);

  /** What would make a vendor's tool hide cards: a probe must see all of them. */
  private static final Set<String> HIDING =
      Set.of(
          "CUDA_VISIBLE_DEVICES",
          "NVIDIA_VISIBLE_DEVICES",
          "ROCR_VISIBLE_DEVICES",
          "HIP_VISIBLE_DEVICES",
          "GPU_DEVICE_ORDINAL",
          "ZE_AFFINITY_MASK");

  private final Map<String, String> environment;
  private final int maxOutputBytes;

  /** With the environment of this process. */
  public CommonsExecToolRunner() {
    this(System.getenv(), MAX_OUTPUT_BYTES);
  }

  CommonsExecToolRunner(Map<String, String> environment, int maxOutputBytes) {
    this.environment = Map.copyOf(environment);
    this.maxOutputBytes = maxOutputBytes;
  }

  @Override
  public ToolResult run(
      List<String> command, Map<String, String> extraEnvironment, Duration deadline) {
    if (command.isEmpty()) {
      throw new IllegalArgumentException("expected a program and its arguments, found nothing");
    }
    long begin = System.nanoTime();
    Map<String, String> childEnvironment = childEnvironment(extraEnvironment);
    Found program = ProgramSearch.find(command.get(0), childEnvironment.get("PATH"));
    if (program.executable().isEmpty()) {
      return new ToolResult(
          command, program.ending(), OptionalInt.empty(), "", program.complaint(), since(begin));
    }
    OutputCapture capture = new OutputCapture(maxOutputBytes);
    ToolProcess process = new ToolProcess();
    start(program.executable().get(), command, childEnvironment, capture, process);
    Ending ending = awaitEnd(process, capture, begin, deadline);
    return result(command, ending, process, capture, begin);
  }

  private Map<String, String> childEnvironment(Map<String, String> extra) {
    Map<String, String> child = new HashMap<>(environment);
    child.keySet().removeAll(HIDING);
    child.putAll(extra);
    child.put("LC_ALL", "C");
    return child;
  }

  private static void start(
      Path program,
      List<String> command,
      Map<String, String> environment,
      OutputCapture capture,
      ToolProcess process) {
    CommandLine line = new CommandLine(program);
    command.subList(1, command.size()).forEach(argument -> line.addArgument(argument, false));
    DefaultExecutor executor =
        DefaultExecutor.builder()
            .setExecuteStreamHandler(capture)
            .setThreadFactory(CommonsExecToolRunner::daemonThread)
            .get();
    executor.setExitValues(null);
    executor.setProcessDestroyer(process);
    try {
      executor.execute(line, environment, process);
    } catch (IOException e) {
      // thrown before anything was started: the working directory is gone
      process.onProcessFailed(new ExecuteException(String.valueOf(e.getMessage()), 0, e));
    }
  }

  private static Thread daemonThread(Runnable work) {
    Thread thread = new Thread(work, "sobre-tool");
    thread.setDaemon(true);
    return thread;
  }

  /** Reads what comes until the tool ends, or ends it. An interruption counts as the deadline. */
  private static Ending awaitEnd(
      ToolProcess process, OutputCapture capture, long begin, Duration deadline) {
    try {
      if (readUntilEnd(process, capture, begin, deadline)) {
        return Ending.EXITED;
      }
      if (!capture.overflowed()) {
        return killed(process, capture, Ending.TIMED_OUT);
      }
      return killed(process, capture, Ending.TOO_MUCH_OUTPUT);
    } catch (InterruptedException e) {
      process.killTree();
      Thread.currentThread().interrupt();
      return Ending.TIMED_OUT;
    }
  }

  private static Ending killed(ToolProcess process, OutputCapture capture, Ending why)
      throws InterruptedException {
    process.killTree();
    readUntilEnd(process, capture, System.nanoTime(), KILL_GRACE);
    return why;
  }

  private static boolean readUntilEnd(
      ToolProcess process, OutputCapture capture, long begin, Duration limit)
      throws InterruptedException {
    long pauseMicros = 200;
    while (System.nanoTime() - begin < limit.toNanos()) {
      boolean news = capture.poll();
      if (process.awaitEnd(Duration.ofNanos(news ? 0 : pauseMicros * 1000))) {
        return true;
      }
      if (capture.overflowed() && !process.beingKilled()) {
        return false;
      }
      pauseMicros = news ? 200 : Math.min(10_000, pauseMicros * 2);
    }
    return false;
  }

  private static ToolResult result(
      List<String> command, Ending ending, ToolProcess process, OutputCapture capture, long begin) {
    if (ending == Ending.EXITED && process.failure().isPresent()) {
      return new ToolResult(
          command,
          Ending.NOT_STARTED,
          OptionalInt.empty(),
          "",
          process.failure().get(),
          since(begin));
    }
    Ending said = ending == Ending.EXITED && capture.overflowed() ? Ending.TOO_MUCH_OUTPUT : ending;
    return new ToolResult(
        command,
        said,
        said == Ending.EXITED ? OptionalInt.of(process.exitStatus()) : OptionalInt.empty(),
        capture.stdout(),
        capture.stderr(),
        since(begin));
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }
}
