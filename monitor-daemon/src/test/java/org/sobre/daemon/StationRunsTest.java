package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.daemon.BeginRequest.GpuChoice;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.Checkpoint;
import org.sobre.energy.accrual.CheckpointCodec;
import org.sobre.energy.accrual.NodeIdentity;
import org.sobre.energy.accrual.RunningJob;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.EndFrom;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.LedgerFormatException;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.PciAddress;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.node.PublishedGpu;

class StationRunsTest {

  private static final MetersConfig METERS = new MetersConfig(Duration.ofSeconds(1));
  private static final NodeIdentity IDENTITY = new NodeIdentity("station", "n1", "boot-a");
  private static final Peer ALICE = new Peer(1203, "alice");
  private static final Peer BOB = new Peer(1204, "bob");
  private static final JobKey RUN = new JobKey(4_242, 0);

  @TempDir Path root;
  private final TestClock clock = new TestClock();
  private FakeProc proc = new FakeProc(Path.of("/"));
  private StationRuns runs = station();
  private Accrual accrual = fresh();
  private final TwoGpus node = new TwoGpus();

  /** Not known until the test says so. */
  private static final class TwoGpus implements NodeInventory {
    boolean known = true;

    @Override
    public boolean refresh() {
      return false;
    }

    @Override
    public OptionalInt cpus() {
      return OptionalInt.of(8);
    }

    @Override
    public Optional<List<PublishedGpu>> gpus() {
      return known
          ? Optional.of(List.of(gpu("GPU-aaaa", 1), gpu("GPU-abbb", 2)))
          : Optional.empty();
    }

    @Override
    public Optional<List<HeldGpu>> gpusAt(List<Integer> positions) {
      return Optional.of(List.of());
    }

    private static PublishedGpu gpu(String device, int bus) {
      return new PublishedGpu(
          GpuVendor.NVIDIA, "NVIDIA L4", Optional.of(device), new PciAddress(0, bus, 0, 0), true);
    }
  }

  @BeforeEach
  void aliceHasAProcess() throws IOException {
    proc = new FakeProc(root);
    proc.start(4_242, 1203, 500);
    runs = station();
  }

  private StationRuns station() {
    return new StationRuns(proc.table(), clock, Optional.empty());
  }

  private Accrual fresh() {
    return Accrual.fresh(IDENTITY, METERS, clock.nanosSinceBoot(), clock.wall());
  }

  @Test
  void aRunBeginsWhenItWasAskedForAndEndsWhenItWasSaid() throws Exception {
    assertThat(runs.begin(request(new GpuChoice.All()), ALICE)).isEqualTo(RUN);
    pass(0.5);
    read();
    pass(2);
    runs.end(RUN, 256, ALICE);
    proc.end(4_242);
    pass(0.5);
    read();
    pass(10);
    accrual.advance(clock.nanosSinceBoot(), clock.wall());

    JobLine line = line();
    assertThat(line.elapsedMillis()).isEqualTo(2_500);
    assertThat(line.waitStatus()).hasValue(256);
    assertThat(line.beginFrom()).isEqualTo(JobLine.BeginFrom.WRAPPER);
    assertThat(line.endFrom()).isEqualTo(EndFrom.WRAPPER);
    assertThat(line.facts().user()).isEqualTo("alice");
    assertThat(line.facts().account()).contains("local");
    assertThat(line.held().gpus())
        .extracting(HeldGpu::device)
        .containsExactly("GPU-aaaa", "GPU-abbb");
    assertThat(line.held().gpus()).extracting(HeldGpu::type).contains("nvidia_l4");
  }

  @Test
  void aRunWhoseWrapperIsGoneEnds() throws Exception {
    runs.begin(request(new GpuChoice.None()), ALICE);
    read();
    proc.end(4_242);
    proc.start(4_242, 1203, 900);
    pass(1);
    read();
    pass(10);
    accrual.advance(clock.nanosSinceBoot(), clock.wall());

    assertThat(line().endFrom()).isEqualTo(EndFrom.PROCESS);
    assertThat(line().waitStatus()).isEmpty();
  }

  @Test
  void nobodyBeginsForAProcessThatIsNotHisOwn() {
    assertThatThrownBy(() -> runs.begin(request(new GpuChoice.All()), BOB))
        .isInstanceOf(RefusedException.class)
        .hasMessage("pid 4242: expected a living process of yours");
    BeginRequest nobody = new BeginRequest(77, Optional.empty(), 1, new GpuChoice.All());
    assertThatThrownBy(() -> runs.begin(nobody, ALICE)).hasMessageContaining("pid 77");
  }

  @Test
  void nobodyEndsTheRunOfAnother() throws Exception {
    runs.begin(request(new GpuChoice.All()), ALICE);
    assertThatThrownBy(() -> runs.end(RUN, 0, BOB)).hasMessageContaining("is not yours");
    read();
    assertThat(accrual.running()).singleElement().extracting(RunningJob::ended).isEqualTo(false);
  }

  @Test
  void oneWrapperMayBeginAnewAndHasAnotherKey() throws Exception {
    runs.begin(request(new GpuChoice.All()), ALICE);
    assertThat(runs.begin(request(new GpuChoice.All()), ALICE)).isEqualTo(new JobKey(4_242, 1));
  }

  @Test
  void aUserHasSoManyRunsAndNoMoreAndOthersStillBegin() throws Exception {
    for (int i = 0; i < 64; i++) {
      runs.begin(request(new GpuChoice.None()), ALICE);
    }
    assertThatThrownBy(() -> runs.begin(request(new GpuChoice.None()), ALICE))
        .hasMessageContaining("at most 64 of one user");
    proc.start(5_000, 1204, 500);
    assertThat(runs.begin(new BeginRequest(5_000, Optional.empty(), 1, new GpuChoice.None()), BOB))
        .isEqualTo(new JobKey(5_000, 0));
  }

