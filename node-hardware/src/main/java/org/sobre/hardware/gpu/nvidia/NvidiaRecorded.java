package org.sobre.hardware.gpu.nvidia;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuInventory;
import org.sobre.hardware.gpu.RecordedAnswer;
import org.sobre.hardware.gpu.UnknownPlace;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.probe.ProbeReport.Outcome;
import org.sobre.hardware.units.PciAddress;

/** Reads what nvidia-smi printed once, on whatever machine, as if that machine were this one. */
public final class NvidiaRecorded {

  private NvidiaRecorded() {}

  /**
   * The GPUs that a recorded output lists, in PCI order.
   *
   * @return empty for what nvidia-smi does not print; an empty list where it lists no GPU
   * @throws IllegalArgumentException if it is nvidia-smi's and cannot be read: cut off, or over 16
   *     Mi characters; the message says what was expected and found
   */
  public static Optional<List<Gpu>> read(String text) {
    return answer(text).map(RecordedAnswer::gpus);
  }

  /**
   * All that a recorded output says. A GPU's device file is the one that its minor number had on
   * that machine; a card of which the output does not tell where it sits has an {@link
   * UnknownPlace}.
   *
   * @return empty for what nvidia-smi does not print
   * @throws IllegalArgumentException as {@link #read}
   */
  public static Optional<RecordedAnswer> answer(String text) {
    return together(List.of(text));
  }

  /**
   * All that several outputs of one machine say: {@link JoinedCards} of those that describe cards;
   * {@code -L} and the kernel's mig-minors complete their MIG devices, {@code topo -m} their links
   * and places, a query their compute capabilities.
   *
   * @return empty where one of them is not of nvidia-smi
   * @throws IllegalArgumentException as {@link #read}
   */
  public static Optional<RecordedAnswer> together(List<String> texts) {
    try {
      Map<NvidiaTextForm, List<String>> byForm = new EnumMap<>(NvidiaTextForm.class);
      for (String text : texts) {
        NvidiaSmiFormatException.refuseTooLong(text);
        Set<NvidiaTextForm> forms = NvidiaTextForm.allOf(text);
        if (forms.isEmpty()) {
          return Optional.empty();
        }
        forms.forEach(form -> byForm.computeIfAbsent(form, f -> new ArrayList<>()).add(text));
      }
      return byForm.isEmpty() ? Optional.empty() : Optional.of(joined(byForm));
    } catch (NvidiaSmiFormatException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static RecordedAnswer joined(Map<NvidiaTextForm, List<String>> byForm)
      throws NvidiaSmiFormatException {
    List<NvidiaSmiLog> logs = new ArrayList<>();
    for (Map.Entry<NvidiaTextForm, List<String>> texts : byForm.entrySet()) {
      for (String text : texts.getValue()) {
        logs.add(NvidiaTextForms.read(texts.getKey(), text));
      }
    }
    NvidiaSmiList list = NvidiaSmiList.parse(all(byForm, NvidiaTextForm.LIST));
    TopoMatrix topo = TopoMatrix.parse(all(byForm, NvidiaTextForm.TOPOLOGY));
    List<String> messages =
        logs.stream()
            .flatMap(log -> log.messages().stream())
            .filter(message -> !isOfAnotherForm(message, byForm))
            .distinct()
            .toList();
    NvidiaSmiLog log = described(logs, list, messages);
    NvidiaAnswer answer =
        new NvidiaAnswer(
            Optional.of(log),
            CardFault.inMessages(messages),
            capabilities(logs),
            list,
            topo,
            List.of(new ProbeReport("nvidia-smi", Outcome.OK, Duration.ZERO, Optional.empty())));
    String minors = all(byForm, NvidiaTextForm.MIG_MINORS);
    NvidiaTopology topology = NvidiaTopology.of(answer);
    List<Gpu> gpus =
        NvidiaDiscovery.reconcile(
                List.of(),
                answer,
                new NvidiaKernel(Map.of(), MigMinors.parse(minors), device -> true))
            .stream()
            .map(gpu -> placed(gpu, topology))
            .toList();
    return new RecordedAnswer(
        byForm.keySet().stream().map(NvidiaTextForm::command).collect(Collectors.joining(", ")),
        GpuInventory.inPciOrder(gpus, List.of()).gpus(),
        messages);
  }

  private static String all(Map<NvidiaTextForm, List<String>> byForm, NvidiaTextForm form) {
    return String.join("\n", byForm.getOrDefault(form, List.of()));
  }

  /** Whether a line is a message only because its text holds answers of several forms. */
  private static boolean isOfAnotherForm(String message, Map<NvidiaTextForm, List<String>> byForm) {
    List<String> texts = byForm.values().stream().flatMap(List::stream).toList();
    return texts.size() > Set.copyOf(texts).size()
        && !NvidiaMessage.isOne(message)
        && texts.stream().anyMatch(text -> text.contains(message));
  }

  private static Gpu placed(Gpu gpu, NvidiaTopology topology) {
    PciAddress address = gpu.pciAddress();
    return gpu.placed(topology.completed(address, gpu.locality()), topology.links(address));
  }

  private static NvidiaSmiLog described(
      List<NvidiaSmiLog> logs, NvidiaSmiList list, List<String> messages) {
    List<NvidiaSmiGpu> cards = JoinedCards.of(logs, list);
    if (logs.stream().allMatch(log -> log.gpus().isEmpty() && log.unplaced().isEmpty())) {
      // of a list alone the order is that of topo -m: a place of its own, though unknown
      return new NvidiaSmiLog(driver(logs), cards, messages);
    }
    Map<Boolean, List<NvidiaSmiGpu>> byPlace =
        cards.stream()
            .collect(Collectors.partitioningBy(gpu -> UnknownPlace.isOne(gpu.pciAddress())));
    return new NvidiaSmiLog(
        driver(logs),
        byPlace.getOrDefault(false, List.of()),
        byPlace.getOrDefault(true, List.of()),
        messages);
  }

  private static Optional<String> driver(List<NvidiaSmiLog> logs) {
    return logs.stream().flatMap(log -> log.driver().stream()).findFirst();
  }

  private static Map<String, String> capabilities(List<NvidiaSmiLog> logs) {
    Map<String, String> capabilities = new HashMap<>();
    logs.stream()
        .flatMap(log -> log.gpus().stream())
        .forEach(
            gpu ->
                gpu.uuid()
                    .ifPresent(
                        uuid ->
                            gpu.computeCapability().ifPresent(cc -> capabilities.put(uuid, cc))));
    return capabilities;
  }
}
