package org.sobre.hardware.node;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuInventory;
import org.sobre.hardware.gpu.RecordedAnswer;
import org.sobre.hardware.gpu.amd.AmdRecorded;
import org.sobre.hardware.gpu.nvidia.NvidiaRecorded;
import org.sobre.hardware.units.PciAddress;

/** Reads recorded outputs of both vendors' tools; which one it is, the text itself tells. Pure. */
public final class RecordedGpus {

  private static final String AMD = "rocm-smi, amd-smi or amdgpu's files";

  private RecordedGpus() {}

  /**
   * @return empty for a text that is no output known
   * @throws IllegalArgumentException for one that is and cannot be read: cut off, or over 16 Mi
   *     characters; the message says what was expected and found
   */
  public static Optional<RecordedAnswer> read(String text) {
    return NvidiaRecorded.answer(text)
        .or(() -> AmdRecorded.read(text).map(gpus -> new RecordedAnswer(AMD, gpus, List.of())));
  }

  /**
   * The GPUs of one machine from several of its outputs. Those of nvidia-smi complete each other;
   * of AMD's, the first that tells of a card tells all of it.
   *
   * @return empty where one of the texts is no output known
   * @throws IllegalArgumentException as {@link #read}
   */
  public static Optional<RecordedAnswer> together(List<String> texts) {
    List<String> ofNvidia = new ArrayList<>();
    List<RecordedAnswer> answers = new ArrayList<>();
    for (String text : texts) {
      if (NvidiaRecorded.answer(text).isPresent()) {
        ofNvidia.add(text);
      } else {
        Optional<RecordedAnswer> answer = read(text);
        if (answer.isEmpty()) {
          return Optional.empty();
        }
        answers.add(answer.get());
      }
    }
    NvidiaRecorded.together(ofNvidia).ifPresent(answer -> answers.add(0, answer));
    return answers.isEmpty() ? Optional.empty() : Optional.of(joined(answers));
  }

  private static RecordedAnswer joined(List<RecordedAnswer> answers) {
    Map<PciAddress, Gpu> gpus = new LinkedHashMap<>();
    answers.stream()
        .flatMap(answer -> answer.gpus().stream())
        .forEach(gpu -> gpus.putIfAbsent(gpu.pciAddress(), gpu));
    return new RecordedAnswer(
        answers.stream().map(RecordedAnswer::form).distinct().collect(Collectors.joining(", ")),
        GpuInventory.inPciOrder(List.copyOf(gpus.values()), List.of()).gpus(),
        answers.stream().flatMap(answer -> answer.messages().stream()).toList());
  }
}
