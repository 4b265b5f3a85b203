package org.sobre.cli.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sobre.accounting.store.RunDetails;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.message.Language;

class JobTextTest {

  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");

  private final Locale before = Locale.getDefault(Locale.Category.DISPLAY);

  @BeforeEach
  void inEnglish() {
    Language.ENGLISH.speak();
  }

  @AfterEach
  void asBefore() {
    Locale.setDefault(Locale.Category.DISPLAY, before);
  }

  @Test
  void aJobForEyes() {
    assertThat(new JobText(PARIS, true).of(List.of(twoGpus())))
        .isEqualTo(
            """
            job 12345 on n042: alice, lab lab1
            2026-11-20 14:00:03 to 2026-11-20 15:30:03, 1 h 30 min; 2 x nvidia_geforce_rtx_4090

            PART                    ENERGY  HOW KNOWN         IDLE   SEEN
            gpu GPU-5c1f1a2b      325.5 Wh  counter            1 %  100 %
            gpu GPU-77ab           32.0 Wh  counter          100 %  100 %
            together              357.5 Wh                          100 %

            load of the GPUs: mean 76 %, at most 100 %
            held and doing nothing: 1 h 30 min of GPU time, 50 %
            video memory: mean 11.5 GB, at most 23.1 GB, of 25.8 GB
            power, at most 431 W; a letter is 30 min 0 s:
              ▁ █

            Hint: it held 2 GPUs and used 1: ask for 1 (--gres), or have the program use all
            """);
  }

  @Test
  void whatCouldNotBeReadSaysWhy() {
    String text =
        new JobText(PARIS, false)
            .of(List.of(new SomeRun().gpu("GPU-1", 1, 0).unseen("0", "no-permission").on("n042")));
    assertThat(text)
        .contains("cpu-package 0                -  no-permission             0 %\n")
        .contains("  _ #\n")
        .contains("Hint: only 50 % of the time was seen (no-permission)");
  }

  @Test
  void severalNodesHaveASum() {
    String text =
        new JobText(PARIS, true)
            .of(
                List.of(
                    new SomeRun().gpu("GPU-1", 1_000, 0).on("n1"),
                    new SomeRun().gpu("GPU-2", 500, 0).running().on("n2")));
    assertThat(text)
        .contains("job 12345 on n1: alice", "job 12345 on n2, running: alice")
        .contains("all 2 runs: 1.50 kWh, 100 % seen\n");
  }

  /** Nobody measured it: that is not nothing, nowhere. */
  @Test
  void whatNobodyMeasuredIsNotNothing() throws JsonShapeException {
    List<RunDetails> unmeasured =
        List.of(new SomeRun().unseen("0", "no-permission").unseen("1", "no-permission").on("n1"));
    assertThat(new JobText(PARIS, true).of(unmeasured))
        .contains("together                     -  ")
        .doesNotContain("0.0 J")
        .contains("Hint: nobody measured this job (no-permission)");
    JsonObject job = JsonObject.parse(JobJson.of(12345, unmeasured));
    assertThat(job.requiredObject("totals").integer("microjoules")).isEmpty();
    assertThat(job.requiredObject("hint").requiredString("kind")).isEqualTo("not-measured");
    List<RunDetails> withoutMeters = List.of(new SomeRun().on("n1"));
    assertThat(new JobText(PARIS, true).of(withoutMeters)).doesNotContain("0.0 J");
  }

  /** 3065 J beside 1.3 Wh are not to be compared at a glance. */
  @Test
  void aJobHasOneUnit() {
    assertThat(
            new JobText(PARIS, true)
                .of(
                    List.of(
                        new SomeRun().gpu("GPU-1", 0.85, 0).gpu("GPU-2", 1.28, 0).on("n1"),
                        new SomeRun().gpu("GPU-3", 0.001, 0).on("n2"))))
        .contains("gpu GPU-1              0.85 Wh  ", "gpu GPU-2              1.28 Wh  ")
        .contains("gpu GPU-3             <0.01 Wh  ")
        .contains("together               2.13 Wh  ", "all 2 runs: 2.13 Wh, ");
  }

  @Test
  void theSumOfARunThatGoesOnIsOfHereSoFar() {
    assertThat(new JobText(PARIS, true).of(List.of(new SomeRun().gpu("G", 1, 0).running().on("n"))))
        .contains("\nhere so far ")
        .doesNotContain("together");
  }

  @Test
  void everyFigureFitsEightyColumnsInBothLanguages() {
    for (Language language : Language.values()) {
      language.speak();
      assertThat(new JobText(PARIS, true).of(List.of(twoGpus())).lines())
          .as(language.code())
          .filteredOn(line -> !line.startsWith("Hint") && !line.startsWith("Conseil"))
          .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(90))
          .filteredOn(line -> !line.contains("nvidia"))
          .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }
  }

  /** Any node's daemon writes lines, and Slurm names the user. */
  @Test
  void noNameSteersTheTerminal() {
    String hostile = "\u001b]0;mine\u0007\u009b2J\n\u202e";
    String text = text(hostile);
    assertThat(text.replace("\n", "")).doesNotContainPattern("[\\p{Cc}\\u202e]");
    assertThat(text.lines()).hasSameSizeAs(text("x").lines().toList());
  }

  private static String text(String word) {
    return new JobText(PARIS, true)
        .of(List.of(new SomeRun().gpu(word, 1, 0).unseen(word, word).on("n" + word)));
  }

  @Test
  void aJobForScripts() throws JsonShapeException {
    JsonObject job = JsonObject.parse(JobJson.of(12345, List.of(twoGpus())));
    assertThat(job.requiredInteger("job")).isEqualTo(12345);
    assertThat(job.requiredObject("totals").requiredInteger("microjoules"))
        .isEqualTo(1_287_000_000_000L);
    assertThat(job.requiredObject("totals").number("coverage")).hasValue(1.0);
    assertThat(job.requiredObject("hint").requiredString("kind")).isEqualTo("unused-gpus");
    JsonObject run = job.objects("runs").get(0);
    assertThat(run.requiredString("state")).isEqualTo("ended");
    assertThat(run.requiredObject("use").requiredInteger("busyPercentMean")).isEqualTo(76);
    assertThat(run.requiredObject("powerProfile").integersOrNull("milliwatts")).hasSize(3);
    assertThat(run.objects("energy")).hasSize(2);
  }

  private static RunDetails twoGpus() {
    return new SomeRun().gpu("GPU-5c1f1a2b-3333", 325.5, 0.01).gpu("GPU-77ab", 32, 1).on("n042");
  }
}
