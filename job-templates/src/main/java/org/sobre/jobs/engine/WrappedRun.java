package org.sobre.jobs.engine;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;
import org.sobre.jobs.engine.JobSocketClient.Declaration;
import org.sobre.jobs.launch.ChildProcess;
import org.sobre.jobs.launch.CommandTemplate;
import org.sobre.jobs.launch.SignalRelay;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.jobs.plan.BatchPlanner;
import org.sobre.jobs.plan.Device;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.station.MeteredRun;
import org.sobre.jobs.station.RunOpening;
import org.sobre.slurm.gres.FeatureLadder;
import org.sobre.slurm.job.Allocation;
import org.sobre.slurm.job.Allocation.Devices;
import org.sobre.slurm.node.NodeDocument;

/**
 * A wrapped run: allocation, free memory, plan, child, summary. Only a plan that cannot be made
 * stops a job; everything else of ours that fails is told in the summary.
 */
public final class WrappedRun {

  private static final Duration ENERGY_DEADLINE = Duration.ofSeconds(2);

  /** A job does not wait to begin; a declaration that was lost is repeated at its end. */
  private static final Duration BEGIN_DEADLINE = Duration.ofMillis(250);

  private static final Messages MESSAGES = Messages.of(WrappedRun.class);
  private static final String GPUS = "gpus";
  private static final String BATCH = "batch_size";
  private static final String ACCUMULATION = "accumulation";

  private final Map<String, String> environment;
  private final Path run;
  private final GpuSurvey survey;
  private final RunOpening outsideSlurm;
  private final SignalRelay relay;
  private final PrintWriter out;
  private final PrintWriter err;

  /**
   * @param environment of this process
   * @param root where {@code run/sobre} is
   * @param nvidiaSmi name or path of the tool
   * @param outsideSlurm begins what is no Slurm job
   * @param out of a dry run
   * @param err of the summary
   */
  public WrappedRun(
      Map<String, String> environment,
      SysRoot root,
      ToolRunner tools,
      String nvidiaSmi,
      RunOpening outsideSlurm,
      SignalRelay relay,
      PrintWriter out,
      PrintWriter err) {
    this.environment = Map.copyOf(environment);
    this.run = root.run().resolve("sobre");
    this.survey = new GpuSurvey(tools, nvidiaSmi, root);
    this.outsideSlurm = outsideSlurm;
    this.relay = relay;
    this.out = out;
    this.err = err;
  }

  /** What is known before the child starts. */
  private record Prepared(
      Allocation allocation,
      Map<String, String> environment,
      Optional<BatchPlan> plan,
      List<String> command,
      String gpusLine,
      String batchLine) {}

  /**
   * @return the child's exit status, or 126 or 127 if it could not be started; 0 for a dry run
   * @throws PlanningException if no batch fits, or none can be told; the child is not started
   */
  public int execute(RunRequest request) throws PlanningException {
    Prepared prepared = prepare(request);
    if (request.dryRun()) {
      warnOfBatch(request);
      out.println(prepared.gpusLine());
      out.println(prepared.batchLine());
      out.println(Summary.command(prepared.command()));
      out.flush();
      return 0;
    }
    if (!request.quiet()) {
      say(prepared.gpusLine());
      say(prepared.batchLine());
      warnOfBatch(request);
    }
    Reading<MeteredRun> metered = metered(prepared);
    metered
        .measured()
        .ifPresent(m -> declare(m, BEGIN_DEADLINE, request, prepared, OptionalLong.empty()));
    Reading<JobEnergy> before =
        request.quiet() ? Reading.of(JobEnergy.NOTHING) : RunEnergy.before(metered, BEGIN_DEADLINE);
    long begin = System.nanoTime();
    ChildProcess.Result result =
        new ChildProcess(relay).run(prepared.command(), prepared.environment());
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    if (!result.started()) {
      say("sobre: " + result.detail());
    }
    try {
      conclude(metered, before, request, prepared, result, took);
    } catch (RuntimeException e) {
      // a defect of ours is told; the status stays the job's
      say("sobre: " + MESSAGES.text("defect", e));
    }
    return result.status();
  }

