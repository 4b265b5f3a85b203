package org.sobre.jobs.engine;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.calibration.Calibration;
import org.sobre.jobs.calibration.CalibrationLine;
import org.sobre.jobs.calibration.CalibrationStore;
import org.sobre.jobs.calibration.Peak;
import org.sobre.jobs.calibration.ProbeSchedule;
import org.sobre.jobs.calibration.ProbeSchedule.Outcome;
import org.sobre.jobs.launch.ChildProcess;
import org.sobre.jobs.launch.SignalRelay;
import org.sobre.jobs.models.ModelsConfig;
import org.sobre.jobs.oom.HostMemory;
import org.sobre.jobs.oom.OomDiagnosis;
import org.sobre.jobs.oom.OomVerdict;
import org.sobre.jobs.oom.RetryRule;
import org.sobre.jobs.plan.Advice;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.jobs.profile.MemoryModel;
import org.sobre.jobs.profile.ModelProfile;

/**
 * Measures what batches of a profile take on the cards at hand: a few short runs of the command,
 * each with another batch, kept in the {@link CalibrationStore}.
 */
public final class CalibrationRun {

  /** Of CUDA or HIP, which no figure of an allocator holds. */
  private static final MemorySize CONTEXT = MemorySize.ofMebibytes(512);

  private final Preparation preparation;
  private final SignalRelay relay;
  private final CalibrationStore store;
  private final Experience experience;
  private final HostMemory memory;
  private final PrintWriter out;
  private final CalibrationText text;

  /**
   * @param environment of this process
   * @param nvidiaSmi name or path of the tool
   * @param models where the site keeps them
   * @param out of the result
   * @param err of the progress
   */
  public CalibrationRun(
      Map<String, String> environment,
      SysRoot root,
      ToolRunner tools,
      String nvidiaSmi,
      Advice advice,
      ModelsConfig models,
      SignalRelay relay,
      CalibrationStore store,
      Clock clock,
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
    this.relay = relay;
    this.store = store;
    this.experience = new Experience(store, clock, environment);
    this.memory = new HostMemory(root);
    this.out = out;
    this.text = new CalibrationText(err);
  }

  /** How it ended. */
  public enum Ending {
    /** At least one batch was measured. */
    MEASURED,
    /** Not even one item fits. */
    NOTHING_FITS,
    /** Nobody told what the command took. */
    UNTOLD,
    /** What was measured cannot be written down. */
    UNKEPT,
    /** The command failed for another reason than the card's memory. */
    FAILED
  }

  /**
   * @param status of the command where it failed, else 0
   * @param message for a person; empty where the result is printed already
   */
  public record Result(Ending ending, int status, String message) {}

  private record Probe(Attempt attempt, BatchPlan plan, OomVerdict verdict, Optional<Peak> peak) {}

  /**
   * @param command with {@code {batch_size}}
   * @param first the batch to begin with; empty for half of what is planned
   * @param most probes in all, from 2
   * @throws PlanningException if the profile does not run here, or the devices cannot be asked
   */
  public Result run(
      List<String> command, ModelProfile profile, boolean allowReduced, OptionalInt first, int most)
      throws PlanningException {
    RunRequest request =
        new RunRequest(
            command, Optional.of(profile), allowReduced, OptionalLong.empty(), false, true);
    Prepared prepared = preparation.prepare(request);
    BatchPlan plan = prepared.plan().orElseThrow();
    ProbeSchedule schedule = schedule(profile, plan, first, most);
    text.say(prepared.gpusLine());
    List<Outcome> outcomes = new ArrayList<>();
    OptionalInt next = schedule.next(outcomes);
    while (next.isPresent()) {
      text.begins(outcomes.size() + 1, most, next.getAsInt());
      Probe probe = probe(prepared.with(only(plan, next.getAsInt())), outcomes.size() + 1);
      Optional<Result> end = keep(probe, outcomes);
      if (end.isPresent()) {
        return end.get();
      }
      next = schedule.next(outcomes);
    }
    return conclude(prepared, profile, plan, outcomes);
  }

