package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.Device;

/** On a clock that waiting alone moves. */
class SettledMemoryTest {

  private static final long TOTAL_MIB = 24_000;

  private long nanos;
  private int looks;

  private final SettledMemory settled =
      new SettledMemory(
          new SettledMemory.Time() {
            @Override
            public long nanos() {
              return nanos;
            }

            @Override
            public void pass(Duration time) {
              nanos += time.toNanos();
            }
          });

  @Test
  void anEmptyCardIsNotWaitedFor() throws Exception {
    assertThat(await(ms -> 300)).isEqualTo(TOTAL_MIB - 300);
    assertThat(looks).isEqualTo(1);
  }

  @Test
  void whereEnoughIsFreeNobodyWaits() throws Exception {
    assertThat(settled.await(() -> look(ms -> 8_000), devices -> true)).hasSize(1);
    assertThat(looks).isEqualTo(1);
    assertThat(nanos).isZero();
    settled.await(
        () -> look(ms -> ms < 600 ? 20_000 : 9_000),
        devices -> devices.get(0).free().mebibytes() > 12_000);
    assertThat(nanos).isEqualTo(2 * SettledMemory.PERIOD.toNanos());
  }

  /** In steps, as a driver frees it, from half a second to one and a half after the job before. */
  @Test
  void whatTheJobBeforeHeldIsWaitedFor() throws Exception {
    long free = await(ms -> ms < 600 ? 20_000 : ms < 1_400 ? 9_000 : 300);
    assertThat(free).isEqualTo(TOTAL_MIB - 300);
    assertThat(nanos).isLessThanOrEqualTo(1_500_000_000L);
  }

  @Test
  void whatANeighbourHoldsOnIsWaitedForOnce() throws Exception {
    assertThat(await(ms -> 12_000 + ms % 40)).isBetween(TOTAL_MIB - 12_040, TOTAL_MIB - 12_000);
    assertThat(nanos).isEqualTo(SettledMemory.STEADY.toNanos());
  }

  @Test
  void whoIsNeverSteadyIsNotWaitedForLongerThanFiveSeconds() throws Exception {
    await(ms -> 4_000 + ms % 1_000 * 10);
    assertThat(nanos).isBetween(5_000_000_000L, 5_400_000_000L);
  }

  /** One is empty, and the job before has not let go of the other yet. */
  @Test
  void allCardsAreWaitedFor() throws Exception {
    List<Device> last =
        settled.await(
            () -> List.of(card(0), card(nanos < 600_000_000L ? 20_000 : 0)), devices -> false);
    assertThat(last).allMatch(Device::isEmpty);
    assertThat(nanos).isPositive();
  }

  /** A device that comes back is a change, and so is memory that somebody takes. */
  @Test
  void whateverChangesIsWaitedFor() throws Exception {
    settled.await(
        () -> nanos < 1_200_000_000L ? List.of(card(8_000)) : List.of(card(8_000), card(8_000)),
        devices -> false);
    assertThat(nanos).isEqualTo(1_200_000_000L + SettledMemory.STEADY.toNanos());
    nanos = 0;
    assertThat(await(ms -> ms < 1_200 ? 8_000 : 9_000)).isEqualTo(TOTAL_MIB - 9_000);
    assertThat(nanos).isEqualTo(1_200_000_000L + SettledMemory.STEADY.toNanos());
  }

  @Test
  void whoIsInterruptedHasTheLastLookAndStaysInterrupted() throws Exception {
    SettledMemory real = new SettledMemory(SettledMemory.REAL);
    Thread.currentThread().interrupt();
    assertThat(real.await(() -> List.of(card(8_000)), devices -> false)).hasSize(1);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aLaterLookThatFailsLeavesTheOneBefore() throws Exception {
    assertThat(
            settled
                .await(
                    () -> {
                      if (looks++ == 1) {
                        throw new PlanningException("gone");
                      }
                      return List.of(card(8_000));
                    },
                    devices -> false)
                .get(0)
                .free()
                .mebibytes())
        .isEqualTo(TOTAL_MIB - 8_000);
    assertThatThrownBy(
            () ->
                settled.await(
                    () -> {
                      throw new PlanningException("none");
                    },
                    devices -> false))
        .hasMessage("none");
  }

  /**
   * @param heldMebibytes by the milliseconds that have passed
   */
  private long await(LongUnaryOperator heldMebibytes) throws PlanningException {
    return settled.await(() -> look(heldMebibytes), devices -> false).get(0).free().mebibytes();
  }

  private List<Device> look(LongUnaryOperator heldMebibytes) {
    looks++;
    return List.of(card(heldMebibytes.applyAsLong(nanos / 1_000_000)));
  }

  private static Device card(long heldMebibytes) {
    return new Device(
        "GPU-a",
        "a card",
        GpuVendor.NVIDIA,
        MemorySize.ofMebibytes(TOTAL_MIB - heldMebibytes),
        MemorySize.ofMebibytes(TOTAL_MIB),
        Optional.empty(),
        Optional.empty());
  }
}
