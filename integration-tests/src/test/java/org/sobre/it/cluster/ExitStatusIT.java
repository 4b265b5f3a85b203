package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.it.lab.JobRecord;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.RealCluster;

/** A wrapped command ends a job as the bare command does. */
@RealCluster
@Order(3)
class ExitStatusIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Lab lab;

  ExitStatusIT(Lab lab) {
    this.lab = lab;
  }

  /**
   * A command that dies by signal n reaches Slurm as status 128+n, from a batch script's shell and
   * from the wrapper alike; sacct shows such a status less 128.
   */
  @ParameterizedTest
  @CsvSource({"true,0:0", "exit 3,3:0", "kill -9 $$,9:0", "kill -TERM $$,15:0"})
  void sacctShowsTheSameWrappedAndBare(String command, String expected) {
    String bare = lab.sbatch("alice", "sh -c '" + command + "'");
    String wrapped = lab.sbatch("alice", "exec sobre run -- sh -c '" + command + "'");
    JobRecord bareRecord = lab.awaitEnd(bare, PATIENCE);
    assertThat(bareRecord.exitCode()).isEqualTo(expected);
    assertThat(lab.awaitEnd(wrapped, PATIENCE)).isEqualTo(bareRecord);
  }

  @ParameterizedTest
  @CsvSource({"/no/such/program,127:0", "/etc/passwd,126:0"})
  void whatCannotBeStartedIsToldByTheShellsOwnStatus(String program, String expected) {
    String wrapped = lab.sbatch("alice", "exec sobre run -- " + program);
    assertThat(lab.awaitEnd(wrapped, PATIENCE)).isEqualTo(new JobRecord("FAILED", expected));
  }
}
