package org.sobre.jobs.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Queue;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;

/** Answers one after the other, and remembers what it was asked. */
final class FakeTools implements ToolRunner {

  private record Answer(ToolResult.Ending ending, int status, String stdout) {}

  final List<List<String>> asked = new ArrayList<>();
  private final Queue<Answer> answers = new ArrayDeque<>();

  FakeTools exits(int status, String stdout) {
    answers.add(new Answer(ToolResult.Ending.EXITED, status, stdout));
    return this;
  }

  FakeTools ends(ToolResult.Ending ending) {
    answers.add(new Answer(ending, 0, ""));
    return this;
  }

  @Override
  public ToolResult run(List<String> command, Map<String, String> environment, Duration deadline) {
    asked.add(command);
    Answer answer = answers.remove();
    OptionalInt status =
        answer.ending() == ToolResult.Ending.EXITED
            ? OptionalInt.of(answer.status())
            : OptionalInt.empty();
    return new ToolResult(command, answer.ending(), status, answer.stdout(), "", Duration.ZERO);
  }

  static String recording(String name) {
    try (InputStream in = FakeTools.class.getResourceAsStream("/recordings/" + name)) {
      if (in == null) {
        throw new AssertionError("no recording " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
