package org.sobre.slurm.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeCommentTest {

  private static final String DIGEST = "0123456789abcdef0123456789abcdef";

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, -, -",
        "rack 7, rack 7, -",
        "sobre=0123456789abcdef, -, 0123456789abcdef",
        "rack 7 sobre=0123456789abcdef, rack 7, 0123456789abcdef",
        "sobre=0123456789abcdef rack 7, rack 7, 0123456789abcdef",
        "sobre=0123 rack 7, sobre=0123 rack 7, -",
        "not-sobre=0123456789abcdef, not-sobre=0123456789abcdef, -",
        "sobre=0123456789abcdefff, sobre=0123456789abcdefff, -",
      })
  void keepsTheAdminsWordsApartFromOurs(String comment, String admins, String digest) {
    Optional<String> read = Optional.ofNullable(comment);
    assertThat(NodeComment.admins(read)).isEqualTo(Optional.ofNullable(admins));
    assertThat(NodeComment.digest(read)).isEqualTo(Optional.ofNullable(digest));
    assertThat(NodeComment.says(read, DIGEST)).isEqualTo(digest != null);
    String written = NodeComment.with(NodeComment.admins(read), DIGEST);
    assertThat(NodeComment.says(Optional.of(written), DIGEST)).isTrue();
    assertThat(NodeComment.admins(Optional.of(written))).isEqualTo(Optional.ofNullable(admins));
  }
}
