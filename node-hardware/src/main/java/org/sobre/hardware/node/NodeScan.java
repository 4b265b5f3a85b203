package org.sobre.hardware.node;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.sobre.hardware.catalog.GpuCatalogFiles;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuInventory;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.PciId;
import org.sobre.hardware.gpu.PciScan;
import org.sobre.hardware.gpu.amd.AmdHwmon;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolRunner;

/**
 * Runs every probe at the same time, under one deadline. What a probe cannot tell is a report in
 * the description and takes nothing else away; only a machine whose name, boot, processors or
 * memory cannot be read has no description.
 */
public final class NodeScan {

  /** For a tool killed at the deadline to go, and for its report to come. */
  private static final Duration SLACK = Duration.ofSeconds(1);

  private static final Executor OWN_THREAD_EACH =
      work -> {
        Thread thread = new Thread(work, "sobre-probe");
        thread.setDaemon(true);
        thread.start();
      };

  private final SysRoot root;
  private final Callable<Machine> machine;
  private final GpuScan gpuScan;
  private final GpuCatalogFiles catalog;
  private final Clock clock;
  private final Duration deadline;

  /** With the GPU catalogue that lies in the same tree. */
  public NodeScan(
      SysRoot root,
      ToolRunner runner,
      Callable<Machine> machine,
      Clock clock,
      DiscoveryConfig config) {
    this(root, runner, machine, clock, config, GpuCatalogFiles.of(root));
  }

  /**
   * @param machine reads processors, memory and board; may be slow
   * @param clock labels the description
   * @param catalog what is published of GPU models
   */
  public NodeScan(
      SysRoot root,
      ToolRunner runner,
      Callable<Machine> machine,
      Clock clock,
      DiscoveryConfig config,
      GpuCatalogFiles catalog) {
    this.root = requireNonNull(root, "root");
    this.machine = requireNonNull(machine, "machine");
    this.gpuScan = new GpuScan(root, runner, config, OWN_THREAD_EACH);
    this.clock = requireNonNull(clock, "clock");
    this.catalog = requireNonNull(catalog, "catalog");
    this.deadline = config.deadline();
  }

  /** This machine, through its own kernel trees and tools. */
  public static NodeScan ofThisMachine(DiscoveryConfig config) {
    return new NodeScan(
        SysRoot.machine(),
        new CommonsExecToolRunner(),
        OshiMachine::read,
        Clock.systemUTC(),
        config,
        GpuCatalogFiles.ofThisMachine());
  }

  /**
   * Asks everything; at most about two seconds longer than the deadline.
   *
   * @throws IOException if the machine's name, boot id, processors or memory cannot be read; the
   *     message says which
   */
  public NodeDescription scan() throws IOException {
    return scan(deadline);
  }

  /** As {@link #scan()}, with this deadline for all probes in place of the configured one. */
  NodeDescription scan(Duration within) throws IOException {
    // the vendors' tools are the slowest: first of all
    TimedProbe<GpuInventory> askedGpus =
        TimedProbe.start("gpus", OWN_THREAD_EACH, () -> gpuScan.scan(within));
    TimedProbe<Machine> askedMachine = TimedProbe.start("machine", OWN_THREAD_EACH, machine);
    TimedProbe<PowercapScan> askedPowercap =
        TimedProbe.start("powercap", OWN_THREAD_EACH, () -> PowercapScan.of(root));
    String node = kernelText("hostname");
    String boot = kernelText("random/boot_id");

    TimedProbe.Answer<Machine> found = askedMachine.await(within);
    TimedProbe.Answer<PowercapScan> powercap = askedPowercap.await(within);
    TimedProbe.Answer<GpuInventory> gpus = askedGpus.await(within.plus(SLACK));

    Machine parts = found.value().orElseThrow(() -> noMachine(found.report()));
    List<ProbeReport> probes = new ArrayList<>(List.of(found.report()));
    probes.add(powercap.value().map(PowercapScan::report).orElse(powercap.report()));
    probes.addAll(gpus.value().map(GpuInventory::probes).orElse(List.of(gpus.report())));
    List<Gpu> cards = catalogued(gpus.value().map(GpuInventory::gpus).orElse(List.of()), probes);
    return new NodeDescription(
        HostName.shortName(node),
        boot,
        clock.instant(),
        parts.board(),
        parts.cpu(),
        parts.memory(),
        cards,
        meters(powercap.value(), cards),
        probes);
  }

  /** What the catalogue has of these cards is read when they are known: that is little. */
  private List<Gpu> catalogued(List<Gpu> cards, List<ProbeReport> probes) {
    if (cards.isEmpty()) {
      return cards;
    }
    Map<Gpu, Optional<PciId>> ids = new HashMap<>();
    cards.forEach(gpu -> ids.put(gpu, PciScan.idOf(root, gpu.pciAddress())));
    TimedProbe.Answer<GpuCatalogFiles.Loaded> models =
        TimedProbe.start(
                GpuCatalogFiles.PROBE,
                OWN_THREAD_EACH,
                () -> catalog.loadFor(cards, gpu -> ids.getOrDefault(gpu, Optional.empty())))
            .await(SLACK);
    probes.add(models.value().map(GpuCatalogFiles.Loaded::report).orElse(models.report()));
    return models
        .value()
        .map(GpuCatalogFiles.Loaded::catalog)
        .map(
            found ->
                cards.stream()
                    .map(gpu -> found.complete(gpu, ids.getOrDefault(gpu, Optional.empty())))
                    .toList())
        .orElse(cards);
  }

  /** Asks for the GPUs alone, within the deadline; the catalogue is not. */
  public GpuInventory gpus() {
    return gpuScan.scan(deadline);
  }

  private List<MeterDescription> meters(Optional<PowercapScan> powercap, List<Gpu> gpus) {
    return Stream.concat(
            powercap.map(PowercapScan::meters).orElse(List.of()).stream(),
            gpus.stream()
                .filter(gpu -> gpu.state() == GpuState.OK && !gpu.ambiguous())
                .flatMap(this::gpuMeter))
        .toList();
  }

  /** Also of a card that is not offered: it draws power all the same. */
  private Stream<MeterDescription> gpuMeter(Gpu gpu) {
    return gpu.uuid().stream()
        .flatMap(
            uuid ->
                meterSource(gpu)
                    .map(source -> new MeterDescription("gpu", uuid, source, OptionalLong.empty()))
                    .stream());
  }

  private Optional<String> meterSource(Gpu gpu) {
    return switch (gpu.vendor()) {
      case NVIDIA -> Optional.of("nvidia-smi");
      case AMD -> AmdHwmon.powerFile(root, gpu.pciAddress()).map(file -> "amdgpu-hwmon");
    };
  }

  private static IOException noMachine(ProbeReport report) {
    return new IOException(
        "expected to read this machine's processors and memory: "
            + report.detail().orElse("no answer"));
  }

  private String kernelText(String name) throws IOException {
    Path file = root.proc().resolve("sys/kernel").resolve(name);
    String text = Files.readString(file).strip();
    if (text.isEmpty()) {
      throw new IOException("expected a text in " + file + ", found it empty");
    }
    return text;
  }
}
