package org.sobre.daemon.metrics;

import static org.sobre.daemon.metrics.TextFormat.Type.COUNTER;
import static org.sobre.daemon.metrics.TextFormat.Type.GAUGE;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.units.Reading.Reason;

/**
 * The figures of a node as Prometheus reads them: base units, ratios from 0 to 1. Energy and power
 * are whole joules and watts, of at most one reading a second: a port of this machine is open to
 * whoever is on it, and finer figures tell what a neighbour computes (CVE-2020-8694). For the same
 * reason no job and no user has a series of its own.
 */
final class MetricsPage {

  private static final long MICROJOULES_PER_JOULE = 1_000_000;
  private static final long MILLIWATTS_PER_WATT = 1_000;
  private static final long BYTES_PER_MEBIBYTE = 1 << 20;
  private static final double PERCENT = 100;

  private final PageLabels labels;
  private final TextFormat text;
  private final StringBuilder page = new StringBuilder(8_192);

  private MetricsPage(PageLabels labels) {
    this.labels = labels;
    this.text = new TextFormat(page);
  }

  /**
   * @param process absent where it cannot be read
   * @param startSeconds when the daemon started, since 1970
   */
  static String of(
      NodeFigures node, Optional<ProcessFigures> process, long startSeconds, PageLabels labels) {
    MetricsPage page = new MetricsPage(labels);
    page.node(node);
    page.energy(node);
    page.meters(node);
    page.gpus(node);
    page.ledger(node);
    page.daemon(node);
    page.process(process, startSeconds);
    return page.page.toString();
  }

  private void node(NodeFigures node) {
    text.family("sobre_node_info", GAUGE, "The node and its cluster, as the ledger knows them; 1.")
        .sample(1, "cluster", labels.cluster(), "node", node.node());
    text.family("sobre_build_info", GAUGE, "The version of the daemon; 1.")
        .sample(1, "version", labels.version());
    text.family("sobre_running_jobs", GAUGE, "Jobs and runs that have begun here and not ended.")
        .sample(node.jobsRunning());
  }

  private void energy(NodeFigures node) {
    text.family(
        "sobre_meter_joules_total",
        COUNTER,
        "Energy that a meter saw since the daemon started, whole joules.");
    for (MeterFigures meter : node.meters()) {
      for (Map.Entry<Quality, Long> one : new TreeMap<>(meter.microjoules()).entrySet()) {
        text.sample(
            one.getValue() / MICROJOULES_PER_JOULE,
            "part",
            meter.meter().part().jsonName(),
            "device",
            meter.meter().device(),
            "quality",
            one.getKey().jsonName());
      }
    }
    text.family("sobre_meter_watts", GAUGE, "Mean power over about the last second, whole watts.");
    for (MeterFigures meter : node.meters()) {
      meter
          .milliwatts()
          .ifPresent(
              power -> ofMeter((power + MILLIWATTS_PER_WATT / 2) / MILLIWATTS_PER_WATT, meter));
    }
  }

  private void meters(NodeFigures node) {
    text.family(
        "sobre_meter_observed_seconds_total",
        COUNTER,
        "Time that a meter was seen since the daemon started: that of its joules.");
    node.meters().forEach(meter -> ofMeter(seconds(meter.observedNanos()), meter));
    text.family(
        "sobre_meter_missing_seconds_total",
        COUNTER,
        "Time that a meter said it could not be read, by reason.");
    for (MeterFigures meter : node.meters()) {
      for (Map.Entry<Reason, Long> one : new TreeMap<>(meter.missingNanos()).entrySet()) {
        text.sample(
            seconds(one.getValue()),
            "part",
            meter.meter().part().jsonName(),
            "device",
            meter.meter().device(),
            "reason",
            one.getKey().jsonName());
      }
    }
    text.family("sobre_meter_up", GAUGE, "Whether a meter can be read now: 1, or 0.");
    node.meters().forEach(meter -> ofMeter(meter.missing().isEmpty() ? 1 : 0, meter));
    text.family("sobre_meter_info", GAUGE, "How a meter is read now; 1.");
    for (MeterFigures meter : node.meters()) {
      text.sample(
          1,
          "part",
          meter.meter().part().jsonName(),
          "device",
          meter.meter().device(),
          "source",
          meter.source());
    }
  }

