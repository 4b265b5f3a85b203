package org.sobre.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.Precision;
import org.sobre.jobs.profile.Requirements;
import org.sobre.jobs.profile.Version;

class SuitabilityTest {

  private static final MemorySize SIZE = MemorySize.ofMebibytes(65_520);
  private static final Device MI210 =
      new Device(
          "AMD-946d7e1ef9b172dd",
          "AMD Instinct MI210",
          GpuVendor.AMD,
          SIZE,
          SIZE,
          Optional.empty(),
          Optional.empty());

  @Test
  void whatIsAskedOfNvidiasCardsIsNotAskedOfAmds() {
    Requirements both =
        new Requirements(
            List.of(GpuVendor.NVIDIA, GpuVendor.AMD),
            Version.parse("8.0"),
            Version.parse("525"),
            List.of(Precision.values()));
    assertThat(Suitability.objection(both, MI210)).isEmpty();
  }

  @Test
  void aProfileForOneVendorRunsOnNoOther() {
    Requirements nvidia =
        new Requirements(List.of(GpuVendor.NVIDIA), Optional.empty(), Optional.empty(), List.of());
    assertThat(Suitability.objection(nvidia, MI210))
        .contains("it is made for GPUs of NVIDIA, and this one is of AMD");
  }
}
