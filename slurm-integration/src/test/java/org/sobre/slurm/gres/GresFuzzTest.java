package org.sobre.slurm.gres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.fuzz.Mutations;

/** Damaged texts of slurmd and of gres.conf: nothing escapes, nothing hangs, no GPU is invented. */
class GresFuzzTest {

  /** As slurmd 22.05.8 prints it, and in the form of 23.11 and later. */
  private static final List<String> PRINTED =
      List.of(
          """
          slurmd-h1: Gres Name=shard Type=a Count=20 Index=0 ID=1918986455 File=/dev/null Cores=0-7 CoreCnt=32 (null)
          slurmd-h1: Gres Name=gpu Type=a Count=1 Index=0 ID=7696487 File=/dev/null Cores=0-7 CoreCnt=32 Links=-1,4,0
          slurmd-h1: Gres Name=gpu Type=a_3g.20gb Count=1 Index=0 ID=7696487 File=/dev/zero,/dev/full,/dev/random (null)
          """,
          """
          slurmd: Gres Name=gpu Type=a Count=1 Index=0 ID=7696487 File=/dev/nvidia0 Links=(null) Flags=HAS_FILE,HAS_TYPE,ENV_NVML
          slurmd: error: Waiting for gres.conf file /dev/nvidia77
          slurmd: fatal: can't stat gres.conf file /dev/nvidia77: No such file or directory
          """);

  @Test
  void whatSlurmdPrints() {
    Mutations.survives(
        PRINTED,
        text -> {
          for (SlurmdGresLine line : SlurmdGresLine.parse(text)) {
            assertThat(line.count()).isNotNegative();
            line.files().forEach(file -> assertThat(text).contains(file));
          }
        });
  }

  @Test
  void gresConf() {
    List<String> fragments =
        List.of(
            GresRenderer.gresConf(Nodes.slurmNode(Nodes.interleaved())),
            "NodeName=n[1-3] Name=gpu Type=a File=/dev/nvidia[0-3] Count=4\nAutoDetect=off\n",
            "Name=gpu Type=a MultipleFiles=/dev/a,/dev/b # two\nInclude /etc/x\n");
    Mutations.survives(
        fragments,
        text ->
            GresRules.broken(text, file -> text.length() % 2 == 0)
                .forEach(broken -> assertThat(broken).startsWith("gres.conf line ")));
  }
}
