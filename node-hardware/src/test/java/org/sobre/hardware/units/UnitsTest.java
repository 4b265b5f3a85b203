package org.sobre.hardware.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.units.Reading.Reason;

class UnitsTest {

  @Test
  void energyIsNeverNegativeAndNeverOverflows() {
    assertThatThrownBy(() -> new Energy(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Energy(1).minus(new Energy(2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Energy(Long.MAX_VALUE).plus(new Energy(1)))
        .isInstanceOf(ArithmeticException.class);
    assertThat(new Energy(3_600_000_000_000L).kilowattHours()).isEqualTo(1.0);
    assertThat(new Energy(1_500_000).joules()).isEqualTo(1.5);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void energyAddsExactly(long seed) {
    Random random = new Random(seed);
    Energy a = new Energy(random.nextLong(Long.MAX_VALUE / 2));
    Energy b = new Energy(random.nextLong(Long.MAX_VALUE / 2));
    assertThat(a.plus(b)).isEqualTo(b.plus(a));
    assertThat(a.plus(b).minus(b)).isEqualTo(a);
    assertThat(a.plus(Energy.ZERO)).isEqualTo(a);
  }

  @ParameterizedTest
  @CsvSource({"66.92,1000,66920000", "0.01,1,10", "450,3600000,1620000000000", "0,5000,0"})
  void powerOverTimeIsEnergy(BigDecimal watts, long millis, long microjoules) {
    assertThat(Power.ofWatts(watts).over(Duration.ofMillis(millis)))
        .isEqualTo(new Energy(microjoules));
  }

  @Test
  void powerRoundsHalfUp() {
    assertThat(Power.ofWatts(new BigDecimal("0.0000005"))).isEqualTo(new Power(1));
    assertThat(new Power(1).over(Duration.ofMillis(499))).isEqualTo(Energy.ZERO);
    assertThat(new Power(1).over(Duration.ofMillis(500))).isEqualTo(new Energy(1));
    assertThatThrownBy(() -> new Power(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Total memory that nvidia-smi prints of cards sold under the size. */
  @ParameterizedTest
  @CsvSource({
    "24564,24,true",
    "24564,32,false",
    "23028,24,true",
    "8192,8,true",
    "20475,20,true",
    "15360,16,true",
    "81920,80,true",
    "1998,2,true",
    "5912,6,true",
    "4096,6,false",
  })
  void aCardHasWhatItIsSoldAs(long mebibytes, int gigabytes, boolean has) {
    assertThat(MemorySize.ofMebibytes(mebibytes).hasGigabytes(gigabytes)).isEqualTo(has);
  }

  @Test
  void giveOrTakeAByteTheBoundIsNinetyNinePerCent() {
    assertThat(new MemorySize(23_760_000_000L).hasGigabytes(24)).isTrue();
    assertThat(new MemorySize(23_759_999_999L).hasGigabytes(24)).isFalse();
    assertThatThrownBy(() -> new MemorySize(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "00000000:01:00.0,0000:01:00.0",
    "0000:C1:00.0,0000:c1:00.0",
    "01:00.1,0000:01:00.1",
    "0000000F:01:00.0,000f:01:00.0",
    "00010000:01:1F.7,10000:01:1f.7",
  })
  void pciAddressesHaveOneSpelling(String printed, String expected) {
    assertThat(PciAddress.parse(printed).orElseThrow()).hasToString(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "N/A", "01:00", "01:20.0", "01:00.8", "gg:00.0", "1:1:1.1"})
  void whatIsNoPciAddressIsNone(String printed) {
    assertThat(PciAddress.parse(printed)).isEmpty();
  }

  @Test
  void pciAddressesSortAsNumbers() {
    assertThat(PciAddress.parse("0000:81:00.0").orElseThrow())
        .isLessThan(PciAddress.parse("00010000:01:00.0").orElseThrow());
  }

  @Test
  void aReadingIsAValueOrAReason() {
    Reading<Integer> measured = Reading.of(5);
    Reading<Integer> missing = Reading.unavailable(Reason.NO_PERMISSION, "0400");
    assertThat(measured.measured()).contains(5);
    assertThat(missing.measured()).isEmpty();
    assertThat(missing.<String>match(v -> "value", m -> m.reason().jsonName() + " " + m.detail()))
        .isEqualTo("no-permission 0400");
  }
}
