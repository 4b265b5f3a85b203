package org.sobre.slurm.gres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule was seen with Debian's slurmd 22.05.8 or stands in the source at slurm-22-05-8-1. */
class GresRulesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# nothing here",
        "AutoDetect=off",
        "Name=gpu Type=a File=/dev/nvidia0 Cores=0-7 Links=-1,0 Flags=nvidia_gpu_env",
        "Name=gpu Type=a MultipleFiles=/dev/nvidia0,/dev/nvidia-caps/nvidia-cap1\n"
            + "Name=gpu Type=a MultipleFiles=/dev/nvidia0,/dev/nvidia-caps/nvidia-cap2",
        "Name=gpu Type=a File=/dev/nvidia0\nName=shard Count=24 File=/dev/nvidia0",
        "NodeName=a Name=gpu Type=a File=/dev/nvidia0\nNodeName=b Name=gpu Type=a File=/dev/nvidia0",
      })
  void whatSlurmTakesBreaksNoRule(String text) {
    assertThat(GresRules.broken(text, file -> true)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Name=gpu Type=a File=/dev/x UniqueId=3        | unknown key uniqueid is fatal
          Name=gpu Type=a File=/dev/x off               | a word without = is fatal: off
          Include /etc/other.conf                       | Include inside the fragment
          Name=gpu Type=4090 File=/dev/x                | Type=4090: expected
          Name=gpu Type=a:b File=/dev/x                 | Type=a:b: expected
          Name=gpu Type=a File=/dev/x Count=2           | Count=2 with 1 files: must be equal
          Name=gpu Type=a File=/dev/x Count=abc         | Count=abc is no number
          Name=gpu Type=a MultipleFiles=/dev/x          | MultipleFiles= needs two files
          Name=gpu Type=a File=/dev/x,/dev/x            | File=/dev/x stands twice
          Name=gpu File=/dev/x MultipleFiles=/dev/x,/y  | exclude each other
          """)
  void aLineThatSlurmDiesOfIsNamed(String line, String rule) {
    assertThat(GresRules.broken("# one\n" + line, file -> true))
        .anySatisfy(broken -> assertThat(broken).startsWith("gres.conf line 2: ").contains(rule));
  }

  @Test
  void linesOfOneNameMustAgree() {
    assertBroken("Name=gpu Type=a File=/dev/x\nName=gpu File=/dev/y", "have Type= and some do not");
    assertBroken("Name=gpu Type=a File=/dev/x\nName=gpu Type=b", "have File= and some do not");
    assertBroken(
        "Name=gpu Type=a File=/dev/x Flags=amd_gpu_env\n"
            + "Name=gpu Type=b File=/dev/y Flags=nvidia_gpu_env",
        "differ in Flags=");
    assertBroken("Name=gpu Type=a File=/dev/x\nName=gpu Type=b File=/dev/x", "stands twice");
  }

  @Test
  void aMissingFileIsNamed() {
    List<String> broken =
        GresRules.broken(
            "Name=gpu Type=a File=/dev/nvidia0\nName=gpu Type=a File=/dev/nvidia9",
            file -> !file.endsWith("nvidia9"));
    assertThat(broken)
        .singleElement()
        .asString()
        .isEqualTo(
            "gres.conf line 2: File=/dev/nvidia9 is not there: slurmd waits 20 s for it and then"
                + " dies (_my_stat)");
  }

  @Test
  void whatIsRenderedBreaksNone() {
    for (var node : List.of(Nodes.pair(), Nodes.interleaved(), Nodes.with())) {
      assertThat(GresRules.broken(GresRenderer.gresConf(Nodes.slurmNode(node)), file -> true))
          .isEmpty();
    }
  }

  private static void assertBroken(String text, String rule) {
    assertThat(GresRules.broken(text, file -> true))
        .anySatisfy(broken -> assertThat(broken).contains(rule));
  }
}
