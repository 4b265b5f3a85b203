package org.sobre.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading.Reason;

class NvidiaPowerMeterTest {

  private static final List<String> FIELDS =
      List.of("uuid", "power.draw.average", "power.draw", "utilization.gpu", "memory.used");

  private final FakeClock clock = new FakeClock();
  private final FakeStream stream = new FakeStream();
  private final NvidiaPowerMeter meter =
      new NvidiaPowerMeter(
          new AwakeRows(
              new SleepingCards(
                  new SysRoot(Path.of("/nowhere")),
                  clock,
                  Map.of("GPU-a", new PciAddress(0, 1, 0, 0))),
              only -> stream),
          clock,
          Duration.ofSeconds(3),
          Set.of("GPU-a"),
          new PlausiblePowers(Map.of("GPU-a", 300)));

  /** Hands over the events it is given. */
  private final class FakeStream implements RowStream {
    final List<StreamEvent> events = new ArrayList<>();
    int restarts;
    boolean hangs;

    @Override
    public boolean holdsNothing() {
      return !hangs;
    }

    void start() {
      events.add(new StreamEvent.Started(clock.nanosSinceBoot(), FIELDS));
    }

    void line(String text) {
      events.add(new StreamEvent.Line(clock.nanosSinceBoot(), text));
    }

    @Override
    public List<StreamEvent> drain() {
      List<StreamEvent> drained = List.copyOf(events);
      events.clear();
      return drained;
    }

    @Override
    public void restart() {
      restarts++;
    }

    @Override
    public void close() {}
  }

  @Test
  void anAverageCountsForAllOfTheTimeUpToIt() {
    stream.start();
    clock.pass(1_000);
    stream.line("GPU-a, 100, 100, 0, 10");
    clock.pass(1_000);
    stream.line("GPU-a, 300, 250, 50, 2000");

    List<MeteredInterval> intervals = meter.poll();

    assertThat(intervals)
        .extracting(i -> i.energy().microjoules())
        .as("the first row tells of the second before it")
        .containsExactly(100_000_000L, 300_000_000L);
    assertThat(intervals.get(1).load())
        .contains(
            new MeteredInterval.Load(
                Optional.of(true),
                OptionalLong.of(2000),
                OptionalLong.of(300_000),
                OptionalInt.of(50)));
  }

  /** A card may show itself later than the others: the meter was there all the time. */
  @Test
  void ofTheTimeBeforeTheStartNothingIsSeen() {
    stream.start();
    clock.pass(300);
    stream.line("GPU-a, 100, 100, 0, 10");
    clock.pass(400);
    stream.line("GPU-late, 100, 100, 0, 10");

    assertThat(meter.poll())
        .extracting(i -> i.energy().microjoules())
        .containsExactly(30_000_000L, 70_000_000L);
  }

  @Test
  void powersOfAnInstantAreJoinedByAStraightLine() {
    stream.start();
    stream.line("GPU-a, [N/A], 100, 0, 10");
    clock.pass(1_000);
    stream.line("GPU-a, [N/A], 300, 0, 10");

    assertThat(meter.poll())
        .extracting(i -> i.energy().microjoules())
        .containsExactly(200_000_000L);
  }

  @Test
  void aSilenceIsNoIntervalAndTheToolIsStartedAgain() {
    stream.start();
    stream.line("GPU-a, 100, 100, 0, 10");
    meter.poll();
    clock.pass(3_100);

    assertThat(meter.poll()).isEmpty();
    assertThat(stream.restarts).isEqualTo(1);
    assertThat(meter.meters().get(0).missing()).contains(Reason.TIMED_OUT);

    stream.start();
    stream.line("GPU-a, 100, 100, 0, 10");
    assertThat(meter.poll())
        .as("no more than the second that the first row is the average of")
        .singleElement()
        .satisfies(i -> assertThat(i.toNanos() - i.fromNanos()).isEqualTo(1_000_000_000L));
    assertThat(meter.meters().get(0).missing()).isEmpty();
  }

  @Test
  void theFirstRowMayTakeLonger() {
    stream.start();
    meter.poll();
    clock.pass(20_000);
    meter.poll();

    assertThat(stream.restarts).isZero();
    clock.pass(11_000);
    meter.poll();
    assertThat(stream.restarts).isEqualTo(1);
    assertThat(meter.meters().get(0).missing()).contains(Reason.TIMED_OUT);
  }

  @Test
  void anEndBetweenTwoPowersOfAnInstantIsAGapHoweverShort() {
    stream.start();
    stream.line("GPU-a, [N/A], 100, 0, 10");
    restartWithin(1_000);
    stream.line("GPU-a, [N/A], 100, 0, 10");

    assertThat(meter.poll()).isEmpty();
  }

  @Test
  void anAverageAfterARestartCoversItsSecondAndNothingTwice() {
    stream.start();
    clock.pass(1_000);
    stream.line("GPU-a, 100, 100, 0, 10");
    restartWithin(400);
    stream.line("GPU-a, 100, 100, 0, 10");
    restartWithin(1_700);
    stream.line("GPU-a, 100, 100, 0, 10");

    assertThat(meter.poll())
        .extracting(i -> (i.toNanos() - i.fromNanos()) / 1_000_000)
        .containsExactly(1_000L, 400L, 1_000L);
  }