  private static ProbeSchedule schedule(
      ModelProfile profile, BatchPlan plan, OptionalInt first, int most) {
    int begin = first.orElse(Math.max(1, plan.batch() / 2));
    int world = plan.world();
    int wanted =
        profile.effectiveBatch().isPresent()
            ? (profile.effectiveBatch().getAsInt() + world - 1) / world
            : MemoryModel.LARGEST_BATCH;
    long offered = Math.max(0, plan.budget().bytes() - CONTEXT.bytes());
    return new ProbeSchedule(new MemorySize(offered), begin, Math.max(begin, wanted), most);
  }

  /** Each step is an optimizer's: a short run has few. */
  private static BatchPlan only(BatchPlan plan, int batch) {
    return new BatchPlan(
        plan.variant(),
        batch,
        1,
        plan.world(),
        plan.needs(),
        plan.budget(),
        plan.marginPercent(),
        plan.tight(),
        plan.why());
  }

  private Probe probe(Prepared prepared, int number) {
    OptionalLong killed = memory.kills();
    long begin = System.nanoTime();
    try (FreeMemoryWatch watch = new FreeMemoryWatch(() -> preparation.look(prepared))) {
      ChildProcess.Result result =
          new ChildProcess(relay).watch(prepared.command(), prepared.commandEnvironment());
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      OomVerdict verdict =
          OomDiagnosis.of(
              result.status(), result.stdout().text(), HostMemory.between(killed, memory.kills()));
      Optional<Peak> told = Experience.memory(result).map(Experience::peak);
      return new Probe(
          new Attempt(number, prepared, result, took),
          prepared.plan().orElseThrow(),
          verdict,
          told.or(() -> watch.most().map(Peak::seen)));
    }
  }

  /** Empty if there may be another. */
  private Optional<Result> keep(Probe probe, List<Outcome> outcomes) {
    ChildProcess.Result result = probe.attempt().result();
    int batch = probe.plan().batch();
    if (result.status() == 0) {
      Optional<Peak> seen = probe.peak();
      if (seen.isEmpty()) {
        return Optional.of(new Result(Ending.UNTOLD, 0, CalibrationText.untold()));
      }
      Peak peak = seen.get();
      try {
        experience.measured(probe.attempt(), probe.plan(), peak);
      } catch (IOException | RuntimeException e) {
        return Optional.of(unkept(batch, e));
      }
      text.ran(batch, peak, Experience.rate(probe.attempt()), probe.attempt().took());
      outcomes.add(new ProbeSchedule.Ran(batch, peak.allocated().orElse(peak.taken())));
      return Optional.empty();
    }
    if (probe.verdict().isOfTheBatch()) {
      text.ranOut(batch, probe.verdict());
      if (!RetryRule.mayJoin(probe.verdict(), probe.attempt().prepared().environment())) {
        experience.ranOut(probe.attempt(), probe.plan(), probe.verdict());
      }
      outcomes.add(new ProbeSchedule.TooLarge(batch));
      return Optional.empty();
    }
    String why =
        result.started()
            ? CalibrationText.failed(batch, result.status(), probe.verdict())
            : result.detail();
    return Optional.of(new Result(Ending.FAILED, result.status(), why));
  }

  private Result unkept(int batch, Exception cause) {
    return new Result(Ending.UNKEPT, 0, CalibrationText.unkept(batch, store.file(), cause));
  }

  private Result conclude(
      Prepared prepared, ModelProfile profile, BatchPlan plan, List<Outcome> outcomes) {
    if (outcomes.stream().noneMatch(ProbeSchedule.Ran.class::isInstance)) {
      return new Result(Ending.NOTHING_FITS, 0, CalibrationText.nothingFits(outcomes));
    }
    List<CalibrationLine> lines = store.read(profile.name());
    Calibration known = Calibration.of(lines, profile, prepared.devices()).of(plan.world());
    out.print(text.table(known.points(plan.variant().name())));
    text.conclusion(
            profile, known, plan.variant().name(), replanned(prepared, profile), store.file())
        .forEach(out::println);
    out.flush();
    return new Result(Ending.MEASURED, 0, "");
  }

  /** What the wrappers will do from now on. */
  private String replanned(Prepared prepared, ModelProfile profile) {
    preparation.remember(store);
    RunRequest request = prepared.request();
    try {
      return Summary.batch(preparation.prepare(request).plan(), prepared.gpus().orElse(0));
    } catch (PlanningException e) {
      return profile.name() + ": " + e.getMessage();
    }
  }
}
