package org.sobre.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;

class SleepingCardsTest {

  private static final PciAddress OTHER = new PciAddress(0, 0x65, 0, 0);
  private static final int PATIENCE = (int) SleepingCards.FIRST_PATIENCE.toMillis();
  private static final int REST = (int) SleepingCards.REST.toMillis();

  @TempDir Path root;
  private final FakeClock clock = new FakeClock();
  private SleepingCard card;
  private SleepingCards cards;

  @BeforeEach
  void twoCards() throws IOException {
    card = new SleepingCard(root);
    new SleepingCard(root, OTHER).control("on");
    cards =
        new SleepingCards(
            new SysRoot(root), clock, Map.of("GPU-a", SleepingCard.ADDRESS, "GPU-b", OTHER));
  }

  @Test
  void oneThatSleepsIsNotAsked() throws IOException {
    card.status("suspended");
    assertThat(cards.awake()).containsExactly("GPU-b");
    assertThat(cards.selecting(cards.awake())).containsExactly("-i", "0000:65:00.0");
    card.status("active");
    assertThat(cards.awake()).containsExactly("GPU-a", "GPU-b");
    assertThat(cards.selecting(cards.awake())).isEmpty();
  }

  @Test
  void anIdleOneIsLetGoOfSoThatItCanFallAsleep() {
    clock.pass(PATIENCE - 1);
    assertThat(cards.awake()).contains("GPU-a");
    clock.pass(1);
    assertThat(cards.awake()).as("one that may not sleep is asked").containsExactly("GPU-b");
    clock.pass(REST - 1);
    assertThat(cards.awake()).containsExactly("GPU-b");
  }

  @Test
  void oneThatOthersKeepAwakeIsAskedAgainAndLetGoOfLessOften() {
    clock.pass(PATIENCE);
    cards.awake();
    clock.pass(REST);
    assertThat(cards.awake()).contains("GPU-a");
    clock.pass(2 * PATIENCE - 1);
    assertThat(cards.awake()).contains("GPU-a");
    clock.pass(1);
    assertThat(cards.awake()).containsExactly("GPU-b");
  }

  @Test
  void oneThatIsUsedOrHeldIsNotLetGoOf() {
    for (int i = 0; i < 10; i++) {
      clock.pass(PATIENCE - 1);
      cards.seen("GPU-a", true);
      assertThat(cards.awake()).contains("GPU-a");
    }
    cards.held(Set.of("GPU-a"));
    for (int i = 0; i < 10; i++) {
      clock.pass(PATIENCE);
      cards.seen("GPU-a", false);
      assertThat(cards.awake()).contains("GPU-a");
    }
  }

  @Test
  void oneThatIsHeldAndSleepsIsNotWoken() throws IOException {
    cards.held(Set.of("GPU-a"));
    card.status("suspended");
    assertThat(cards.awake()).containsExactly("GPU-b");
  }
}
