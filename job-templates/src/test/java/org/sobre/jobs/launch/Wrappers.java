package org.sobre.jobs.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * Real wrappers, each in a JVM of its own, launched as the shipped script launches it: USR1 and
 * USR2 ignored, and USR2 not the JVM's. Under nohup, or in the background of a script, the tests
 * inherit HUP or INT ignored, which no shell may trap: undone first. Each is in a process group and
 * session of its own, and knows nothing of a job that the tests run in.
 */
final class Wrappers implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path result;
  private final List<Process> started = new ArrayList<>();

  /**
   * @param directory for what a wrapper's main program writes
   */
  Wrappers(Path directory) {
    this.result = directory.resolve("result");
  }

  /** Words that start a wrapper; the command's own come after them. */
  static List<String> words() {
    return List.of(
        "setsid",
        "env",
        "--default-signal=HUP,INT",
        "sh",
        "-c",
        "trap '' USR1 USR2; export _JAVA_SR_SIGNUM=40; exec \"$0\" \"$@\"",
        ProcessHandle.current().info().command().orElse("java"),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-cp",
        System.getProperty("java.class.path"),
        "org.sobre.jobs.launch.WrapperMain");
  }

  /** A builder of a wrapper, whose output goes nowhere unless it is told where. */
  ProcessBuilder builder(List<String> command) {
    List<String> words = new ArrayList<>(words());
    words.addAll(command);
    return plain(words);
  }

  ProcessBuilder plain(List<String> words) {
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().keySet().removeIf(name -> name.startsWith("SLURM_"));
    builder.environment().put(WrapperMain.RESULT, result.toString());
    return builder;
  }

  Process start(ProcessBuilder builder) throws IOException {
    Process wrapper = builder.start();
    started.add(wrapper);
    return wrapper;
  }

  int end(Process wrapper) throws InterruptedException {
    assertThat(wrapper.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return wrapper.exitValue();
  }

  /** What the last wrapper that ended knew of its child. */
  Properties result() throws IOException {
    Properties facts = new Properties();
    try (var in = Files.newBufferedReader(result)) {
      facts.load(in);
    }
    return facts;
  }

  @Override
  public void close() {
    started.forEach(
        wrapper -> {
          wrapper.descendants().forEach(ProcessHandle::destroyForcibly);
          wrapper.destroyForcibly();
        });
  }
}
