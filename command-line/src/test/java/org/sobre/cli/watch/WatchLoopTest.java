package org.sobre.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.sobre.jobs.station.NodeView;
import org.sobre.jobs.station.NodeView.Device;

class WatchLoopTest {

  private static final Instant START = Instant.parse("2026-11-20T13:00:00Z");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final SteppingClock clock = new SteppingClock();
  private final SteppingTime time = new SteppingTime();
  private final FakeWatch watch = new FakeWatch();

  @Test
  void looksAtRegularTimesAndKeepsUpBetween() throws Exception {
    assertThat(run(Duration.ofSeconds(3), OptionalLong.of(3))).isEqualTo(1);
    assertThat(out.toString().lines())
        .containsExactly(
            "head", "2026-11-20T13:00:00Z", "2026-11-20T13:00:03Z", "2026-11-20T13:00:06Z");
    assertThat(watch.keptUp).isEqualTo(4);
  }

  @Test
  void aReasonIsSaidOnce() throws Exception {
    watch.notes.add("no watts");
    run(Duration.ofSeconds(1), OptionalLong.of(3));
    assertThat(err.toString().lines()).containsExactly("sobre: no watts");
  }

  @Test
  void itEndsWhenNobodyReadsAnyMore() throws Exception {
    WatchLoop loop = loop();
    loop.run(Duration.ofSeconds(1), OptionalLong.empty(), () -> watch.looks == 2);
    assertThat(watch.looks).isEqualTo(2);
  }

  /** Not only after the next look, which may be an hour away. */
  @Test
  void whoLeavesInAPauseWaitsForNoOtherLook() throws Exception {
    loop().run(Duration.ofMinutes(10), OptionalLong.empty(), () -> time.nanos > 2_500_000_000L);
    assertThat(watch.looks).isEqualTo(1);
    assertThat(time.nanos).isEqualTo(3_000_000_000L);
  }

  @Test
  void aLookThatTookLongIsNotMadeUpFor() throws Exception {
    watch.takes = Duration.ofSeconds(10);
    run(Duration.ofSeconds(1), OptionalLong.of(3));
    assertThat(out.toString().lines())
        .containsExactly(
            "head", "2026-11-20T13:00:10Z", "2026-11-20T13:00:21Z", "2026-11-20T13:00:32Z");
  }

  /** A time service, or a person, sets the wall clock back: it labels the lines and no more. */
  @Test
  void aClockThatIsSetBackStopsNothing() throws Exception {
    watch.clockSet = Duration.ofHours(-1);
    run(Duration.ofSeconds(2), OptionalLong.of(3));
    assertThat(out.toString().lines())
        .containsExactly(
            "head", "2026-11-20T12:00:00Z", "2026-11-20T11:00:02Z", "2026-11-20T10:00:04Z");
    assertThat(time.nanos).isEqualTo(Duration.ofSeconds(4).toNanos());
  }

  /** Or it would stay for ever without a word. */
  @Test
  void aMachineWithoutDevicesIsNotWatched() throws Exception {
    watch.devices = List.of();
    assertThat(run(Duration.ofSeconds(1), OptionalLong.of(3))).isZero();
    assertThat(watch.looks).isEqualTo(1);
    assertThat(out.toString()).isEmpty();
  }

  private int run(Duration interval, OptionalLong count) throws InterruptedException {
    return loop().run(interval, count, () -> false);
  }

  private WatchLoop loop() {
    WatchFormat format =
        new WatchFormat() {
          @Override
          public String head() {
            return "head\n";
          }

          @Override
          public String look(Look look) {
            return look.at() + "\n";
          }
        };
    return new WatchLoop(
        watch, () -> Traffic.NONE, format, clock, time, new PrintWriter(out), new PrintWriter(err));
  }

  private static Device device() {
    OptionalLong unknown = OptionalLong.empty();
    return new Device("gpu", "GPU-1", unknown, unknown, unknown, unknown, Optional.empty());
  }

  private final class FakeWatch implements NodeWatch {
    private final List<String> notes = new ArrayList<>();
    private Duration takes = Duration.ZERO;
    private Duration clockSet = Duration.ZERO;
    private List<Device> devices = List.of(device());
    private int looks;
    private int keptUp;

    @Override
    public Sight look() {
      looks++;
      time.sleep(takes);
      clock.now = clock.now.plus(clockSet);
      return new Sight(new NodeView("n1", devices), notes);
    }

    @Override
    public void keepUp() {
      keptUp++;
    }

    @Override
    public void close() {}
  }

  private final class SteppingTime implements WatchLoop.Pace {
    private long nanos;

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public void sleep(Duration passed) {
      assertThat(passed).isBetween(Duration.ZERO, Duration.ofSeconds(10));
      nanos += passed.toNanos();
      clock.now = clock.now.plus(passed);
    }
  }

  private static final class SteppingClock extends Clock {
    private Instant now = START;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return Clock.fixed(now, zone);
    }
  }
}