  private void gpus(NodeFigures node) {
    text.family("sobre_gpu_info", GAUGE, "A GPU: its maker, its model and where it is; 1.");
    for (GpuFigures gpu : node.gpus()) {
      text.sample(
          1,
          "device",
          gpu.device(),
          "vendor",
          gpu.vendor().jsonName(),
          "model",
          gpu.model(),
          "pci",
          gpu.pciAddress().toString());
    }
    text.family("sobre_gpu_busy_ratio", GAUGE, "Share of the last second in which a GPU computed.");
    for (GpuFigures gpu : node.gpus()) {
      gpu.busyPercent().ifPresent(busy -> text.sample(busy / PERCENT, "device", gpu.device()));
    }
    memory(node);
    text.family("sobre_gpu_held_ratio", GAUGE, "Share of a GPU that jobs hold, busy or idle.");
    node.gpus().forEach(gpu -> text.sample(gpu.heldShare(), "device", gpu.device()));
    if (labels.withAccounts()) {
      accounts(node);
    }
  }

  private void memory(NodeFigures node) {
    text.family("sobre_gpu_memory_used_bytes", GAUGE, "Video memory in use.");
    for (GpuFigures gpu : node.gpus()) {
      gpu.memoryUsedMebibytes()
          .ifPresent(used -> text.sample(used * BYTES_PER_MEBIBYTE, "device", gpu.device()));
    }
    text.family("sobre_gpu_memory_total_bytes", GAUGE, "Video memory that there is.");
    for (GpuFigures gpu : node.gpus()) {
      gpu.memoryTotalMebibytes()
          .ifPresent(total -> text.sample(total * BYTES_PER_MEBIBYTE, "device", gpu.device()));
    }
  }

  private void accounts(NodeFigures node) {
    text.family(
        "sobre_gpu_account_held_ratio",
        GAUGE,
        "Share of a GPU that the jobs of an account hold; without a job, no sample.");
    for (GpuFigures gpu : node.gpus()) {
      new TreeMap<>(gpu.held())
          .forEach(
              (account, share) -> text.sample(share, "device", gpu.device(), "account", account));
    }
  }

  private void ledger(NodeFigures node) {
    text.family("sobre_ledger_lines_total", COUNTER, "Lines of this boot that are in the ledger.")
        .sample(node.ledger().lines());
    text.family("sobre_ledger_pending_lines", GAUGE, "Lines that wait in memory for the ledger.")
        .sample(node.ledger().pendingLines());
    text.family(
            "sobre_ledger_lag_seconds", GAUGE, "Time since the ledger last took what was offered.")
        .sample(seconds(node.ledger().lagNanos()));
  }

  private void daemon(NodeFigures node) {
    text.family("sobre_monitord_steps_total", COUNTER, "How often the loop has turned.")
        .sample(node.steps());
    text.family(
            "sobre_clock_unset", GAUGE, "Whether the wall clock is not to be relied on: 1, or 0.")
        .sample(node.clockUnset() ? 1 : 0);
  }

  /** By the names that Prometheus' own libraries give these. */
  private void process(Optional<ProcessFigures> process, long startSeconds) {
    text.family("process_start_time_seconds", GAUGE, "When the daemon started, since 1970.")
        .sample(startSeconds);
    text.family("process_cpu_seconds_total", COUNTER, "CPU time of the daemon itself.");
    process.ifPresent(figures -> text.sample(figures.cpuSeconds()));
    text.family("process_resident_memory_bytes", GAUGE, "Memory of the daemon itself.");
    process.ifPresent(figures -> figures.residentBytes().ifPresent(text::sample));
  }

  private void ofMeter(long value, MeterFigures meter) {
    text.sample(value, "part", meter.meter().part().jsonName(), "device", meter.meter().device());
  }

  private void ofMeter(double value, MeterFigures meter) {
    text.sample(value, "part", meter.meter().part().jsonName(), "device", meter.meter().device());
  }

  /** To the millisecond. */
  private static double seconds(long nanos) {
    return Math.floor(nanos / 1e6) / 1e3;
  }
}
