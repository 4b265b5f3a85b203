package org.sobre.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.units.MemorySize;

/**
 * Says on standard error which GPUs of a node, or parts of one, are not given to Slurm, and why.
 */
final class UnofferedGpus {

  private static final Messages MESSAGES = Messages.of(UnofferedGpus.class);

  private UnofferedGpus() {}

  static void complain(
      NodeDescription node, MemorySize offerFrom, List<String> heldBack, PrintWriter err) {
    node.gpus().forEach(gpu -> sentences(gpu, offerFrom).forEach(err::println));
    heldBack.forEach(why -> err.println("sobre: " + why));
    err.flush();
  }

  /** Of a split board, which is never given as a whole, those of its parts that are not given. */
  static List<String> sentences(Gpu gpu, MemorySize offerFrom) {
    Optional<String> why = gpu.whyNotOffered(offerFrom);
    if (why.isEmpty()) {
      return List.of();
    }
    return gpu.state() == GpuState.OK && !gpu.partitions().isEmpty()
        ? ofPartitions(gpu)
        : List.of(ofBoard(gpu, why.get()));
  }

  private static String ofBoard(Gpu gpu, String why) {
    String detail = gpu.stateDetail().map(text -> " (" + text + ")").orElse("");
    return "sobre: " + MESSAGES.text("gpu.notOffered", gpu.pciAddress(), why, detail);
  }

  private static List<String> ofPartitions(Gpu gpu) {
    List<String> sentences = new ArrayList<>();
    for (int i = 0; i < gpu.partitions().size(); i++) {
      String place = String.valueOf(i);
      gpu.whyNotOffered(gpu.partitions().get(i))
          .map(why -> MESSAGES.text(ofPartition(why), place, gpu.pciAddress(), why))
          .ifPresent(text -> sentences.add("sobre: " + text));
    }
    return sentences;
  }

  private static String ofPartition(String why) {
    return why.equals("no-device-file") ? "gpu.partNoDeviceFile" : "gpu.partNotOffered";
  }
}
