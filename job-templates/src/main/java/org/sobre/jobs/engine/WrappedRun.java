package org.sobre.jobs.engine;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;
import org.sobre.jobs.calibration.CalibrationStore;
import org.sobre.jobs.launch.CommandTemplate;
import org.sobre.jobs.launch.SignalRelay;
import org.sobre.jobs.models.ModelsConfig;
import org.sobre.jobs.plan.Advice;
import org.sobre.jobs.station.MeteredRun;
import org.sobre.jobs.station.RunOpening;

/**
 * A wrapped run: {@link Preparation}, {@link Attempts}, {@link Conclusion}. Only a plan that cannot
 * be made stops a job; everything else of ours that fails is told in the summary.
 */
public final class WrappedRun {

  /** A job does not wait to begin; a declaration that was lost is repeated at its end. */
  private static final Duration BEGIN_DEADLINE = Duration.ofMillis(250);

  private static final Messages MESSAGES = Messages.of(WrappedRun.class);

  private final Preparation preparation;
  private final Declarations declarations;
  private final Path run;
  private final RunOpening outsideSlurm;
  private final SignalRelay relay;
  private final PrintWriter out;
  private final PrintWriter err;
  private final Map<String, String> environment;
  private final SysRoot root;
  private final ToolRunner tools;
  private Function<MeteredRun, Optional<String>> hint = run -> Optional.empty();
  private boolean json;
  private Function<Prepared, AttemptJudge> judge = prepared -> AttemptJudge.ONCE;

  /**
   * @param environment of this process
   * @param root where {@code run/sobre} is
   * @param nvidiaSmi name or path of the tool
   * @param outsideSlurm begins what is no Slurm job
   * @param models where the site keeps them
   * @param advice to whom it is said what to do where no batch fits
   * @param out of a dry run
   * @param err of the summary
   */
  public WrappedRun(
      Map<String, String> environment,
      SysRoot root,
      ToolRunner tools,
      String nvidiaSmi,
      RunOpening outsideSlurm,
      Advice advice,
      ModelsConfig models,
      SignalRelay relay,
      PrintWriter out,
      PrintWriter err) {
    GpuSurvey survey = new GpuSurvey(tools, nvidiaSmi, root);
    this.preparation =
        new Preparation(
            environment,
            root,
            survey,
            advice,
            SettledMemory.REAL,
            models,
            new SlurmAnswers(tools, new OwnJob(tools, environment)));
    this.declarations = Declarations.of(environment);
    this.run = root.run().resolve("sobre");
    this.environment = Map.copyOf(environment);
    this.root = root;
    this.tools = tools;
    this.outsideSlurm = outsideSlurm;
    this.relay = relay;
    this.out = out;
    this.err = err;
  }

  /**
   * @param sentence what a run's figures say to who will start the next one, in the reader's
   *     language; asked before its end
   */
  public WrappedRun withHint(Function<MeteredRun, Optional<String>> sentence) {
    this.hint = sentence;
    return this;
  }

  /**
   * Lets the run remember what batches take and which ran out of memory, and plan by it.
   *
   * @param retries whether a command that ran out of the card's memory is started again
   */
  public WrappedRun withCalibration(CalibrationStore store, Clock clock, boolean retries) {
    preparation.remember(store);
    MemoryJudge.Surroundings around =
        new MemoryJudge.Surroundings(
            environment, root, new TimeLeft(new OwnJob(tools, environment)), clock);
    this.judge =
        prepared ->
            new MemoryJudge(
                around, store, preparation.planner(), retries, preparation::settled, relay::seen);
    return this;
  }

  /** Tells programs what a dry run would do. */
  public WrappedRun withJson() {
    this.json = true;
    return this;
  }

  /**
   * @return the child's exit status, or 126 or 127 if it could not be started; 0 for a dry run
   * @throws PlanningException if no batch fits, or none can be told; the child is not started
   */
  public int execute(RunRequest request) throws PlanningException {
    Prepared prepared = preparation.prepare(request);
    if (request.dryRun()) {
      return tell(prepared);
    }
    if (!request.quiet()) {
      say(prepared.gpusLine());
      say(prepared.batchLine());
      warnOfBatch(prepared);
    }
    Reading<MeteredRun> metered = metered(prepared);
    metered.measured().ifPresent(m -> declarations.begin(m, BEGIN_DEADLINE, prepared));
    Reading<JobEnergy> before =
        request.quiet() ? Reading.of(JobEnergy.NOTHING) : RunEnergy.before(metered, BEGIN_DEADLINE);
    Attempts.Outcome outcome =
        new Attempts(relay, judge.apply(prepared), this::remark).run(prepared);
    try {
      new Conclusion(metered, before, declarations, hint, this::say).conclude(outcome);
    } catch (RuntimeException e) {
      // a defect of ours is told; the status stays the job's
      remark(MESSAGES.text("defect", e));
    }
    return outcome.last().result().status();
  }

  private int tell(Prepared prepared) {
    warnOfBatch(prepared);
    if (json) {
      out.println(PlanJson.dryRun(prepared));
      out.flush();
      return 0;
    }
    out.println(prepared.gpusLine());
    out.println(prepared.batchLine());
    out.println(Summary.command(prepared.command()));
    out.flush();
    return 0;
  }

  private Reading<MeteredRun> metered(Prepared prepared) {
    return prepared
        .allocation()
        .job()
        .map(job -> Reading.of(MeteredRun.ofSlurm(job, run.resolve("job.sock"))))
        .orElseGet(() -> beginOutsideSlurm(prepared));
  }

  private Reading<MeteredRun> beginOutsideSlurm(Prepared prepared) {
    try {
      return outsideSlurm.begin(prepared.allocation().devices(), prepared.command().get(0));
    } catch (RuntimeException e) {
      // a defect of ours is told where the energy would be, and stops no command
      return Reading.unavailable(Reason.FAILED, MESSAGES.text("defect", e));
    }
  }

  private void warnOfBatch(Prepared prepared) {
    RunRequest request = prepared.request();
    boolean fills = request.profile().isPresent();
    boolean asks = CommandTemplate.asksFor(request.command(), Prepared.BATCH);
    if (fills != asks && !request.quiet()) {
      remark(MESSAGES.text(fills ? "batch.own" : "batch.unfilled", "{" + Prepared.BATCH + "}"));
    }
    boolean steps = prepared.plan().filter(plan -> plan.accumulation() > 1).isPresent();
    if (steps
        && asks
        && !CommandTemplate.asksFor(request.command(), Prepared.ACCUMULATION)
        && !request.quiet()) {
      remark(MESSAGES.text("batch.unaccumulated", "{" + Prepared.ACCUMULATION + "}"));
    }
  }

  private void remark(String sentence) {
    say("sobre: " + sentence);
  }

  /** At once: the child writes to the same place without our knowledge. */
  private void say(String line) {
    err.println(line);
    err.flush();
  }
}
