package org.sobre.jobs.engine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.units.MemorySize;

/**
 * What the tasks of a step have written for one another: lines {@code UUID BYTES} of what is free,
 * and {@code task PID MILLISECONDS} of who goes by them, with the start of the process. Figures
 * that none of those alive goes by are an earlier step's, whose numbers Slurm has used again.
 *
 * @param free by device
 * @param tasks in the order in which they came
 */
record SharedFigures(Map<String, MemorySize> free, List<Task> tasks) {

  private static final Pattern FIGURE = Pattern.compile("(\\S{1,128}) (\\d{1,18})");
  private static final Pattern TASK = Pattern.compile("task (\\d{1,10}) (\\d{1,15})");

  /** As exactly as two processes tell the start of a third. */
  private static final Duration SAME_START = Duration.ofSeconds(5);

  SharedFigures {
    free = Map.copyOf(free);
    tasks = List.copyOf(tasks);
  }

  /** A process, which a later one of the same number is not. */
  record Task(long pid, Instant started) {
    Task {
      requireNonNull(started, "started");
    }

    static Task own() {
      ProcessHandle self = ProcessHandle.current();
      return new Task(self.pid(), self.info().startInstant().orElse(Instant.EPOCH));
    }

    boolean isAlive() {
      return ProcessHandle.of(pid)
          .flatMap(process -> process.info().startInstant())
          .filter(begin -> Duration.between(begin, started).abs().compareTo(SAME_START) < 0)
          .isPresent();
    }
  }

  static final SharedFigures NONE = new SharedFigures(Map.of(), List.of());

  /** What is no such line counts nothing. */
  static SharedFigures parse(String text) {
    Map<String, MemorySize> free = new HashMap<>();
    List<Task> tasks = new ArrayList<>();
    for (String line : text.lines().toList()) {
      Matcher task = TASK.matcher(line);
      Matcher figure = FIGURE.matcher(line);
      if (task.matches()) {
        tasks.add(
            new Task(
                Long.parseLong(task.group(1)),
                Instant.ofEpochMilli(Long.parseLong(task.group(2)))));
      } else if (figure.matches()) {
        free.put(figure.group(1), new MemorySize(Long.parseLong(figure.group(2))));
      }
    }
    return new SharedFigures(free, tasks);
  }

  boolean isInUse() {
    return tasks.stream().anyMatch(Task::isAlive);
  }

  Optional<MemorySize> of(String device) {
    return Optional.ofNullable(free.get(device));
  }

  /** With another task that goes by them, and with what it found where nobody had looked before. */
  SharedFigures with(Task task, Map<String, MemorySize> found) {
    Map<String, MemorySize> all = new HashMap<>(found);
    all.putAll(free);
    List<Task> who = new ArrayList<>(tasks);
    if (!who.contains(task)) {
      who.add(task);
    }
    return new SharedFigures(all, who);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    tasks.forEach(
        task ->
            text.append("task ")
                .append(task.pid())
                .append(' ')
                .append(task.started().toEpochMilli())
                .append('\n'));
    free.forEach((id, bytes) -> text.append(id).append(' ').append(bytes.bytes()).append('\n'));
    return text.toString();
  }
}
