package org.sobre.daemon;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.slurm.node.PublishedGpu;

/**
 * A node that nobody published, looked at by the daemon itself: once, on a thread of its own,
 * because a vendor's tool may take its time and runs begin at once.
 */
final class ScannedNode implements NodeInventory {

  private static final Logger LOG = LoggerFactory.getLogger(ScannedNode.class);

  /** Looks at the machine. */
  interface Scan {
    Found scan() throws IOException;
  }

  /**
   * @param cpus logical processors of the machine
   * @param gpus in PCI order
   */
  record Found(int cpus, List<Gpu> gpus) {
    Found {
      gpus = List.copyOf(gpus);
    }
  }

  private volatile Optional<Found> found = Optional.empty();
  private Optional<Found> known = Optional.empty();

  private ScannedNode() {}

  static ScannedNode scanning(Scan scan) {
    ScannedNode node = new ScannedNode();
    Thread thread = new Thread(() -> node.look(scan), "node-scan");
    thread.setDaemon(true);
    thread.start();
    return node;
  }

  private void look(Scan scan) {
    try {
      found = Optional.of(scan.scan());
    } catch (IOException | RuntimeException e) {
      LOG.error("this machine cannot be described, so no run is metered: {}", e.toString());
    }
  }

  @Override
  public boolean refresh() {
    boolean isNew = known.isEmpty() && found.isPresent();
    known = found;
    return isNew;
  }

  @Override
  public OptionalInt cpus() {
    return known.isPresent() ? OptionalInt.of(known.get().cpus()) : OptionalInt.empty();
  }

  @Override
  public Optional<List<PublishedGpu>> gpus() {
    return known.map(
        node -> node.gpus().stream().filter(ScannedNode::isMetered).map(PublishedGpu::of).toList());
  }

  /** Without Slurm there are no positions, and no job names one. */
  @Override
  public Optional<List<HeldGpu>> gpusAt(List<Integer> positions) {
    return Optional.of(List.of());
  }

  private static boolean isMetered(Gpu gpu) {
    return gpu.state() == GpuState.OK && gpu.uuid().isPresent();
  }
}
