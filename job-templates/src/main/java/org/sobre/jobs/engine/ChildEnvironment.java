package org.sobre.jobs.engine;

import java.util.HashMap;
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

  private ChildEnvironment() {}

  static Map<String, String> of(
      Map<String, String> environment, Allocation allocation, Optional<NodeDocument> node) {
    Map<String, String> child =
        new HashMap<>(GpuVariables.forCommand(environment, allocation, node));
    child.remove(JVM_SIGNAL);
    if (!(allocation.devices() instanceof Devices.None)) {
      // CUDA's own order is by speed; Slurm's and nvidia-smi's numbers go by the bus
      child.put("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
    }
    return child;
  }
}
