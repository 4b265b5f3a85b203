package org.sobre.jobs.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.jobs.calibration.CalibrationStore;
import org.sobre.jobs.launch.CommandTemplate;
import org.sobre.jobs.launch.StepAbove;
import org.sobre.jobs.models.ModelStore;
import org.sobre.jobs.models.ModelsConfig;
import org.sobre.jobs.plan.Advice;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.jobs.plan.BatchPlanner;
import org.sobre.jobs.plan.Device;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Processor;
import org.sobre.slurm.job.Allocation;
import org.sobre.slurm.job.Allocation.Devices;
import org.sobre.slurm.job.StepTitle;
import org.sobre.slurm.node.NodeDocument;

/** Before the command: the allocation, the free memory of its devices, the plan. */
final class Preparation {

  private static final Messages MESSAGES = Messages.of(Preparation.class);

  private final Map<String, String> environment;
  private final SysRoot root;
  private final GpuSurvey survey;
  private final SettledMemory settled;
  private final ModelsConfig models;
  private final Planning planning;

  /**
   * @param environment of this process
   * @param root where {@code run/sobre} is
   * @param advice to whom it is said what to do where no batch fits
   * @param models where the site keeps them
   * @param time that passes while free memory settles
   */
  Preparation(
      Map<String, String> environment,
      SysRoot root,
      GpuSurvey survey,
      Advice advice,
      SettledMemory.Time time,
      ModelsConfig models,
      SlurmAnswers slurm) {
    this.environment = Map.copyOf(environment);
    this.root = root;
    this.survey = survey;
    this.settled = new SettledMemory(time);
    this.models = models;
    this.planning = new Planning(advice, slurm);
  }

  /** What was seen before goes before what the profiles say. */
  void remember(CalibrationStore known) {
    planning.remember(known);
  }

  /**
   * @throws PlanningException if no batch fits, or none can be told
   */
  Prepared prepare(RunRequest request) throws PlanningException {
    refuseSpread(request);
    Optional<NodeDocument> node = node();
    Allocation allocation = Allocation.of(HetComponent.ofOwnJob(environment, this::above), node);
    Devices held = allocation.devices();
    boolean countUnknown = held instanceof Devices.All;
    boolean asked =
        request.plansCards()
            || (countUnknown && CommandTemplate.asksFor(request.command(), Prepared.GPUS));
    List<Device> devices = asked ? devices(request, held, node) : List.of();
    Optional<BatchPlan> plan = Optional.empty();
    if (request.profile().isPresent()) {
      ModelProfile profile = request.profile().get();
      boolean cards = profile.device() == Processor.GPU;
      List<Device> planned = cards ? devices : mainMemory(request);
      plan = Optional.of(planning.plan(asked(request, planned)));
    }
    return new Prepared(
        request,
        allocation,
        childEnvironment(request, allocation, node),
        devices,
        asked ? OptionalInt.of(devices.size()) : count(held),
        plan,
        asked ? Summary.gpus(devices) : Summary.gpus(held));
  }

  private Map<String, String> childEnvironment(
      RunRequest request, Allocation allocation, Optional<NodeDocument> node)
      throws PlanningException {
    Map<String, String> child = ChildEnvironment.of(environment, allocation, node);
    if (request.profile().isEmpty()) {
      return child;
    }
    ModelStore.Findings found =
        new ModelStore(models, child).look(request.profile().get().store(), request.command());
    if (found.refusal().isPresent()) {
      throw new PlanningException(found.refusal().get());
    }
    child.putAll(found.variables());
    return child;
  }

  private void refuseSpread(RunRequest request) throws PlanningException {
    if (request.profile().isEmpty() || !HetComponent.isOne(environment)) {
      return;
    }
    if (HetComponent.isSpread(
        HetComponent.ofOwnJob(environment, this::above),
        tasks(request),
        TaskWorld.isLauncher(request.command().get(0)))) {
      throw new PlanningException(
          MESSAGES.text("hetjob.spread", request.profile().orElseThrow().name()));
    }
  }

  private List<Device> devices(RunRequest request, Devices held, Optional<NodeDocument> node)
      throws PlanningException {
    List<GpuVendor> vendors =
        request.profile().map(profile -> profile.requires().vendors()).orElse(List.of());
    SettledMemory.Look look = () -> survey.held(held, vendors, node);
    // only in a job there was one before on the same devices, which may not have let go of all
    boolean waits = request.plansCards() && environment.containsKey("SLURM_JOB_ID");
    CapabilityLookup capabilities = CapabilityLookup.of(root, node);
    ShardPromise promise = ShardPromise.of(environment);
    UnaryOperator<List<Device>> own = seen -> promise.limit(capabilities.complete(seen), node);
    if (!waits) {
      return own.apply(look.devices());
    }
    SettledMemory.Look first =
        () -> settled.await(look, seen -> planning.suffices(asked(request, own.apply(seen))));
    return own.apply(shared(tasks(request).isShared(count(held)), first, look));
  }

  /** All tasks of a node share it, whatever cards they see. */
  private List<Device> mainMemory(RunRequest request) throws PlanningException {
    TaskWorld tasks = tasks(request).withoutGpus();
    MainMemory memory = new MainMemory(environment, root, tasks.tasksHere());
    SettledMemory.Look look = () -> List.of(memory.held());
    return shared(tasks.isShared(OptionalInt.empty()), look, look);
  }

  /** By one look for all tasks that see the same, if there are several. */
  private List<Device> shared(boolean several, SettledMemory.Look first, SettledMemory.Look again)
      throws PlanningException {
    Optional<SharedLook> common = several ? SharedLook.of(environment, root) : Optional.empty();
    return common.isPresent() ? common.get().devices(first, again) : first.devices();
  }

  private TaskWorld tasks(RunRequest request) {
    return TaskWorld.of(environment, above(), request.command().get(0));
  }

  private Planning.Asked asked(RunRequest request, List<Device> devices) {
    return new Planning.Asked(request, tasks(request), devices);
  }

  /** Another look at the whole devices of what was prepared. */
  List<Device> look(Prepared prepared) throws PlanningException {
    return survey.held(
        prepared.allocation().devices(),
        prepared.request().profile().map(p -> p.requires().vendors()).orElse(List.of()),
        node());
  }

  /** What the job may have of them, once nobody lets go of memory any more. */
  List<Device> settled(Prepared prepared) throws PlanningException {
    Optional<NodeDocument> node = node();
    return ShardPromise.of(environment)
        .limit(settled.await(() -> look(prepared), devices -> false), node);
  }

  BatchPlanner planner() {
    return planning.planner();
  }

  private Optional<NodeDocument> node() {
    return PublishedNode.read(root.run().resolve("sobre").resolve("slurm").resolve("node.json"));
  }

  private Optional<StepTitle> above() {
    return StepAbove.of(root, ProcessHandle.current().pid());
  }

  private static OptionalInt count(Devices held) {
    return held.match(
        all -> OptionalInt.empty(),
        none -> OptionalInt.of(0),
        identified -> OptionalInt.of(identified.ids().size()),
        visible -> OptionalInt.of(visible.indices().size()));
  }
}
