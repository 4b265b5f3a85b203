package org.sobre.hardware.node;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.PciScan;
import org.sobre.hardware.gpu.nvidia.NvidiaDeviceFiles;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.probe.ProbeReport.Outcome;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolRunner;

/**
 * The scan of a machine that is just booting, before anything is told to Slurm: the driver may
 * still be loading, and device files not be there yet. The PCI bus says how many cards there should
 * be; this makes the missing device files and scans again until all have answered or patience ends,
 * and then tells what there is.
 *
 * <p>Unlike {@link NodeScan} it changes the machine: it loads NVIDIA's driver and makes device
 * files. For {@code sobre node publish} alone, as root.
 */
public final class BootScan {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /** A scan that has less is not begun: a driver at its first opening takes a second or more. */
  private static final Duration LEAST = Duration.ofSeconds(1);

  private final SysRoot root;
  private final NodeScan scan;
  private final NvidiaDeviceFiles deviceFiles;
  private final Duration patience;
  private final Ticker ticker;

  /**
   * @param patience for all of it, 1 s or more; a tool that hangs takes all of it, since at boot
   *     nobody can tell a hanging one from a slow one
   */
  public BootScan(SysRoot root, ToolRunner runner, NodeScan scan, Duration patience) {
    this(root, runner, scan, patience, Ticker.ofThisMachine());
  }

  BootScan(SysRoot root, ToolRunner runner, NodeScan scan, Duration patience, Ticker ticker) {
    this.root = requireNonNull(root, "root");
    this.scan = requireNonNull(scan, "scan");
    this.deviceFiles = new NvidiaDeviceFiles(root, runner);
    this.patience = requireNonNull(patience, "patience");
    this.ticker = requireNonNull(ticker, "ticker");
    if (patience.compareTo(LEAST) < 0) {
      throw new IllegalArgumentException("expected a patience of 1 s or more, found " + patience);
    }
  }

  /**
   * Scans until every card that the PCI bus shows has answered or cannot be expected to; at most
   * about a second longer than the patience. Cards that are missing then are listed with their
   * state, and a probe {@code boot} among the report's says what was made and what was waited for.
   *
   * @throws IOException as {@link NodeScan#scan()}
   */
  public NodeDescription scan() throws IOException {
    long begin = ticker.nanoTime();
    Set<String> said = new LinkedHashSet<>();
    Duration pause = FIRST_PAUSE;
    while (true) {
      PciScan bus = PciScan.of(root);
      Set<String> refused = makeDeviceFiles(bus, left(begin), said);
      Duration forScan = left(begin).compareTo(LEAST) < 0 ? LEAST : left(begin);
      NodeDescription found = scan.scan(forScan);
      List<String> pending = PendingCards.of(bus, found, root);
      boolean over = left(begin).compareTo(pause.plus(LEAST)) < 0;
      if (pending.isEmpty() || over || !slept(pause)) {
        return found.withProbe(report(begin, said, refused, pending));
      }
      pause = pause.multipliedBy(2);
      pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
  }

  /** Adds what was made to what is to be said; gives what could not be. */
  private Set<String> makeDeviceFiles(PciScan bus, Duration deadline, Set<String> said) {
    boolean nvidiaToCome =
        bus.of(GpuVendor.NVIDIA).stream()
            .anyMatch(display -> display.driver().map("nvidia"::equals).orElse(true));
    if (!nvidiaToCome) {
      return Set.of();
    }
    NvidiaDeviceFiles.Outcome outcome = deviceFiles.make(deadline);
    outcome.made().forEach(file -> said.add("made " + file));
    return new LinkedHashSet<>(outcome.refused());
  }

  private ProbeReport report(
      long begin, Set<String> said, Set<String> refused, List<String> pending) {
    List<String> all = new ArrayList<>(said);
    all.addAll(refused);
    pending.forEach(card -> all.add("waited in vain for " + card));
    return new ProbeReport(
        "boot",
        refused.isEmpty() && pending.isEmpty() ? Outcome.OK : Outcome.WARNED,
        since(begin),
        all.isEmpty()
            ? Optional.empty()
            : Optional.of(all.stream().collect(Collectors.joining("; "))));
  }

  /** False where the service is being stopped. */
  private boolean slept(Duration pause) {
    try {
      ticker.sleep(pause);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Duration since(long begin) {
    return Duration.ofNanos(ticker.nanoTime() - begin);
  }

  private Duration left(long begin) {
    Duration left = patience.minus(since(begin));
    return left.isNegative() ? Duration.ZERO : left;
  }
}
