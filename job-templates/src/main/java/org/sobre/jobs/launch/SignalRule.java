package org.sobre.jobs.launch;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sobre.slurm.job.StepTitle;

/**
 * Which signals a wrapper passes on to its command, by who else would have told the command
 * already. The aim is that the command gets each as often as it would without a wrapper.
 */
enum SignalRule {
  /**
   * In a step Slurm signals every process there is: srun, scancel, the time limit. What the wrapper
   * alone got came from somebody else, a launcher or a shell of the step, and is passed on only if
   * that is certain.
   */
  STEP,

  /**
   * Of a batch job Slurm signals the script alone ({@code scancel --batch}, {@code --signal=B:}),
   * or all of its processes ({@code scancel --full}). Its end by scancel, time limit, preemption
   * and requeue is told to all of them, by SIGTERM: that is passed on only if it is certain that
   * the wrapper alone got it, for a second one may end what the first has only begun to save.
   */
  BATCH,

  /** Outside a job's steps: who signals the wrapper means its command. */
  STATION;

  private static final String BATCH_STEP = "batch";

  private static final String END = "TERM";

  /** Within which one sender reaches all processes; Slurm walks the list of them. */
  private static final Duration SPREAD = Duration.ofMillis(100);

  /** On a machine that has no time for anybody. */
  private static final Duration LONG_SPREAD = Duration.ofMillis(500);

  /**
   * A slurmstepd among the parents knows best: {@code sbatch} from within a step hands that step's
   * {@code SLURM_STEP_ID} on to the batch script. The variables count where parents cannot be seen,
   * in a container say: those of a step stand in no batch script, {@code SLURM_TASK_PID} in no
   * shell of salloc's (src/common/env.c).
   *
   * @param above of the slurmstepd that this process runs under; empty if none can be seen
   */
  static SignalRule of(Map<String, String> environment, Optional<StepTitle> above) {
    if (above.isPresent()) {
      return above.get().step().equals(BATCH_STEP) ? BATCH : STEP;
    }
    if (!environment.containsKey("SLURM_JOB_ID")) {
      return STATION;
    }
    if (environment.containsKey("SLURM_STEP_ID")) {
      return STEP;
    }
    return environment.containsKey("SLURM_TASK_PID") ? BATCH : STATION;
  }

  /**
   * @param name without SIG: TERM, HUP, INT, USR1 or USR2
   * @param seen whether others got it, too
   */
  boolean passesOn(String name, Witness.Sight seen) {
    return switch (seen) {
      case TOO -> false;
      case ALONE -> true;
      case UNKNOWN -> !isWordToAll(name);
    };
  }

  /**
   * Whether others than this process got a signal. Two of one kind that come close are one to whom
   * the kernel has not told the first yet: what is a word to all is told by the last of it.
   *
   * @param witness null if there is none
   */
  Witness.Sight seen(String name, @Nullable Witness witness) {
    if (witness == null) {
      return Witness.Sight.UNKNOWN;
    }
    return isWordToAll(name) ? witness.sawLately(name, LONG_SPREAD) : witness.saw(name, SPREAD);
  }

  private boolean isWordToAll(String name) {
    return this == STEP || (this == BATCH && name.equals(END));
  }
}
