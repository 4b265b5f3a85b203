package org.sobre.slurm.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.slurm.node.MissingGpu;

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
        "rack 7 sobre=0123456789abcdef-01234567 north, rack 7 north, 0123456789abcdef",
        "sobre=0123456789abcdefff, sobre=0123456789abcdefff, -",
      })
  void keepsTheAdminsWordsApartFromOurs(String comment, String admins, String digest) {
    Optional<String> read = Optional.ofNullable(comment);
    assertThat(NodeComment.admins(read)).isEqualTo(Optional.ofNullable(admins));
    assertThat(NodeComment.digest(read)).isEqualTo(Optional.ofNullable(digest));
    assertThat(NodeComment.says(read, DIGEST)).isEqualTo(digest != null);
    String written = NodeComment.with(NodeComment.admins(read), DIGEST, List.of());
    assertThat(NodeComment.says(Optional.of(written), DIGEST)).isTrue();
    assertThat(NodeComment.admins(Optional.of(written))).isEqualTo(Optional.ofNullable(admins));
  }

  @Test
  void tellsForWhichMissingGpusTheNodeWasDrained() {
    MissingGpu one = missing("GPU-1").drained(true);
    MissingGpu other = missing("GPU-2").drained(true);
    Optional<String> both =
        Optional.of(NodeComment.with(Optional.of("rack 7"), DIGEST, List.of(one, other)));
    assertThat(NodeComment.tellsOf(both, List.of(other, missing("GPU-1")))).isTrue();
    assertThat(NodeComment.tellsOf(both, List.of(one))).isFalse();
    assertThat(NodeComment.tellsOf(both, List.of(one, missing("GPU-3")))).isFalse();
    assertThat(NodeComment.admins(both)).contains("rack 7");
    Optional<String> none =
        Optional.of(NodeComment.with(Optional.empty(), DIGEST, List.of(missing("GPU-1"))));
    assertThat(none).as("not drained for it").contains("sobre=0123456789abcdef");
    assertThat(NodeComment.tellsOf(none, List.of(one))).isFalse();
    assertThat(NodeComment.tellsOf(none, List.of())).isFalse();
  }

  private static MissingGpu missing(String device) {
    return new MissingGpu(Optional.of(device), Optional.empty(), "NVIDIA L4", Instant.EPOCH, false);
  }
}
