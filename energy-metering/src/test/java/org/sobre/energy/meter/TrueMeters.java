package org.sobre.energy.meter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.hardware.gpu.nvidia.nvml.NvmlException;
import org.sobre.hardware.gpu.nvidia.nvml.NvmlLibrary;
import org.sobre.hardware.gpu.nvidia.nvml.NvmlPower;
import org.sobre.hardware.gpu.nvidia.nvml.NvmlStatus;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;
import org.sobre.truth.PowerFunction;
import org.sobre.truth.Readings;
import org.sobre.truth.TrueNode;
import org.sobre.truth.TrueNode.Told;

/** The real meters of a node of which everything is known, over what its devices would show. */
public final class TrueMeters implements AutoCloseable {

  private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(3);

  /** nvidia-smi sleeps for its period after each look: its seconds are longer. */
  private static final long ROW_NANOS = 1_000_700_000L;

  private final TrueNode node;
  private final UptimeClock clock;
  private final Path root;
  private final List<Meter> meters = new ArrayList<>();

  /**
   * @param root of the kernel's tree, empty; written by each {@link #poll()}
   * @param rowsFrom nanoseconds since boot, when nvidia-smi's first row comes
   */
  public TrueMeters(TrueNode node, UptimeClock clock, Path root, long rowsFrom) throws IOException {
    this.node = node;
    this.clock = clock;
    this.root = root;
    Map<String, PciAddress> byLibrary = new HashMap<>();
    Map<String, PciAddress> byTool = new HashMap<>();
    for (TrueNode.Device board : node.boards()) {
      boolean isCounted = board.told() == Told.MILLIJOULES;
      (isCounted ? byLibrary : byTool)
          .put(board.name(), new PciAddress(0, node.boards().indexOf(board) + 1, 0, 0));
    }
    Map<String, CounterTrust> trusts = new HashMap<>();
    byLibrary.keySet().forEach(uuid -> trusts.put(uuid, new CounterTrust(0.1, Optional.empty())));
    PlausiblePowers powers = new PlausiblePowers(Map.of());
    Rows rows = new Rows(rowsFrom);
    meters.add(
        new NvmlMeter(
            () -> Reading.of(new Library()),
            byLibrary,
            sleeping(byLibrary),
            clock,
            LONGEST_INTERVAL,
            powers,
            trusts,
            new AtOnce()));
    meters.add(
        new NvidiaPowerMeter(
            new AwakeRows(sleeping(byTool), only -> rows),
            clock,
            LONGEST_INTERVAL,
            byTool.keySet(),
            powers));
    for (TrueNode.Device one : node.packages()) {
      write(one, "name", "package-" + one.name());
      write(one, "max_energy_range_uj", Long.toString(Readings.packageRange()));
    }
    meters.add(new PowercapMeter(new SysRoot(root), clock, LONGEST_INTERVAL));
  }

  private SleepingCards sleeping(Map<String, PciAddress> cards) {
    return new SleepingCards(new SysRoot(root), clock, cards);
  }

  /** What all of them saw since the last call. */
  public List<MeteredInterval> poll() throws IOException {
    for (TrueNode.Device one : node.packages()) {
      long microjoules = Readings.packageMicrojoules(one.power(), clock.nanosSinceBoot());
      write(one, "energy_uj", Long.toString(microjoules));
    }
    List<MeteredInterval> seen = new ArrayList<>();
    meters.forEach(meter -> seen.addAll(meter.poll()));
    return seen;
  }

  public List<MeterStatus> statuses() {
    List<MeterStatus> statuses = new ArrayList<>();
    meters.forEach(meter -> statuses.addAll(meter.meters()));
    return statuses;
  }

  @Override
  public void close() {
    meters.forEach(Meter::close);
  }

  private void write(TrueNode.Device one, String file, String text) throws IOException {
    Path zone = root.resolve("sys/class/powercap/intel-rapl:" + one.name());
    Files.createDirectories(zone);
    Files.writeString(zone.resolve(file), text + "\n");
  }

  /** As nvidia-smi prints them, a row a card each second. */
  private final class Rows implements RowStream {
    private long next;
    private boolean started;

    Rows(long first) {
      next = first;
    }

    @Override
    public List<StreamEvent> drain() {
      List<StreamEvent> events = new ArrayList<>();
      if (!started) {
        started = true;
        events.add(
            new StreamEvent.Started(
                clock.nanosSinceBoot(), List.of(Readings.COLUMNS.split(",", -1))));
      }
      while (next <= clock.nanosSinceBoot()) {
        for (TrueNode.Device board : node.boards()) {
          if (board.told() != Told.MILLIJOULES) {
            events.add(new StreamEvent.Line(next, Readings.row(board, next)));
          }
        }
        next += ROW_NANOS;
      }
      return events;
    }

    @Override
    public void restart() {
      throw new UncheckedIOException(new IOException("rows came all the time"));
    }

    @Override
    public void close() {}
  }

  /** As NVIDIA's library answers: a card's handle is its place among the boards. */
  private final class Library implements NvmlLibrary {

    private TrueNode.Device board(long device) {
      return node.boards().get((int) device);
    }

    private PowerFunction truth(long device) {
      return board(device).power();
    }

    @Override
    public void init() {}

    @Override
    public void shutdown() {}

    @Override
    public long deviceAt(PciAddress address) throws NvmlException {
      for (int i = 0; i < node.boards().size(); i++) {
        if (new PciAddress(0, i + 1, 0, 0).equals(address)) {
          return i;
        }
      }
      throw new NvmlException(NvmlStatus.NOT_FOUND, "no card at " + address);
    }

    @Override
    public String uuid(long device) {
      return board(device).name();
    }

    @Override
    public String name(long device) {
      return "NVIDIA L40S";
    }

    @Override
    public long totalEnergyMillijoules(long device) {
      return Readings.millijoules(truth(device), clock.nanosSinceBoot());
    }

    @Override
    public NvmlPower power(long device) {
      long now = clock.nanosSinceBoot();
      return new NvmlPower(
          OptionalLong.of(Readings.meanMilliwatts(truth(device), now)),
          OptionalLong.of(Readings.instantMilliwatts(truth(device), now)));
    }

    @Override
    public long powerUsageMilliwatts(long device) {
      return Readings.meanMilliwatts(truth(device), clock.nanosSinceBoot());
    }

    @Override
    public int busyPercent(long device) {
      return 50;
    }

    @Override
    public long defaultLimitMilliwatts(long device) {
      return 350_000;
    }

    @Override
    public int celsius(long device) {
      return 60;
    }

    @Override
    public long memoryUsedBytes(long device) {
      return 4L << 30;
    }

    @Override
    public void close() {}
  }
}