  private void restartWithin(long milliseconds) {
    clock.pass(milliseconds / 2);
    stream.events.add(
        new StreamEvent.Ended(clock.nanosSinceBoot(), Reason.FAILED, "end of its output"));
    stream.start();
    clock.pass(milliseconds - milliseconds / 2);
  }

  @Test
  void oneLostCardLeavesTheOthers() {
    stream.start();
    clock.pass(1_000);
    for (int second = 0; second < 5; second++) {
      if (second < 2) {
        stream.line("GPU-a, 100, 100, 0, 10");
      } else {
        stream.line("Unable to determine the device handle for GPU 0000:05:00.0: GPU is lost.");
      }
      stream.line("GPU-b, 50, 50, 0, 10");
      clock.pass(1_000);
    }

    List<MeteredInterval> intervals = meter.poll();

    assertThat(intervals).filteredOn(i -> i.meter().device().equals("GPU-a")).hasSize(2);
    assertThat(intervals).filteredOn(i -> i.meter().device().equals("GPU-b")).hasSize(5);
    assertThat(meter.meters())
        .extracting(status -> status.meter().device() + " " + status.missing())
        .containsExactly("GPU-a " + Optional.of(Reason.TIMED_OUT), "GPU-b " + Optional.empty());
  }

  @Test
  void aCardThatCannotTellItsPowerIsMissingWithItsReason() {
    stream.start();
    stream.line("GPU-a, [N/A], [N/A], 0, 10");
    clock.pass(1_000);
    stream.line("GPU-a, [N/A], [N/A], 0, 10");

    assertThat(meter.poll()).isEmpty();
    assertThat(meter.meters().get(0).missing()).contains(Reason.NOT_SUPPORTED);
  }

  /** Of 300 W by its catalogue. The next average tells of its own second again. */
  @Test
  void aPowerBeyondFourTimesTheDesignPowerIsNoReading() {
    stream.start();
    clock.pass(1_000);
    stream.line("GPU-a, 1200, 1200, 0, 10");
    clock.pass(1_000);
    stream.line("GPU-a, 1201, 99999, 0, 10");
    assertThat(meter.poll())
        .extracting(i -> i.energy().microjoules())
        .containsExactly(1_200_000_000L);
    assertThat(meter.meters().get(0).missing()).contains(Reason.FAILED);

    clock.pass(1_000);
    stream.line("GPU-a, 100, 100, 0, 10");
    assertThat(meter.poll())
        .extracting(i -> i.energy().microjoules() + " uJ in " + i.nanos())
        .containsExactly("100000000 uJ in 1000000000");
    assertThat(meter.meters().get(0).missing()).isEmpty();
  }

  @Test
  void asksThroughStdbuf() {
    assertThat(
            NvidiaPowerMeter.command(
                "nvidia-smi",
                List.of("uuid", "power.draw"),
                Duration.ofSeconds(1),
                List.of("-i", "0000:01:00.0")))
        .containsExactly(
            "stdbuf",
            "-oL",
            "nvidia-smi",
            "--query-gpu=uuid,power.draw",
            "--format=csv,noheader,nounits",
            "-lms",
            "1000",
            "-i",
            "0000:01:00.0");
  }

  @Test
  void whileAllCardsSleepNoToolRunsAndTheyAreMissing(@TempDir Path root) throws IOException {
    SleepingCard card = new SleepingCard(root);
    List<List<String>> started = new ArrayList<>();
    SleepingCards sleeping =
        new SleepingCards(new SysRoot(root), clock, Map.of("GPU-a", SleepingCard.ADDRESS));
    card.status("suspended");
    NvidiaPowerMeter sleeper =
        new NvidiaPowerMeter(
            new AwakeRows(
                sleeping,
                only -> {
                  started.add(only);
                  return stream;
                }),
            clock,
            Duration.ofSeconds(3),
            Set.of("GPU-a"),
            new PlausiblePowers(Map.of()));
    clock.pass(60_000);
    assertThat(sleeper.poll()).isEmpty();
    assertThat(started).isEmpty();
    assertThat(sleeper.meters().get(0).missing()).contains(Reason.SUSPENDED);

    card.status("active");
    assertThat(sleeper.poll()).isEmpty();
    stream.start();
    stream.line("GPU-a, [N/A], 100, 1, 10");
    clock.pass(1_000);
    stream.line("GPU-a, [N/A], 100, 1, 10");
    assertThat(sleeper.poll()).hasSize(1);
    assertThat(started).containsExactly(List.of());
    assertThat(sleeper.meters().get(0).missing()).isEmpty();
  }

  /** It hangs in the kernel, and no signal ends it. */
  @Test
  void theNextToolWaitsForTheOneBeforeAndNobodyElseDoes(@TempDir Path root) throws IOException {
    SleepingCard card = new SleepingCard(root);
    card.status("active");
    SleepingCards sleeping =
        new SleepingCards(new SysRoot(root), clock, Map.of("GPU-a", SleepingCard.ADDRESS));
    List<List<String>> started = new ArrayList<>();
    AwakeRows rows =
        new AwakeRows(
            sleeping,
            only -> {
              started.add(only);
              return stream;
            });
    stream.hangs = true;
    card.status("suspended");
    rows.drain();
    card.status("active");
    rows.drain();
    assertThat(started).hasSize(1);
    stream.hangs = false;
    rows.drain();
    assertThat(started).hasSize(2);
  }
}
