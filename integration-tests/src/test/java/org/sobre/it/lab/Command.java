package org.sobre.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that a test runs to its end. */
public final class Command {

  private Command() {}

  /**
   * Without input.
   *
   * @param environment what it has beside this JVM's own
   * @param atMost it is killed then, and the test fails
   */
  public static Result run(List<String> words, Map<String, String> environment, Duration atMost) {
    try {
      Path output = Files.createTempFile("lab", ".out");
      Path error = Files.createTempFile("lab", ".err");
      ProcessBuilder builder = new ProcessBuilder(words);
      builder.environment().putAll(environment);
      builder.redirectOutput(output.toFile()).redirectError(error.toFile());
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      Process process = builder.start();
      if (!process.waitFor(atMost.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(words + " took over " + atMost + "\n" + Lab.read(output));
      }
      Result result = new Result(process.exitValue(), Lab.read(output), Lab.read(error));
      Files.delete(output);
      Files.delete(error);
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
