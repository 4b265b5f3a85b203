package org.sobre.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.ToolResult;

/**
 * What nobody would submit: 5 000 job descriptors given to the compiled script by a stand-in of
 * slurmctld's C, and {@code -Dsobre.submissions} (500) submissions to the real one. It lives, and
 * logs no error of ours.
 */
@RealSlurm
class FuzzedSubmitIT {

  private static final int DESCRIPTORS = 5_000;
  private static final int SUBMISSIONS = Integer.getInteger("sobre.submissions", 500);
  private static final long SEED = Long.getLong("sobre.fuzz.seed", 2205);
  private static final int AT_ONCE = 100;
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  private static final List<String> REQUESTS =
      List.of(
          "--gres=gpu:1",
          "--gres=gpu:nvidia_l4:1",
          "--gres=gpu:tesla_k80:2",
          "--gres=gpu:h100:1",
          "--gres=shard:%d",
          "--gres=shard:nvidia_l4:%d",
          "--gpus=%d",
          "-n 2 --gpus-per-task=1",
          "--gpus-per-node=nvidia_geforce_rtx_4090:2",
          "--mem-per-gpu=1G --gpus=1",
          "--array=0-%d",
          "");

  private static final List<String> COMMENTS =
      List.of(
          "sobre:vram=%dG",
          "sobre:vram=%d",
          "sobre:vram=1e%d",
          "sobre:vram=",
          "sobre:profile=sd21-finetune",
          "sobre:profile=qwen-7b-qlora sobre:allow-reduced",
          "sobre:profile=%%s%%n%d",
          "sobre:",
          "{1} {list} 100%% \"sobre:vram=24G\"",
          "é 日本 \033[31m sobre:vram=24G");

  private static final List<String> CONSTRAINTS =
      List.of(
          "vram_ge_4g",
          "vram_ge_24g|vram_ge_64g",
          "(vram_ge_24g|vram_ge_64g)&gpu_vendor_nvidia",
          "[gpu_family_ada|gpu_family_ampere]",
          "gpu_vendor_nvidia*1",
          "a&&b",
          "((",
          "");

  @Test
  void slurmctldLivesAndLogsNoErrorOfOurs() throws Exception {
    try (PolicySite site = new PolicySite(Path.of("target/fuzzed-submit").toAbsolutePath())) {
      ToolResult mock =
          new CommonsExecToolRunner()
              .run(
                  List.of(
                      "lua5.1",
                      "lab/policy-fuzz.lua",
                      site.script().toString(),
                      "" + SEED,
                      "" + DESCRIPTORS),
                  DEADLINE);
      assertThat(mock.succeeded()).as("%s", mock).isTrue();
      System.out.print(mock.stdout());
      String controller = site.controllerProcess();
      Random random = new Random(SEED);
      for (int done = 0; done < SUBMISSIONS; done += AT_ONCE) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
          lines.add(submission(random));
        }
        lines.add("scancel -u daemon");
        site.shell(lines);
      }
      assertThat(site.controllerProcess()).as("seed %d", SEED).isEqualTo(controller);
      assertThat(site.log().lines())
          .as("seed %d", SEED)
          .noneMatch(line -> line.contains("error") && line.contains("sobre"))
          .noneMatch(line -> line.contains("job_submit.lua: ") || line.contains("non-numeric"))
          .noneMatch(line -> line.contains("fatal:"));
    }
  }

  private static String submission(Random random) {
    StringBuilder line = new StringBuilder("@timeout 20 sbatch -H -o /dev/null --wrap true");
    line.append(' ').append(pick(REQUESTS, random));
    line.append(" --comment=").append(quoted(pick(COMMENTS, random)));
    String constraint = pick(CONSTRAINTS, random);
    if (!constraint.isEmpty()) {
      line.append(random.nextInt(4) == 0 ? " --prefer=" : " -C ").append(quoted(constraint));
    }
    return line.append(" >/dev/null 2>&1").toString();
  }

  private static String pick(List<String> texts, Random random) {
    String text = texts.get(random.nextInt(texts.size()));
    return text.contains("%") ? String.format(Locale.ROOT, text, random.nextInt(40)) : text;
  }

  private static String quoted(String text) {
    return "'" + text + "'";
  }
}
