package org.sobre.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.cli.watch.Traffic.Flow;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.hardware.probe.SysRoot;

class TrafficMeterTest {

  private static final long SECOND = 1_000_000_000L;

  @TempDir private Path root;
  private final SettableClock clock = new SettableClock();

  @BeforeEach
  void aMachine() throws IOException {
    for (String hardware :
        new String[] {"block/sda", "block/nvme0n1", "class/net/eth0", "class/net/ib0"}) {
      Files.createDirectories(root.resolve("sys").resolve(hardware).resolve("device"));
    }
    for (String made : new String[] {"block/dm-0", "block/loop0", "class/net/br0"}) {
      Files.createDirectories(root.resolve("sys").resolve(made));
    }
    disks(0, 0);
    networks(0, 0);
  }

  @Test
  void ratesAreOfTheTimeSinceTheLookBefore() throws IOException {
    TrafficMeter meter = meter();
    clock.nanos += 2 * SECOND;
    disks(2_000, 500);
    networks(3_000, 4_000);
    assertThat(meter.look())
        .isEqualTo(
            new Traffic(
                List.of(flow("nvme0n1", 0, 0), flow("sda", 512_000, 128_000)),
                List.of(flow("eth0", 1_500, 2_000), flow("ib0", 0, 0))));
    clock.nanos += SECOND;
    assertThat(meter.look().disks()).contains(flow("sda", 0, 0));
  }

  /** A volume, a bridge or a partition would count the bytes of its disk again. */
  @Test
  void onlyHardwareIsCounted() throws IOException {
    clock.nanos += SECOND;
    assertThat(meter().look().disks()).extracting(Flow::device).containsExactly("nvme0n1", "sda");
    assertThat(meter().look().networks()).extracting(Flow::device).containsExactly("eth0", "ib0");
  }

  @Test
  void aContainerHasTheInterfacesThatItSees() throws IOException {
    Files.writeString(
        root.resolve("proc/net/dev"),
        """
        Inter-|   Receive
         face |bytes
            lo: 9 0 0 0 0 0 0 0 9 0 0 0 0 0 0 0
          veth7: 5 0 0 0 0 0 0 0 6 0 0 0 0 0 0 0
        """);
    assertThat(meter().look().networks()).extracting(Flow::device).containsExactly("veth7");
  }

  @Test
  void twoLooksAtOnceHaveNoRate() throws IOException {
    TrafficMeter meter = meter();
    clock.nanos += SECOND / 10;
    assertThat(meter.look().disks()).noneMatch(Flow::isKnown);
    clock.nanos += SECOND / 10;
    assertThat(meter.look().disks()).allMatch(Flow::isKnown);
  }

  @Test
  void aCounterThatWasSetBackHasNoRate() throws IOException {
    disks(1_000, 1_000);
    TrafficMeter meter = meter();
    clock.nanos += SECOND;
    disks(0, 2_000);
    assertThat(meter.look().disks())
        .contains(new Flow("sda", OptionalLong.empty(), OptionalLong.of(512_000)));
  }

  @Test
  void withoutTheFilesThereIsNothing() throws IOException {
    Files.delete(root.resolve("proc/diskstats"));
    Files.delete(root.resolve("proc/net/dev"));
    assertThat(meter().look()).isEqualTo(Traffic.NONE);
  }

  private TrafficMeter meter() {
    return new TrafficMeter(new SysRoot(root), clock);
  }

  private static Flow flow(String device, long in, long out) {
    return new Flow(device, OptionalLong.of(in), OptionalLong.of(out));
  }

  /** The form is that of Linux 6.1, with the fields of discards and flushes. */
  private void disks(long read, long written) throws IOException {
    Files.createDirectories(root.resolve("proc/net"));
    Files.writeString(
        root.resolve("proc/diskstats"),
        String.join(
            "\n",
            "   8       0 sda 10 0 " + read + " 5 20 0 " + written + " 7 0 8 9 0 0 0 0 3 1",
            "   8       1 sda1 10 0 " + read + " 5 20 0 " + written + " 7 0 8 9 0 0 0 0 3 1",
            " 259       0 nvme0n1 1 0 8 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
            " 254       0 dm-0 10 0 " + read + " 5 20 0 " + written + " 7 0 8 9 0 0 0 0 3 1",
            "   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
            "what is this",
            ""));
  }

  private void networks(long received, long sent) throws IOException {
    Files.writeString(
        root.resolve("proc/net/dev"),
        "Inter-|   Receive                                                |  Transmit\n"
            + " face |bytes    packets errs drop fifo frame compressed multicast|bytes\n"
            + "    lo: 77 1 0 0 0 0 0 0 77 1 0 0 0 0 0 0\n"
            + ("  eth0: " + received + " 1 0 0 0 0 0 0 " + sent + " 1 0 0 0 0 0 0\n")
            + ("   br0: " + received + " 1 0 0 0 0 0 0 " + sent + " 1 0 0 0 0 0 0\n")
            + "   ib0:0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n");
  }

  private static final class SettableClock implements UptimeClock {
    private long nanos = 100 * SECOND;

    @Override
    public long nanosSinceBoot() {
      return nanos;
    }

    @Override
    public Instant wall() {
      return Instant.EPOCH.plusNanos(nanos);
    }
  }
}
