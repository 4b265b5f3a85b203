package org.sobre.energy.cputime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuCountersTest {

  /** Neither idle nor waiting for a disk nor stolen is busy; guests are in user already. */
  @Test
  void busyIsWhatProcessorsDo() {
    assertThat(
            CpuCounters.busy(
                "cpu  2312946 3462594 473671 4703364 736932 11 17473 10097 5 6\ncpu0 1 2 3 4\n"))
        .hasValue((2_312_946L + 3_462_594 + 473_671 + 11 + 17_473) * 10_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "cpu",
        "cpu  1 2 3",
        "cpu  1 2 3 4 5 6 x",
        "cpu  1 2 -3 4 5 6 7",
        "cpu0 1 2 3 4 5 6 7",
        "intr 1 2 3 4 5 6 7"
      })
  void othersAreNoBusyTime(String text) {
    assertThat(CpuCounters.busy(text)).isEmpty();
  }

  @Test
  void aGroupOfTheSecondGenerationTellsMicroseconds() {
    assertThat(
            CpuCounters.ofGroup(
                "usage_usec 62666852450\nuser_usec 57755402284\nsystem_usec 4911450165\n"))
        .hasValue(62_666_852_450L);
    assertThat(CpuCounters.ofGroup("user_usec 57755402284\n")).isEmpty();
    assertThat(CpuCounters.ofGroup("")).isEmpty();
  }

  @Test
  void oneOfTheFirstTellsNanoseconds() {
    assertThat(CpuCounters.ofAccount("62666852450999\n")).hasValue(62_666_852_450L);
    assertThat(CpuCounters.ofAccount("many\n")).isEmpty();
  }

  /** With its children that have ended, whatever it calls itself. */
  @Test
  void aProcessTellsTicks() {
    assertThat(
            CpuCounters.ofProcess(
                "17045 (a ) 1 2) R 17020 17020 12107 0 -1 4194304 101 0 0 0 100 20 3 4 20 0 1 0 5307\n"))
        .contains(new ProcessTime(5_307, 17_020, false, 1_200_000, 70_000));
    assertThat(
            CpuCounters.ofProcess(
                "17045 (a) Z 17020 17020 12107 0 -1 4194304 101 0 0 0 1 2 3 4 20 0 1 0 5307\n"))
        .contains(new ProcessTime(5_307, 17_020, true, 30_000, 70_000));
    assertThat(
            CpuCounters.ofProcess(
                "17045 (a) R 17020 17020 12107 0 -1 4194304 101 0 0 0 1 2 x 4 20 0 1 0 5307\n"))
        .isEmpty();
    assertThat(CpuCounters.ofProcess("17045 (cat) R 17020 17020 12107")).isEmpty();
    assertThat(CpuCounters.ofProcess("")).isEmpty();
  }
}
