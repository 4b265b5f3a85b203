package org.sobre.cli;

import java.io.PrintWriter;
import java.util.List;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.units.MemorySize;

/** Says on standard error which GPUs of a node are not given to Slurm, and why. */
final class UnofferedGpus {

  private static final Messages MESSAGES = Messages.of(UnofferedGpus.class);

  private UnofferedGpus() {}

  static void complain(
      NodeDescription node, MemorySize offerFrom, List<String> heldBack, PrintWriter err) {
    for (Gpu gpu : node.gpus()) {
      gpu.whyNotOffered(offerFrom).ifPresent(why -> err.println(sentence(gpu, why)));
    }
    heldBack.forEach(why -> err.println("sobre: " + why));
    err.flush();
  }

  private static String sentence(Gpu gpu, String why) {
    String detail = gpu.stateDetail().map(text -> " (" + text + ")").orElse("");
    return "sobre: " + MESSAGES.text("gpu.notOffered", gpu.pciAddress(), why, detail);
  }
}
