package org.sobre.slurm.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.fuzz.Mutations;
import org.sobre.slurm.health.Verdict.Word;

class HealthStateCodecTest {

  private static final HealthState BAD =
      new HealthState(
          Duration.ofMillis(81_234_560),
          HealthPolicy.DRAIN,
          Word.BAD,
          List.of("lost:0000:41:00.0", "xid-79:0000:24:00.0"),
          "GPU 1 (0000:41:00.0): lost; GPU 0 (0000:24:00.0): Xid 79",
          List.of(
              new HealthState.Card(0, Cards.FIRST.address(), "GPU-0", "xid-79", "fell off"),
              new HealthState.Card(1, Cards.SECOND.address(), "GPU-1", "lost", "")),
          HealthState.KernelLog.READ,
          List.of("GPU 2: not told"));

  @Test
  void writesWhatTheShellReads() {
    assertThat(HealthStateCodec.write(BAD))
        .isEqualTo(
            """
            v=1
            uptime=81234.56
            policy=drain
            verdict=bad
            causes=lost:0000:41:00.0 xid-79:0000:24:00.0
            reason=GPU 1 (0000:41:00.0): lost; GPU 0 (0000:24:00.0): Xid 79
            kernel-log=read
            gpu=0 0000:24:00.0 GPU-0 xid-79 fell off
            gpu=1 0000:41:00.0 GPU-1 lost
            unknown=GPU 2: not told
            complete=1
            """);
  }

  @Test
  void readsBackWhatItWrote() throws HealthFormatException {
    assertThat(HealthStateCodec.read(HealthStateCodec.write(BAD))).isEqualTo(BAD);
  }

  @Test
  void passesOverKeysOfALaterVersion() throws HealthFormatException {
    String later = HealthStateCodec.write(BAD).replace("complete=1", "fan-speed=7\ncomplete=1");
    assertThat(HealthStateCodec.read(later)).isEqualTo(BAD);
  }

  @Test
  void aDriversWordsComeOutPlain() throws HealthFormatException {
    HealthState state =
        new HealthState(
            Duration.ofSeconds(1),
            HealthPolicy.DRAIN,
            Word.GOOD,
            List.of(),
            "",
            List.of(
                new HealthState.Card(
                    0,
                    Cards.FIRST.address(),
                    "GPU-0",
                    "ok",
                    "l\u00e0 `id` $(id)\n\"'\\ " + "x".repeat(500))),
            HealthState.KernelLog.ABSENT,
            List.of());
    String text = HealthStateCodec.write(state);
    assertThat(text).matches("[ -~\n]*").doesNotContain("`", "$", "\"", "'", "\\");
    assertThat(HealthStateCodec.read(text).cards().get(0).detail()).hasSize(120);
  }

  @ParameterizedTest
  @CsvSource({
    "v=1,v=2,expected v=1",
    "uptime=81234.56,uptime=then,expected uptime=SECONDS.NN",
    "policy=drain,policy=resume,'expected policy= one of drain, off, found \"resume\"'",
    "verdict=bad,verdict=good,a bad verdict has causes and no other has",
    "causes=lost,causes=$(x)lost,expected causes",
    "reason=GPU,reason=`GPU,expected a reason in plain words",
    "kernel-log=read,kernel-log,expected key=value",
    "gpu=0 0000:24:00.0,gpu=0 24,expected gpu=INDEX ADDRESS DEVICE STATE DETAIL",
    "complete=1,complete=0,expected complete=1 as the last line",
    "policy=drain,verdict=bad,expected one line policy=",
  })
  void refusesTheRestAndSaysWhy(String from, String to, String why) {
    assertThatThrownBy(() -> HealthStateCodec.read(HealthStateCodec.write(BAD).replace(from, to)))
        .isInstanceOf(HealthFormatException.class)
        .hasMessageContaining(why);
  }

  @Test
  void survivesDamage() {
    Mutations.survives(
        List.of(HealthStateCodec.write(BAD)),
        mutated -> {
          try {
            HealthState state = HealthStateCodec.read(mutated);
            assertThat(state.cards())
                .allSatisfy(
                    card ->
                        assertThat(mutated.toLowerCase(java.util.Locale.ROOT))
                            .contains(card.address().toString().substring(5)));
          } catch (HealthFormatException e) {
            assertThat(e.getMessage()).isNotBlank();
          }
        });
  }

  @Test
  void aStateIsStaleAfterTwoMinutesAndBeforeItWasSaid() {
    assertThat(BAD.isStale(BAD.uptime().plusSeconds(120))).isFalse();
    assertThat(BAD.isStale(BAD.uptime().plusSeconds(121))).isTrue();
    assertThat(BAD.isStale(BAD.uptime().minusSeconds(1))).isTrue();
  }

  @Test
  void aReasonStaysShortAndGroupsCards() {
    List<Cause> hanging =
        IntStream.range(0, 8)
            .mapToObj(
                i -> new Cause(CauseKind.HANGING, Cards.nvidia(i, "0000:0" + i + ":00.0"), "", ""))
            .toList();
    assertThat(new Verdict(hanging, List.of()).reason()).isEqualTo("GPUs 0,1,2,3,4,5,6,7: hanging");
    List<Cause> many =
        IntStream.range(0, 16)
            .mapToObj(
                i ->
                    new Cause(
                        CauseKind.XID,
                        Cards.nvidia(i, String.format(java.util.Locale.ROOT, "0000:%02x:00.0", i)),
                        Integer.toString(100 + i),
                        ""))
            .toList();
    assertThat(new Verdict(many, List.of()).reason())
        .hasSizeLessThanOrEqualTo(Verdict.MOST_REASON_BYTES)
        .startsWith("GPU 0 (0000:00:00.0): Xid 100; GPU 1 (")
        .matches(".*; and \\d+ more");
  }
}
