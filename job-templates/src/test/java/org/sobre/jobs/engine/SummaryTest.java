package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.units.Reading;
import org.sobre.jobs.engine.JobEnergy.MissingPart;
import org.sobre.jobs.engine.JobEnergy.PartEnergy;

class SummaryTest {

  @Test
  void twoPackagesOfOneNodeAreOneFigure() {
    JobEnergy energy =
        new JobEnergy(
            18,
            9,
            10,
            List.of(
                new PartEnergy("gpu", "GPU-1", "sampled", 5),
                new PartEnergy("cpu-package", "0", "counter", 6),
                new PartEnergy("cpu-package", "1", "counter", 7)),
            List.of());

    assertThat(Summary.energy(Reading.of(energy)))
        .contains("18 J", "gpu 5 J sampled, cpu-package 13 J counter;", "9 of 10 s observed");
  }

  @Test
  void whatCouldNotBeReadIsNamedWithItsReason() {
    JobEnergy energy =
        new JobEnergy(
            0, 0, 10, List.of(), List.of(new MissingPart("cpu-package", "0", "no-permission")));

    assertThat(Summary.energy(Reading.of(energy)))
        .contains("none; without cpu-package (no-permission)");
  }

  @Test
  void whatOthersSayIsOneLineAndNoFormat() {
    JobEnergy odd =
        new JobEnergy(1, 1, 1, List.of(new PartEnergy("%s%n", "0", "\u001b[2J\nx", 1)), List.of());
    assertThat(Summary.energy(Reading.of(odd))).contains("%s%n 1 J  [2J x;").hasLineCount(1);
  }
}
