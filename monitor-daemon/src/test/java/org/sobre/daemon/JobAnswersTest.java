package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.energy.accrual.JobView;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.JobLine.Declared;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;

class JobAnswersTest {

  private static final JobKey JOB = new JobKey(12345, 0);
  private static final IntPredicate OWNER = Integer.valueOf(1203)::equals;
  private static final Map<JobKey, JobView> JOBS =
      Map.of(
          JOB,
          new JobView(
              JOB,
              1203,
              60_900,
              List.of(
                  new PartEnergy(
                      new MeterId(Part.GPU, "GPU-5c1f"),
                      EnergyByQuality.of(Quality.SAMPLED, Energy.ofMicrojoules(1_234_999_999)),
                      Optional.empty(),
                      59_100,
                      Optional.empty()),
                  new PartEnergy(
                      new MeterId(Part.CPU_PACKAGE, "0"),
                      EnergyByQuality.NONE,
                      Optional.empty(),
                      0,
                      Optional.of("no-permission")))));

  private final List<JobAnswers.Declaration> declared = new ArrayList<>();
  private final JobAnswers answers = new JobAnswers(declared::add);

  @Test
  void tellsAJobItsWholeJoulesAndWhatIsMissing() {
    assertThat(answers.answer("{\"v\":1,\"ask\":\"energy\",\"job\":\"12345.0\"}", JOBS, OWNER))
        .isEqualTo(
            "{\"v\":1,\"job\":\"12345.0\",\"joules\":1234,\"observedSeconds\":59,"
                + "\"elapsedSeconds\":60,\"parts\":[{\"part\":\"gpu\",\"device\":\"GPU-5c1f\","
                + "\"quality\":\"sampled\",\"joules\":1234}],\"missing\":[{\"part\":"
                + "\"cpu-package\",\"device\":\"0\",\"reason\":\"no-permission\"}]}");
  }

  @Test
  void takesWhatAJobSaysOfItself() {
    String answer =
        answers.answer(
            "{\"v\":1,\"declare\":{\"profile\":\"sd21-infer\",\"batchSize\":4,\"unit\":\"image\","
                + "\"items\":64,\"tokensIn\":null,\"tokensOut\":null},\"job\":\"12345.0\"}",
            JOBS,
            OWNER);

    assertThat(answer).isEqualTo("{\"v\":1,\"ok\":true}");
    assertThat(declared)
        .containsExactly(
            new JobAnswers.Declaration(
                JOB,
                new Declared(
                    1203,
                    Optional.of("sd21-infer"),
                    OptionalLong.of(4),
                    Optional.of("image"),
                    OptionalLong.of(64),
                    OptionalLong.empty(),
                    OptionalLong.empty())));
  }

  @Test
  void anotherUserLearnsNothingNotEvenThatTheJobExists() {
    String ask = "{\"v\":1,\"ask\":\"energy\",\"job\":\"12345.0\"}";

    String toAnother = answers.answer(ask, JOBS, uid -> false);

    assertThat(toAnother).isEqualTo(answers.answer(ask, Map.of(), OWNER)).contains("error");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "garbage | not valid JSON",
        "{} | v: this key is required and missing",
        "{'v':2,'ask':'energy','job':'12345.0'} | v: expected 1, found 2",
        "{'v':1,'ask':'energy','job':'x'} | job: expected an id as 12345.0",
        "{'v':1,'ask':'power','job':'12345.0'} | ask: expected energy, found power",
        "{'v':1,'job':'12345.0'} | ask: this key is required and missing",
        "{'v':1,'job':'12345.0','declare':{'items':-1}} | items: expected 0 to",
        "{'v':1,'job':'12345.0','declare':{'items':'9'}} | items: expected a whole number",
        "{'v':1,'job':'12345.0','declare':{'profile':'a b'}} | profile: expected 1 to 64 letters",
      })
  void refusesWhatItDoesNotUnderstandAndSaysWhy(String request, String why) {
    String answer = answers.answer(request.replace('\'', '"'), JOBS, OWNER);

    assertThat(answer).startsWith("{\"v\":1,\"error\":\"").contains(why);
    assertThat(declared).isEmpty();
  }
}
