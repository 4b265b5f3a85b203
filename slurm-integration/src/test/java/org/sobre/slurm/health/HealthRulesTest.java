package org.sobre.slurm.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sobre.slurm.health.Verdict.Word;

class HealthRulesTest {

  private static final Duration INTERVAL = Duration.ofSeconds(30);
  private static final Duration HEAT = Duration.ofMinutes(10);

  private HealthRules rules = new HealthRules(new HealthConfig(HealthPolicy.DRAIN, HEAT, INTERVAL));

  private long nanos = Duration.ofHours(1).toNanos();

  @BeforeEach
  void twoCards() {
    rules.cards(List.of(Cards.FIRST, Cards.SECOND));
  }

  @Test
  void nothingIsSaidBeforeEnoughWasSeen() {
    assertThat(rules.verdict().word()).isEqualTo(Word.UNKNOWN);
    look(well());
    assertThat(rules.verdict().word()).isEqualTo(Word.UNKNOWN);
    look(well());
    assertThat(rules.verdict().word()).isEqualTo(Word.GOOD);
    assertThat(new HealthRules(new HealthConfig(HealthPolicy.DRAIN, HEAT, INTERVAL)).verdict())
        .isEqualTo(new Verdict(List.of(), List.of("the node has not published its GPUs")));
  }

  @Test
  void aNodeWithoutCardsIsGood() {
    rules.cards(List.of());
    assertThat(rules.verdict().word()).isEqualTo(Word.GOOD);
  }

  @Test
  void oneOddLookIsNoVerdict() {
    times(3, well());
    look(lost());
    look(well());
    look(lost());
    assertThat(rules.verdict().word()).isEqualTo(Word.GOOD);
    look(lost());
    assertThat(rules.verdict().causes())
        .extracting(Cause::token)
        .containsExactly("lost:0000:41:00.0");
  }

  @Test
  void aFaultIsOverAfterThreeLooksWithoutIt() {
    times(2, lost());
    times(2, well());
    look(lost());
    times(2, well());
    assertThat(rules.verdict().word()).isEqualTo(Word.BAD);
    look(well());
    assertThat(rules.verdict().word()).isEqualTo(Word.GOOD);
  }

  @Test
  void aCardThatRelapsesIsForgivenLater() {
    for (int needed : List.of(3, 6, 12, 24, 48, 48)) {
      times(2, lost());
      times(needed - 1, well());
      assertThat(rules.verdict().word()).as("after %d", needed - 1).isEqualTo(Word.BAD);
      look(well());
      assertThat(rules.verdict().word()).as("after %d", needed).isEqualTo(Word.GOOD);
    }
  }

  @Test
  void oneFaultMayFollowAnother() {
    times(2, lost());
    times(2, CardLook.ill(Cards.SECOND, CauseKind.HANGING, "no answer"));
    assertThat(rules.verdict().causes())
        .extracting(Cause::token)
        .containsExactly("hanging:0000:41:00.0");
  }

  @Test
  void aSleepingCardIsLeftInPeaceAndALostOneDoesNotGetWellBySleeping() {
    times(2, CardLook.asleep(Cards.SECOND));
    assertThat(rules.verdict().word()).isEqualTo(Word.GOOD);
    assertThat(states()).containsExactly("ok", "asleep");
    times(2, lost());
    times(9, CardLook.asleep(Cards.SECOND));
    assertThat(rules.verdict().word()).isEqualTo(Word.BAD);
  }

  @Test
  void aCardOfWhichNobodyCanTellMakesNoGoodNode() {
    times(5, CardLook.unknown(Cards.SECOND, "nvidia-smi cannot be run"));
    assertThat(rules.verdict().word()).isEqualTo(Word.UNKNOWN);
    assertThat(rules.verdict().unknown()).containsExactly("GPU 1: nvidia-smi cannot be run");
    assertThat(states()).containsExactly("ok", "unknown");
  }

