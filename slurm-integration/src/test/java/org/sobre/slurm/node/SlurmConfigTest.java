package org.sobre.slurm.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.config.SobreConfig;

class SlurmConfigTest {

  @Test
  void hasADefaultForEverythingButTheController() {
    SobreConfig config = SobreConfig.parse("sobre.yaml", "schema: sobre/1\n");
    assertThat(SlurmConfig.from(config.slurm()))
        .isEqualTo(
            new SlurmConfig(
                Optional.empty(), true, OptionalLong.empty(), true, SlurmConfig.JobComments.OFF));
    assertThat(config.problems().isEmpty()).isTrue();
  }

  @Test
  void readsWhatStandsThere() {
    SobreConfig config = parse("{controller: \"ctl:6817\", delivery: dynamic, actOnNodes: false}");
    assertThat(SlurmConfig.from(config.slurm()))
        .isEqualTo(
            new SlurmConfig(
                Optional.of("ctl:6817"),
                false,
                OptionalLong.empty(),
                true,
                SlurmConfig.JobComments.OFF));
    assertThat(config.problems().isEmpty()).isTrue();
  }

  @Test
  void readsWhatSlurmsAccountingIsAskedAndTold() {
    SobreConfig config = parse("{accounting: off, comments: true, commentsPerMinute: 5}");
    SlurmConfig slurm = SlurmConfig.from(config.slurm());
    assertThat(slurm.readsAccounting()).isFalse();
    assertThat(slurm.comments()).isEqualTo(new SlurmConfig.JobComments(true, 5));
    assertThat(config.problems().isEmpty()).isTrue();

    SobreConfig slips = parse("{accounting: on, coments: true, commentsPerMinute: 0}");
    SlurmConfig.from(slips.slurm());
    assertThat(slips.problems().all())
        .hasSize(3)
        .anySatisfy(p -> assertThat(p.toString()).contains("did you mean \"comments\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ctl|ctl:6817",
        "ctl:7000|ctl:7000",
        "[fe80::1]|[fe80::1]:6817",
        "ctl1,ctl2:7000,[fe80::1]|ctl1:6817,ctl2:7000,[fe80::1]:6817"
      })
  void aControllerWithoutPortHasSlurmsOwn(String given, String controller) {
    SobreConfig config = parse("{controller: \"" + given + "\"}");
    assertThat(SlurmConfig.from(config.slurm()).controller()).contains(controller);
    assertThat(config.problems().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{controller: \"ctl:6817'; true\"}",
        "{controller: \"http://ctl\"}",
        "{controller: \"ctl:99999\"}",
        "{controller: \"ctl:0\"}",
        "{controller: \"ctl1,ctl2:0\"}",
        "{controller: \"ctl1, ctl2\"}",
        "{controller: \"ctl1,\"}",
        "{shardMiB: 0}",
        "{shardMiB: none}",
        "{delivery: static}",
        "{controler: ctl}",
        "{actOnNodes: perhaps}",
      })
  void refusesTheRestWithOneProblemEach(String section) {
    SobreConfig config = parse(section);
    SlurmConfig.from(config.slurm());
    assertThat(config.problems().all()).hasSize(1);
  }

  @Test
  void aShardHasItsSizeInMebibytes() {
    assertThat(SlurmConfig.from(parse("{shardMiB: 1024}").slurm()).shardMebibytes())
        .isEqualTo(OptionalLong.of(1024));
    SobreConfig off = parse("{shardMiB: off}");
    assertThat(SlurmConfig.from(off.slurm()).shardMebibytes()).isEmpty();
    assertThat(off.problems().remarks()).isEmpty();
  }

  private static SobreConfig parse(String section) {
    return SobreConfig.parse("sobre.yaml", "schema: sobre/1\nslurm: " + section + "\n");
  }
}
