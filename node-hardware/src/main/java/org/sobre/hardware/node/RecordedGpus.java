package org.sobre.hardware.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuInventory;
import org.sobre.hardware.gpu.RecordedAnswer;
import org.sobre.hardware.gpu.amd.AmdRecorded;
import org.sobre.hardware.gpu.nvidia.NvidiaRecorded;

/** Reads recorded outputs of both vendors' tools; which one it is, the text itself tells. Pure. */
public final class RecordedGpus {

  private RecordedGpus() {}

  /**
   * @return empty for a text that is no output known
   * @throws IllegalArgumentException for one that is and cannot be read: cut off, or over 16 Mi
   *     characters; the message says what was expected and found
   */
  public static Optional<RecordedAnswer> read(String text) {
    return ofNvidia(text).or(() -> AmdRecorded.answer(text));
  }

  private static Optional<RecordedAnswer> ofNvidia(String text) {
    return AmdRecorded.isCsv(text) ? Optional.empty() : NvidiaRecorded.answer(text);
  }

  /**
   * The GPUs of one machine from several of its outputs. Those of one vendor complete each other.
   *
   * @return empty where one of the texts is no output known
   * @throws IllegalArgumentException as {@link #read}
   */
  public static Optional<RecordedAnswer> together(List<String> texts) {
    List<String> ofNvidia = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (String text : texts) {
      (ofNvidia(text).isPresent() ? ofNvidia : others).add(text);
    }
    Optional<RecordedAnswer> ofAmd = AmdRecorded.together(others);
    if (ofAmd.isEmpty() && !others.isEmpty()) {
      return Optional.empty();
    }
    List<RecordedAnswer> answers = new ArrayList<>();
    NvidiaRecorded.together(ofNvidia).ifPresent(answers::add);
    ofAmd.ifPresent(answers::add);
    return answers.isEmpty() ? Optional.empty() : Optional.of(joined(answers));
  }

  private static RecordedAnswer joined(List<RecordedAnswer> answers) {
    List<Gpu> gpus = answers.stream().flatMap(answer -> answer.gpus().stream()).toList();
    return new RecordedAnswer(
        answers.stream().map(RecordedAnswer::form).distinct().collect(Collectors.joining(", ")),
        GpuInventory.inPciOrder(gpus, List.of()).gpus(),
        answers.stream().flatMap(answer -> answer.messages().stream()).toList());
  }
}
