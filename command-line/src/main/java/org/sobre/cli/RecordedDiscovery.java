package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.catalog.GpuCatalog;
import org.sobre.hardware.gpu.RecordedAnswer;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.RecordedContradiction;
import org.sobre.hardware.node.RecordedGpus;

/**
 * Reads recorded outputs of the vendors' tools instead of asking this machine. A file that cannot
 * be used is named, and takes nothing from the others.
 */
final class RecordedDiscovery {

  private static final Messages MESSAGES = Messages.of(RecordedDiscovery.class);

  private final GpuCatalog catalog;
  private final PrintWriter err;
  private int exitCode = ExitCode.DONE;

  /**
   * @param catalog what is published of GPU models
   * @param err where the files are named that cannot be used
   */
  RecordedDiscovery(GpuCatalog catalog, PrintWriter err) {
    this.catalog = catalog;
    this.err = err;
  }

  /** {@link ExitCode#DONE}, or why one of the files, or more, could not be used. */
  int exitCode() {
    return exitCode;
  }

  /** One machine a file. */
  List<RecordedMachine> each(List<Path> named) {
    List<RecordedMachine> machines = new ArrayList<>();
    for (Path file : files(named)) {
      text(file)
          .flatMap(text -> answer(file, text))
          .ifPresent(answer -> machines.add(machine(List.of(file), answer)));
    }
    return machines;
  }

  /** One machine of all files that can be used; none where none can, or where two contradict. */
  List<RecordedMachine> together(List<Path> named) {
    Map<Path, RecordedContradiction.Output> usable = new LinkedHashMap<>();
    for (Path file : files(named)) {
      text(file)
          .flatMap(
              text -> answer(file, text).map(told -> new RecordedContradiction.Output(text, told)))
          .ifPresent(output -> usable.put(file, output));
    }
    if (contradict(usable)) {
      return List.of();
    }
    List<Path> files = List.copyOf(usable.keySet());
    try {
      return RecordedGpus.together(
              usable.values().stream().map(RecordedContradiction.Output::text).toList())
          .map(answer -> List.of(machine(files, answer)))
          .orElse(List.of());
    } catch (IllegalArgumentException e) {
      // each can be read, and all of them are too long
      refuse(ExitCode.BAD_DATA, MESSAGES.text("discover.from.unusable", files, words(e)));
      return List.of();
    }
  }

  /** The first two that do are named. */
  private boolean contradict(Map<Path, RecordedContradiction.Output> usable) {
    List<Path> files = List.copyOf(usable.keySet());
    for (int i = 1; i < files.size(); i++) {
      for (Path earlier : files.subList(0, i)) {
        Path file = files.get(i);
        Optional<String> why =
            RecordedContradiction.between(
                requireNonNull(usable.get(earlier)), requireNonNull(usable.get(file)));
        if (why.isPresent()) {
          String message = MESSAGES.text("discover.from.contradiction", earlier, file, why.get());
          refuse(ExitCode.BAD_DATA, message);
          return true;
        }
      }
    }
    return false;
  }

  /** A recording tells names and no PCI ids of devices. */
  private RecordedMachine machine(List<Path> files, RecordedAnswer answer) {
    return new RecordedMachine(
        files,
        new RecordedAnswer(
            answer.form(),
            answer.gpus().stream().map(gpu -> catalog.complete(gpu, Optional.empty())).toList(),
            answer.messages()));
  }

  private Optional<RecordedAnswer> answer(Path file, String text) {
    try {
      Optional<RecordedAnswer> answer = RecordedGpus.read(text);
      if (answer.isEmpty()) {
        String key = text.isBlank() ? "discover.from.empty" : "discover.from.unknown";
        refuse(ExitCode.BAD_DATA, MESSAGES.text(key, file));
      }
      return answer;
    } catch (IllegalArgumentException e) {
      refuse(ExitCode.BAD_DATA, MESSAGES.text("discover.from.unusable", file, words(e)));
      return Optional.empty();
    }
  }

  private List<Path> files(List<Path> named) {
    List<Path> files = new ArrayList<>();
    for (Path path : named) {
      try {
        List<Path> found = RecordedFiles.in(path);
        if (found.isEmpty()) {
          refuse(ExitCode.BAD_DATA, MESSAGES.text("discover.from.noFile", path));
        }
        files.addAll(found);
      } catch (IOException | UncheckedIOException e) {
        refuse(ExitCode.INPUT_OUTPUT, MESSAGES.text("discover.from.unreadable", path, words(e)));
      }
    }
    return files;
  }

  private Optional<String> text(Path file) {
    try {
      return Optional.of(RecordedFiles.read(file));
    } catch (NoSuchFileException e) {
      refuse(ExitCode.INPUT_OUTPUT, MESSAGES.text("discover.from.absent", file));
    } catch (IOException e) {
      refuse(ExitCode.INPUT_OUTPUT, MESSAGES.text("discover.from.unreadable", file, words(e)));
    }
    return Optional.empty();
  }

  private static String words(Exception e) {
    return String.valueOf(e.getMessage());
  }

  /** A file that is not there weighs more than one that says nothing known. */
  private void refuse(int code, String message) {
    exitCode = Math.max(exitCode, code);
    err.println("sobre: " + message);
    err.flush();
  }
}
