package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.sobre.daemon.metrics.GpuFigures;
import org.sobre.daemon.metrics.LedgerFigures;
import org.sobre.daemon.metrics.MeterFigures;
import org.sobre.daemon.metrics.NodeFigures;
import org.sobre.energy.accrual.RunningJob;
import org.sobre.energy.ledger.JobLine.BeginFrom;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.PciAddress;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.node.PublishedGpu;

class FigureSheetTest {

  private static final MeterId GPU = new MeterId(Part.GPU, "GPU-a");
  private static final MeterId PACKAGE = new MeterId(Part.CPU_PACKAGE, "0");

  @Test
  void joinsWhatTheLoopKnowsOfADevice() {
    NodeView view =
        new NodeView("n1", List.of(device(GPU, 250_000), device(PACKAGE, 80_000)), List.of());
    NodeFigures figures =
        new FigureSheet(
                view,
                List.of(meter(GPU), meter(PACKAGE)),
                List.of(gpu(Optional.of("GPU-a")), gpu(Optional.empty())),
                List.of(
                    run(1, Optional.of("lab1"), "0.25", false),
                    run(2, Optional.of("lab1"), "0.25", false),
                    run(3, Optional.empty(), "0.125", false),
                    run(4, Optional.of("lab2"), "0.25", true)))
            .of(new LedgerFigures(9, 1, 5), 77, true, 42);

    assertThat(figures.meters())
        .extracting(MeterFigures::milliwatts)
        .containsExactly(OptionalLong.of(250_000), OptionalLong.of(80_000));
    assertThat(figures.gpus())
        .as("a card without an id has no meter, and no figures")
        .singleElement()
        .extracting(GpuFigures::held, GpuFigures::busyPercent, GpuFigures::memoryUsedMebibytes)
        .containsExactly(
            Map.of("lab1", 0.5, "", 0.125), OptionalInt.of(50), OptionalLong.of(1_024));
    assertThat(figures.jobsRunning()).as("one has ended").isEqualTo(3);
    assertThat(figures.steps()).isEqualTo(77);
    assertThat(figures.clockUnset()).isTrue();
    assertThat(figures.atNanos()).isEqualTo(42);
  }

  private static NodeView.DeviceView device(MeterId meter, long milliwatts) {
    return new NodeView.DeviceView(
        meter,
        OptionalLong.of(milliwatts),
        OptionalInt.of(50),
        OptionalLong.of(1_024),
        OptionalLong.of(24_564),
        OptionalInt.empty(),
        List.of());
  }

  private static MeterFigures meter(MeterId meter) {
    return new MeterFigures(
        meter,
        "test",
        Optional.empty(),
        Map.of(Quality.COUNTER, 1L),
        1,
        Map.of(),
        OptionalLong.empty());
  }

  private static PublishedGpu gpu(Optional<String> device) {
    PciAddress address = PciAddress.parse("0000:41:00.0").orElseThrow();
    return new PublishedGpu(GpuVendor.NVIDIA, "NVIDIA L4", device, address, true);
  }

  private static RunningJob run(int id, Optional<String> account, String share, boolean ended) {
    JobFacts facts =
        new JobFacts(new JobKey(id, 0), "alice", 1203, account, Optional.empty(), List.of(0), 1);
    HeldGpu held = new HeldGpu("GPU-a", "l4", new BigDecimal(share));
    return new RunningJob(
        facts,
        List.of(held),
        Optional.empty(),
        ended ? OptionalLong.of(2) : OptionalLong.empty(),
        BeginFrom.PROLOG,
        /* beginNanos= */ 1,
        OptionalLong.empty());
  }
}
