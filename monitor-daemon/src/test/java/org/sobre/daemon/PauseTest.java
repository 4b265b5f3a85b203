package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PauseTest {

  private static final Duration LONG = Duration.ofMinutes(10);

  private final Pause pause = new Pause();
  private final AtomicInteger readings = new AtomicInteger();

  @Test
  void endsWithTheNextTick() throws InterruptedException {
    long next = in(Duration.ofMillis(50));
    assertThat(pause.until(next, readings::incrementAndGet)).isFalse();
    assertThat(System.nanoTime()).isGreaterThanOrEqualTo(next);
    assertThat(readings).hasValue(0);
  }

  @Test
  void aMarkIsReadBeforeTheNextTickAndAnEndEndsIt() throws InterruptedException {
    pause.mark();
    assertThat(pause.until(in(LONG), this::readAndStop)).isTrue();
    assertThat(readings).hasValue(1);
  }

  @Test
  void aMarkWakesItInTheMiddle() {
    CompletableFuture<Boolean> ended = CompletableFuture.supplyAsync(this::waitLong);
    while (!ended.isDone()) {
      pause.mark();
    }
    assertThat(ended.join()).isTrue();
    assertThat(readings).as("and marks without end are one reading each 20 ms").hasValue(1);
  }

  @Test
  void aMarkJustBeforeTheTickIsLeftToIt() throws InterruptedException {
    pause.mark();
    assertThat(pause.until(in(Pause.SPACING.dividedBy(2)), readings::incrementAndGet)).isFalse();
    assertThat(readings).hasValue(0);
    assertThat(pause.until(in(Pause.SPACING.multipliedBy(3)), readings::incrementAndGet)).isFalse();
    assertThat(readings).as("it has been read by then").hasValue(0);
  }

  /** The reading at the mark long over: that of the tick would follow within the spacing. */
  @Test
  void aMarkShortlyBeforeTheTickIsLeftToItHoweverLongAgoTheReadingBefore() {
    long next = in(Pause.SPACING.multipliedBy(10));
    CompletableFuture<Boolean> ended = CompletableFuture.supplyAsync(() -> waitUntil(next));
    while (System.nanoTime() < next - Pause.SPACING.toNanos() / 2) {
      Thread.onSpinWait();
    }
    pause.mark();
    assertThat(ended.join()).isFalse();
    assertThat(readings).hasValue(0);
  }

  private boolean waitUntil(long next) {
    try {
      return pause.until(next, readings::incrementAndGet);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private boolean waitLong() {
    try {
      return pause.until(in(LONG), this::readAndStop);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void readAndStop() {
    readings.incrementAndGet();
    pause.stop();
  }

  private static long in(Duration time) {
    return System.nanoTime() + time.toNanos();
  }
}
