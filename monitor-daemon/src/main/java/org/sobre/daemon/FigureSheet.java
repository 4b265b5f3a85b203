package org.sobre.daemon;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.sobre.daemon.NodeView.DeviceView;
import org.sobre.daemon.metrics.GpuFigures;
import org.sobre.daemon.metrics.LedgerFigures;
import org.sobre.daemon.metrics.MeterFigures;
import org.sobre.daemon.metrics.NodeFigures;
import org.sobre.energy.accrual.RunningJob;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.slurm.node.PublishedGpu;

/** The node's figures for a monitoring system, of what the loop knows at one moment. */
record FigureSheet(
    NodeView view, List<MeterFigures> meters, List<PublishedGpu> gpus, List<RunningJob> runs) {

  private static final String NO_ACCOUNT = "";

  FigureSheet {
    meters = List.copyOf(meters);
    gpus = List.copyOf(gpus);
    runs = runs.stream().filter(run -> !run.ended()).toList();
  }

  NodeFigures of(LedgerFigures ledger, long steps, boolean clockUnset, long nowNanos) {
    return new NodeFigures(
        view.node(),
        nowNanos,
        meters.stream().map(this::withPower).toList(),
        gpus.stream().flatMap(gpu -> figures(gpu).stream()).toList(),
        runs.size(),
        ledger,
        steps,
        clockUnset);
  }

  private MeterFigures withPower(MeterFigures meter) {
    return meter.withMilliwatts(
        device(meter.meter()).map(DeviceView::milliwatts).orElse(OptionalLong.empty()));
  }

  /** Empty for a card that could not be asked for its id: it has no meter either. */
  private Optional<GpuFigures> figures(PublishedGpu gpu) {
    return gpu.device().map(device -> figures(device, gpu));
  }

  private GpuFigures figures(String device, PublishedGpu gpu) {
    Optional<DeviceView> seen = device(new MeterId(Part.GPU, device));
    return new GpuFigures(
        device,
        gpu.vendor(),
        gpu.model(),
        gpu.pciAddress(),
        seen.map(DeviceView::busyPercent).orElse(OptionalInt.empty()),
        seen.map(DeviceView::memoryUsedMebibytes).orElse(OptionalLong.empty()),
        gpu.memoryTotalMebibytes(),
        held(device));
  }

  private Map<String, Double> held(String device) {
    return runs.stream()
        .flatMap(
            run ->
                run.gpus().stream()
                    .filter(gpu -> gpu.device().equals(device))
                    .map(HeldGpu::fraction)
                    .map(share -> Map.entry(account(run), share.doubleValue())))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Double::sum));
  }

  private static String account(RunningJob run) {
    return run.facts().account().orElse(NO_ACCOUNT);
  }

  private Optional<DeviceView> device(MeterId meter) {
    return view.devices().stream().filter(device -> device.meter().equals(meter)).findFirst();
  }
}
