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

  @Test
  void aLookThatTookLongIsNotMadeUpFor() throws Exception {
    watch.takes = Duration.ofSeconds(10);
    run(Duration.ofSeconds(1), OptionalLong.of(3));
    assertThat(out.toString().lines())
        .containsExactly(
            "head", "2026-11-20T13:00:10Z", "2026-11-20T13:00:21Z", "2026-11-20T13:00:32Z");
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
          public String look(Instant at, NodeView view) {
            return at + "\n";
          }
        };
    return new WatchLoop(
        watch,
        format,
        clock,
        time -> clock.now = clock.now.plus(time),
        new PrintWriter(out),
        new PrintWriter(err));
  }

  private final class FakeWatch implements NodeWatch {
    private final List<String> notes = new ArrayList<>();
    private Duration takes = Duration.ZERO;
    private int looks;
    private int keptUp;

    @Override
    public Sight look() {
      looks++;
      clock.now = clock.now.plus(takes);
      OptionalLong unknown = OptionalLong.empty();
      Device device =
          new Device("gpu", "GPU-1", unknown, unknown, unknown, unknown, Optional.empty());
      return new Sight(new NodeView("n1", List.of(device)), notes);
    }

    @Override
    public void keepUp() {
      keptUp++;
    }

    @Override
    public void close() {}
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
