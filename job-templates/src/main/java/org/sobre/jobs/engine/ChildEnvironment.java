package org.sobre.jobs.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.slurm.job.Allocation;
import org.sobre.slurm.job.Allocation.Devices;
import org.sobre.slurm.job.GpuVariables;
import org.sobre.slurm.node.NodeDocument;

/** What the wrapped command finds in its environment. */
final class ChildEnvironment {

  /** The launcher sets it for this JVM; it is none of the child's business. */
  private static final String JVM_SIGNAL = "_JAVA_SR_SIGNUM";

  /** What LC_ALL was, empty for nothing, where the launcher set another for this JVM. */
  private static final String OWN_LOCALE = "SOBRE_LC_ALL";

  private static final String LOCALE = "LC_ALL";

  /** What the launcher hides from this JVM, and keeps under a name that begins with SOBRE_. */
  private static final List<String> JVM_OPTIONS =
      List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  private ChildEnvironment() {}

  static Map<String, String> of(
      Map<String, String> environment, Allocation allocation, Optional<NodeDocument> node) {
    Map<String, String> child =
        new HashMap<>(GpuVariables.forCommand(environment, allocation, node));
    child.remove(JVM_SIGNAL);
    String locale = child.remove(OWN_LOCALE);
    if (locale != null) {
      child.remove(LOCALE);
      if (!locale.isEmpty()) {
        child.put(LOCALE, locale);
      }
    }
    for (String name : JVM_OPTIONS) {
      String options = child.remove("SOBRE_" + name);
      if (options != null) {
        child.put(name, options);
      }
    }
    if (!(allocation.devices() instanceof Devices.None)) {
      // CUDA's own order is by speed; Slurm's and nvidia-smi's numbers go by the bus
      child.put("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
    }
    return child;
  }
}