  @Test
  void aRunOnGpusWaitsUntilTheNodeIsKnown() throws Exception {
    node.known = false;
    runs.begin(request(new GpuChoice.All()), ALICE);
    runs.end(RUN, 0, ALICE);
    read();
    assertThat(accrual.running()).isEmpty();
    assertThat(runs.owner(RUN)).hasValue(1203);

    node.known = true;
    read();
    assertThat(accrual.running()).singleElement().extracting(RunningJob::ended).isEqualTo(true);
  }

  @Test
  void aDaemonThatEndsWhenIdleTakesNoRunAfterwards() throws Exception {
    runs.begin(request(new GpuChoice.All()), ALICE);
    assertThat(runs.closeIfIdle()).isFalse();
    runs = station();
    assertThat(runs.closeIfIdle()).isTrue();
    assertThatThrownBy(() -> runs.begin(request(new GpuChoice.All()), ALICE))
        .hasMessageContaining("is ending");
  }

  @Test
  void aRunGoesOnWithTheNextDaemonAndEndsWithItsProcess() throws Exception {
    runs.begin(request(new GpuChoice.All()), ALICE);
    read();
    resume();
    assertThat(runs.begin(request(new GpuChoice.None()), ALICE)).isEqualTo(new JobKey(4_242, 1));
    read();
    assertThat(accrual.running()).hasSize(2).noneMatch(RunningJob::ended);

    proc.end(4_242);
    read();
    assertThat(accrual.running()).allMatch(RunningJob::ended);
  }

  @Test
  void aRunWhoseProcessWentWhileNoDaemonRanEnds() throws Exception {
    runs.begin(request(new GpuChoice.All()), ALICE);
    read();
    proc.end(4_242);
    resume();
    read();
    assertThat(accrual.running()).singleElement().extracting(RunningJob::ended).isEqualTo(true);
  }

  @Test
  void gpusAreChosenAsTheWrapperMaySeeThem() {
    List<PublishedGpu> gpus = node.gpus().orElseThrow();
    assertThat(devices(new GpuChoice.Indices(Optional.empty(), List.of(1, 1, 9))))
        .containsExactly("GPU-abbb");
    assertThat(devices(new GpuChoice.Ids(List.of("GPU-aa")))).containsExactly("GPU-aaaa");
    assertThat(devices(new GpuChoice.Ids(List.of("GPU-a")))).as("fits both").isEmpty();
    assertThat(new GpuChoice.All().among(gpus)).isEqualTo(gpus);
  }

  @Test
  void aNumberCountsTheCardsOfItsVendor() {
    List<PublishedGpu> gpus =
        List.of(
            card(GpuVendor.AMD, "AMD-1", 3, OptionalLong.of(65_520)),
            card(GpuVendor.NVIDIA, "GPU-1", 4, OptionalLong.of(24_564)),
            card(GpuVendor.AMD, "AMD-2", 5, OptionalLong.of(65_520)));
    assertThat(new GpuChoice.Indices(Optional.of(GpuVendor.NVIDIA), List.of(0)).among(gpus))
        .containsExactly(gpus.get(1));
    assertThat(new GpuChoice.Indices(Optional.of(GpuVendor.AMD), List.of(1, 2)).among(gpus))
        .containsExactly(gpus.get(2));
  }

  /** The hours of a processor's own graphics are nobody's GPU hours, and it has no meter. */
  @Test
  void aCardForTheScreenIsNotHeldBesideOneToComputeOn() {
    PublishedGpu card = card(GpuVendor.NVIDIA, "GPU-1", 1, OptionalLong.of(24_564));
    PublishedGpu processors = card(GpuVendor.AMD, "AMD-0000:0a:00.0", 10, OptionalLong.of(512));
    PublishedGpu old = card(GpuVendor.AMD, "AMD-0000:0b:00.0", 11, OptionalLong.empty());
    assertThat(new GpuChoice.All().among(List.of(card, processors, old))).containsExactly(card);
    assertThat(new GpuChoice.All().among(List.of(processors))).containsExactly(processors);
  }

  private static PublishedGpu card(
      GpuVendor vendor, String device, int bus, OptionalLong memoryMebibytes) {
    return new PublishedGpu(
        vendor, "model", Optional.of(device), new PciAddress(0, bus, 0, 0), true, memoryMebibytes);
  }

  private List<String> devices(GpuChoice choice) {
    return choice.among(node.gpus().orElseThrow()).stream()
        .map(gpu -> gpu.device().orElseThrow())
        .toList();
  }

  /** As SIGKILL and a start: only the checkpoint's text is left. */
  private void resume() throws LedgerFormatException {
    Checkpoint left = CheckpointCodec.decode(CheckpointCodec.encode(accrual.checkpoint()));
    accrual = Accrual.resume(left, METERS);
    runs = station();
    runs.resume(accrual);
  }

  private static BeginRequest request(GpuChoice gpus) {
    return new BeginRequest(4_242, Optional.empty(), 4, gpus);
  }

  private void read() {
    runs.read(accrual, node, clock.nanosSinceBoot(), clock.wall());
  }

  private void pass(double seconds) {
    clock.nanos.addAndGet((long) (seconds * TestClock.SECOND));
  }

  private JobLine line() {
    return accrual.pending().stream()
        .map(one -> one.line())
        .filter(JobLine.class::isInstance)
        .map(JobLine.class::cast)
        .findFirst()
        .orElseThrow();
  }
}
