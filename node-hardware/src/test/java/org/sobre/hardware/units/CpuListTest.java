package org.sobre.hardware.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuListTest {

  @ParameterizedTest
  @ValueSource(strings = {"0", "0-47,96-143", "3,5,7-9", "65535"})
  void theKernelsFormatIsReadAndWritten(String text) {
    assertThat(CpuList.parse(text).orElseThrow()).hasToString(text);
  }

  @Test
  void rangesThatTouchAreClosedUp() {
    assertThat(CpuList.parse(" 4, 0-1,2-3\n").orElseThrow()).hasToString("0-4");
    assertThat(CpuList.of(List.of(7, 6, 9))).hasToString("6-7,9");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "N/A", "5-3", "-1", "0-70000", "1,,2", "0-3:1/2", "99999999"})
  void whatIsNoListIsEmpty(String text) {
    assertThat(CpuList.parse(text)).isEmpty();
  }

  @Test
  void noProcessorIsNoList() {
    assertThatThrownBy(() -> CpuList.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }
}