  @Test
  void heatCountsWhenItLastsAndIsForgivenWhenItHasCooledAsLong() {
    times(20, hot());
    assertThat(rules.verdict().word()).as("9.5 minutes").isEqualTo(Word.GOOD);
    look(hot());
    assertThat(rules.verdict().causes())
        .extracting(Cause::token)
        .containsExactly("heat:0000:41:00.0");
    times(19, well());
    assertThat(rules.verdict().word()).isEqualTo(Word.BAD);
    look(well());
    assertThat(rules.verdict().word()).isEqualTo(Word.GOOD);
  }

  @Test
  void aCardThatSleepsCoolsDown() {
    times(21, hot());
    assertThat(rules.verdict().word()).isEqualTo(Word.BAD);
    times(20, CardLook.asleep(Cards.SECOND));
    assertThat(rules.verdict().word()).isEqualTo(Word.GOOD);
  }

  @Test
  void aCardIsIllUntilItIsForgiven() {
    look(lost());
    assertThat(rules.ill()).as("one odd look").isEmpty();
    look(lost());
    times(2, well());
    assertThat(rules.ill()).containsExactly(Cards.SECOND);
    look(well());
    assertThat(rules.ill()).isEmpty();
  }

  @Test
  void aCardThatIsHotHalfOfTheTimeIsNotTooHot() {
    for (int i = 0; i < 500; i++) {
      look(i % 2 == 0 ? hot() : well());
    }
    assertThat(rules.verdict().word()).isEqualTo(Word.GOOD);
  }

  @Test
  void aLongPauseBetweenTwoLooksIsNoLongHeat() {
    times(2, hot());
    nanos += Duration.ofHours(5).toNanos();
    look(hot());
    assertThat(rules.verdict().word()).isEqualTo(Word.GOOD);
  }

  @Test
  void whatIsKnownOfCardsThatStayIsKept() {
    times(2, lost());
    rules.cards(List.of(Cards.SECOND, Cards.AMD));
    assertThat(rules.verdict().word()).isEqualTo(Word.BAD);
    rules.cards(List.of(Cards.FIRST));
    assertThat(rules.verdict().causes()).isEmpty();
  }

  @Test
  void xidsOfTheKernelCountAtOnceAndOfTheNodesCardsOnly() {
    times(2, well());
    xid("NVRM: Xid (PCI:0000:41:00): 79, pid=1, GPU has fallen off the bus.");
    xid("NVRM: Xid (PCI:0000:99:00): 79, pid=1, GPU has fallen off the bus.");
    assertThat(rules.verdict().causes())
        .extracting(Cause::token)
        .containsExactly("xid-79:0000:41:00.0");
    assertThat(states()).containsExactly("ok", "xid-79");
  }

  @Test
  void theStateTellsWhatIsWrongByUrgency() {
    xid("NVRM: Xid (PCI:0000:24:00): 48, pid='<unknown>', An uncorrectable double bit error");
    times(2, lost());
    HealthState state = rules.state(Duration.ofSeconds(7), HealthState.KernelLog.READ);
    assertThat(state.causes()).containsExactly("lost:0000:41:00.0", "xid-48:0000:24:00.0");
    assertThat(state.reason())
        .isEqualTo("GPU 1 (0000:41:00.0): lost; GPU 0 (0000:24:00.0): Xid 48");
    assertThat(state.policy()).isEqualTo(HealthPolicy.DRAIN);
  }

  private List<String> states() {
    return rules.state(Duration.ofSeconds(7), HealthState.KernelLog.READ).cards().stream()
        .map(HealthState.Card::state)
        .toList();
  }

  private void xid(String line) {
    rules.kernelSaid(new KernelRecord(1, true, line));
  }

  private void times(int times, CardLook ofSecond) {
    for (int i = 0; i < times; i++) {
      look(ofSecond);
    }
  }

  /** The first card is always well. */
  private void look(CardLook ofSecond) {
    nanos += INTERVAL.toNanos();
    rules.look(List.of(CardLook.well(Cards.FIRST, false), ofSecond), nanos);
  }

  private static CardLook well() {
    return CardLook.well(Cards.SECOND, false);
  }

  private static CardLook hot() {
    return CardLook.well(Cards.SECOND, true);
  }

  private static CardLook lost() {
    return CardLook.ill(Cards.SECOND, CauseKind.LOST, "GPU is lost");
  }
}