  private Prepared prepare(RunRequest request) throws PlanningException {
    Optional<NodeDocument> node = PublishedNode.read(run.resolve("slurm").resolve("node.json"));
    Allocation allocation = Allocation.of(environment, node);
    Devices held = allocation.devices();
    boolean countUnknown = held instanceof Devices.All;
    boolean asked =
        request.profile().isPresent()
            || (countUnknown && CommandTemplate.asksFor(request.command(), GPUS));
    List<Device> devices =
        asked
            ? ShardPromise.of(environment).limit(survey.held(held, vendors(request), node), node)
            : List.of();
    Optional<BatchPlan> plan = Optional.empty();
    if (request.profile().isPresent()) {
      plan = Optional.of(plan(request.profile().get(), devices, request.allowReduced()));
    }
    List<String> command =
        CommandTemplate.fill(
            request.command(), values(plan, asked ? OptionalInt.of(devices.size()) : count(held)));
    return new Prepared(
        allocation,
        ChildEnvironment.of(environment, allocation, node),
        plan,
        command,
        asked ? Summary.gpus(devices) : Summary.gpus(held),
        Summary.batch(plan));
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

  private static BatchPlan plan(ModelProfile profile, List<Device> devices, boolean allowReduced)
      throws PlanningException {
    Reading<BatchPlan> plan =
        new BatchPlanner(FeatureLadder.GIGABYTES)
            .plan(profile, devices, allowReduced)
            .match(
                Reading::of,
                refused -> Reading.unavailable(Reason.NOT_SUPPORTED, refused.reason()));
    if (plan instanceof Reading.Unavailable<BatchPlan> refused) {
      throw new PlanningException(refused.detail());
    }
    return plan.measured().orElseThrow();
  }

  private static OptionalInt count(Devices held) {
    return held.match(
        all -> OptionalInt.empty(),
        none -> OptionalInt.of(0),
        identified -> OptionalInt.of(identified.ids().size()),
        visible -> OptionalInt.of(visible.indices().size()));
  }

  private static Map<String, String> values(Optional<BatchPlan> plan, OptionalInt gpus) {
    Map<String, String> values = new HashMap<>();
    gpus.ifPresent(count -> values.put(GPUS, String.valueOf(count)));
    plan.ifPresent(
        p -> {
          values.put(BATCH, String.valueOf(p.batch()));
          values.put(ACCUMULATION, String.valueOf(p.accumulation()));
        });
    return values;
  }

  private static List<GpuVendor> vendors(RunRequest request) {
    return request.profile().map(profile -> profile.requires().vendors()).orElse(List.of());
  }

  private void warnOfBatch(RunRequest request) {
    boolean fills = request.profile().isPresent();
    if (fills != CommandTemplate.asksFor(request.command(), BATCH) && !request.quiet()) {
      say("sobre: " + MESSAGES.text(fills ? "batch.own" : "batch.unfilled", "{" + BATCH + "}"));
    }
  }

  private static void declare(
      MeteredRun metered,
      Duration deadline,
      RunRequest request,
      Prepared prepared,
      OptionalLong items) {
    if (request.profile().isEmpty() && items.isEmpty()) {
      return;
    }
    new JobSocketClient(metered.socket(), deadline)
        .declare(
            metered.job(),
            new Declaration(
                request.profile().map(ModelProfile::name),
                filledBatch(request, prepared),
                request.profile().map(ModelProfile::unit),
                items));
  }

  /** A command that does not ask for the batch has one of its own, which nobody here knows. */
  private static OptionalLong filledBatch(RunRequest request, Prepared prepared) {
    return prepared
        .plan()
        .filter(plan -> CommandTemplate.asksFor(request.command(), BATCH))
        .map(plan -> OptionalLong.of(plan.batch()))
        .orElse(OptionalLong.empty());
  }

  private void conclude(
      Reading<MeteredRun> metered,
      Reading<JobEnergy> before,
      RunRequest request,
      Prepared prepared,
      ChildProcess.Result result,
      Duration took) {
    OptionalLong items = result.status() == 0 ? request.items() : OptionalLong.empty();
    metered.measured().ifPresent(m -> declare(m, ENERGY_DEADLINE, request, prepared, items));
    // before the end: what has ended cannot be asked any more
    Optional<Reading<RunEnergy>> energy =
        request.quiet() ? Optional.empty() : Optional.of(energy(metered, before, result, took));
    metered.measured().ifPresent(m -> m.end(result.status()));
    energy.ifPresent(
        drawn -> {
          say(Summary.duration(took));
          say(Summary.energy(drawn));
          Optional<String> unit = request.profile().map(ModelProfile::unit);
          say(Summary.exit(result, items, unit, took, drawn));
        });
  }

  private static Reading<RunEnergy> energy(
      Reading<MeteredRun> metered,
      Reading<JobEnergy> before,
      ChildProcess.Result result,
      Duration took) {
    return result.started()
        ? RunEnergy.after(metered, before, ENERGY_DEADLINE, took)
        : Reading.unavailable(Reason.NOT_PRESENT, MESSAGES.text("energy.notStarted"));
  }

  /** At once: the child writes to the same place without our knowledge. */
  private void say(String line) {
    err.println(line);
    err.flush();
  }
}
