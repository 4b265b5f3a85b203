package org.sobre.hardware.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPatternTest {

  @ParameterizedTest
  @CsvSource({
    "r410-*,r410-12,true",
    "r410-*,r420-12,false",
    "r410-*,xr410-1,false",
    "r410-*,r410-,true",
    "n?,n1,true",
    "n?,n12,false",
    "[ab]*,b7,true",
    "[ab]*,c7,false",
    "n[0-4]?,n42,true",
    "n[0-4]?,n52,false",
    "n[!0-4]?,n52,true",
    "n[^0-4]?,n42,false",
    "n[a^],n^,true",
    "*,whatever,true",
    "N042,n042,false",
  })
  void matchesAsAShellDoes(String glob, String host, boolean expected) {
    assertThat(HostPattern.flaw(glob)).isEmpty();
    assertThat(HostPattern.parse(glob).matches(host)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "n[001-010] | host list \"n[001-010]\"",
        "n[1-10] | host list",
        "n[1,3] | host list",
        "n042.cluster.example | no domain",
        "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn* | short host names",
        "a/b | short host names",
        "{a} | short host names",
        "'' | short host names",
        "n[0-4 | brackets",
        "n0-4] | brackets",
        "n[] | brackets",
        "n[!] | brackets",
        "n[4-0] | brackets",
        "n[[a] | brackets",
      })
  void sayWhatIsWrong(String glob, String expected) {
    assertThat(HostPattern.flaw(glob))
        .hasValueSatisfying(flaw -> assertThat(flaw).contains(expected));
  }
}
