package org.sobre.slurm.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepTitleTest {

  @ParameterizedTest
  @CsvSource({
    "'slurmstepd: [12345.batch]', 12345, batch, true",
    "'slurmstepd: [12345.extern]', 12345, extern, true",
    "'slurmstepd: [12345.interactive]', 12345, interactive, false",
    "'slurmstepd: [1.0]', 1, 0, false",
    "'slurmstepd: [4294967295.17+1]', 4294967295, 17, false",
    "'slurmstepd: [12345.batch stepmgr]', 12345, batch, true"
  })
  void tellsWhichStepOfWhichJob(String title, long job, String step, boolean lasting) {
    StepTitle read = StepTitle.parse(title + "\0\0\0PATH=/usr/bin").orElseThrow();
    assertThat(read).isEqualTo(new StepTitle(job, step));
    assertThat(read.isLasting()).isEqualTo(lasting);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/usr/sbin/slurmstepd",
        "slurmstepd: ",
        "slurmstepd: [0.batch]",
        "slurmstepd: [12345]",
        "slurmstepd: [12345.bat",
        "vim slurmstepd: [12345.batch]",
        "slurmstepd: [99999999999.batch]"
      })
  void isNothingElse(String cmdline) {
    assertThat(StepTitle.parse(cmdline)).isEmpty();
  }

  @Test
  void aSlurmstepdIsOneBeforeItHasItsTitle() {
    assertThat(StepTitle.isStepDaemon("/usr/sbin/slurmstepd\0")).isTrue();
    assertThat(StepTitle.isStepDaemon("slurmstepd: [1.batch]\0")).isTrue();
    assertThat(StepTitle.isStepDaemon("/usr/sbin/slurmd\0-D\0")).isFalse();
    assertThat(StepTitle.isStepDaemon("vim\0/src/slurmstepd\0")).isFalse();
  }
}
