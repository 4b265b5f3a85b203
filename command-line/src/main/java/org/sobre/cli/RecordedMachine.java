package org.sobre.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.RecordedAnswer;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.NodeJson;
import org.sobre.hardware.units.MemorySize;

/**
 * What recorded outputs say of one machine.
 *
 * @param files they came from
 */
record RecordedMachine(List<Path> files, RecordedAnswer answer) {

  private static final Messages MESSAGES = Messages.of(RecordedMachine.class);

  RecordedMachine {
    files = List.copyOf(files);
  }

  /** {@code from form gpus messages}; the arrays are never null. */
  Map<String, Object> document(MemorySize offerFrom) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("from", name());
    document.put("form", answer.form());
    document.put("gpus", NodeJson.recorded(answer.gpus(), offerFrom));
    document.put("messages", answer.messages());
    return document;
  }

  String table(MemorySize offerFrom) {
    return MESSAGES.text("discover.from.heading", name(), answer.form())
        + "\n"
        + (answer.gpus().isEmpty()
            ? MESSAGES.text("discover.from.noGpu") + "\n"
            : NodeTable.gpus(answer.gpus(), offerFrom));
  }

  /** What the tool complained of, and the GPUs that are not well. */
  List<String> complaints() {
    List<String> complaints =
        answer.messages().stream()
            .map(message -> MESSAGES.text("discover.from.message", name(), message))
            .collect(Collectors.toCollection(ArrayList::new));
    answer.gpus().stream()
        .filter(gpu -> gpu.state() != GpuState.OK)
        .map(this::complaint)
        .forEach(complaints::add);
    return complaints;
  }

  private String complaint(Gpu gpu) {
    return MESSAGES.text(
        "discover.from.gpu",
        name(),
        gpu.index(),
        gpu.state().jsonName(),
        gpu.stateDetail().orElse(gpu.model()));
  }

  private String name() {
    return files.stream().map(Path::toString).collect(Collectors.joining(", "));
  }
}
