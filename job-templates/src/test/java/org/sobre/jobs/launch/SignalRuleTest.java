package org.sobre.jobs.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.slurm.job.StepTitle;

class SignalRuleTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SLURM_JOB_ID SLURM_TASK_PID               | batch       | BATCH",
        "SLURM_JOB_ID SLURM_TASK_PID SLURM_STEP_ID | 0           | STEP",
        // submitted from within a step, whose variable came along
        "SLURM_JOB_ID SLURM_TASK_PID SLURM_STEP_ID | batch       | BATCH",
        "SLURM_JOB_ID SLURM_TASK_PID               | interactive | STEP",
        // parents cannot be seen
        "SLURM_JOB_ID SLURM_TASK_PID               |             | BATCH",
        "SLURM_JOB_ID SLURM_TASK_PID SLURM_STEP_ID |             | STEP",
        // the shell that salloc starts where it was called
        "SLURM_JOB_ID                              |             | STATION",
        "HOME                                      |             | STATION",
        // left over in a terminal's environment
        "SLURM_STEP_ID                             |             | STATION"
      })
  void isOfTheStepThatTheProcessRunsIn(String variables, String step, SignalRule rule) {
    Map<String, String> environment =
        Arrays.stream(variables.split(" ", -1))
            .collect(Collectors.toMap(name -> name, name -> "1"));
    Optional<StepTitle> above = Optional.ofNullable(step).map(name -> new StepTitle(123, name));
    assertThat(SignalRule.of(environment, above)).isEqualTo(rule);
  }

  @ParameterizedTest
  @CsvSource({
    "STEP, ALONE, HUP INT TERM USR1 USR2",
    "STEP, UNKNOWN, ''",
    "STEP, TOO, ''",
    "BATCH, ALONE, HUP INT TERM USR1 USR2",
    "BATCH, UNKNOWN, HUP INT USR1 USR2",
    "BATCH, TOO, ''",
    "STATION, ALONE, HUP INT TERM USR1 USR2",
    "STATION, UNKNOWN, HUP INT TERM USR1 USR2",
    "STATION, TOO, ''"
  })
  void passesOnWhatTheCommandHasNotGotItself(SignalRule rule, Witness.Sight seen, String names) {
    assertThat(
            Stream.of("HUP", "INT", "TERM", "USR1", "USR2")
                .filter(name -> rule.passesOn(name, seen))
                .collect(Collectors.joining(" ")))
        .isEqualTo(names);
  }
}
