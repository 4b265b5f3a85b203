package org.sobre.jobs.engine;

import java.util.List;
import java.util.Optional;
import org.sobre.jobs.calibration.Calibration;
import org.sobre.jobs.calibration.CalibrationStore;
import org.sobre.jobs.plan.Advice;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.jobs.plan.BatchPlanner;
import org.sobre.jobs.plan.Budget;
import org.sobre.jobs.plan.Ceilings;
import org.sobre.jobs.plan.Device;
import org.sobre.jobs.plan.DoesNotFit;
import org.sobre.jobs.plan.PlanResult;
import org.sobre.jobs.plan.Unsupported;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Processor;
import org.sobre.jobs.profile.Version;
import org.sobre.slurm.gres.FeatureLadder;

/** From what a run asks for and the devices that it has to a plan, by all that is known. */
final class Planning {

  private final Advice advice;
  private final SlurmAnswers slurm;
  private Optional<CalibrationStore> store = Optional.empty();

  /**
   * @param advice to whom it is said what to do where no batch fits
   */
  Planning(Advice advice, SlurmAnswers slurm) {
    this.advice = advice;
    this.slurm = slurm;
  }

  /** What was seen before goes before what the profiles say. */
  void remember(CalibrationStore known) {
    this.store = Optional.of(known);
  }

  /** A run with a profile, its tasks, and the devices it has. */
  record Asked(RunRequest request, TaskWorld tasks, List<Device> devices) {

    Asked {
      devices = List.copyOf(devices);
    }

    private ModelProfile profile() {
      return request.profile().orElseThrow();
    }

    private boolean hasReducedVariant() {
      return !devices.isEmpty()
          && profile().variants().stream().anyMatch(variant -> variant.loses().isPresent());
    }
  }

  /** Whether more free memory would make no better plan. */
  boolean suffices(Asked asked) {
    ModelProfile profile = asked.profile();
    if (profile.effectiveBatch().isEmpty()) {
      return false;
    }
    return result(asked, planner(), asked.request().allowReduced()) instanceof BatchPlan plan
        && plan.accumulation() == 1
        && !plan.tight()
        && plan.variant().name().equals(profile.variants().get(0).name());
  }

  /**
   * @throws PlanningException if no batch fits, in words that name what would do
   */
  BatchPlan plan(Asked asked) throws PlanningException {
    boolean reduced = asked.request().allowReduced();
    Optional<BatchPlan> lossy = reduced ? Optional.empty() : lossy(asked);
    if (lossy.isPresent() && slurm.commentAllowsReduced()) {
      return lossy.get();
    }
    PlanResult result = result(asked, planner(), reduced);
    PlanResult said = inWordsOfTheCluster(result, asked, reduced);
    if (said instanceof BatchPlan plan) {
      return plan;
    }
    throw new PlanningException(
        said.match(BatchPlan::why, DoesNotFit::reason, Unsupported::reason));
  }

  /**
   * A plan that loses something, where no other fits by all that is known. Whether the job's
   * comment lets it in is asked only then: each task of a step asks.
   */
  private Optional<BatchPlan> lossy(Asked asked) {
    return asked.hasReducedVariant()
            && result(asked, planner(), true) instanceof BatchPlan plan
            && plan.variant().loses().isPresent()
        ? Optional.of(plan)
        : Optional.empty();
  }

  /** A refusal that names no feature but those that nodes have, where Slurm tells them. */
  private PlanResult inWordsOfTheCluster(PlanResult result, Asked asked, boolean reduced) {
    Optional<String> option =
        result.match(plan -> Optional.empty(), DoesNotFit::sbatchOption, Unsupported::sbatchOption);
    if (option.isEmpty() || !asked.request().plansCards()) {
      return result;
    }
    return slurm
        .features()
        .map(known -> result(asked, planner().among(known), reduced))
        .orElse(result);
  }

  private PlanResult result(Asked asked, BatchPlanner planner, boolean reduced) {
    ModelProfile profile = asked.profile();
    boolean cards = profile.device() == Processor.GPU;
    TaskWorld tasks = cards ? asked.tasks() : asked.tasks().withoutGpus();
    List<Device> devices = asked.devices();
    Budget budget =
        new Budget(
            devices,
            tasks.world(devices.size(), asked.request().command()),
            tasks.tasksPerDevice(devices.size()),
            reduced,
            0,
            Ceilings.none());
    return store
        .filter(known -> cards)
        .map(known -> Calibration.of(known.read(profile.name()), profile, devices))
        .map(known -> known.plan(planner, budget))
        .orElseGet(() -> planner.firstTry(profile, budget));
  }

  BatchPlanner planner() {
    return new BatchPlanner(FeatureLadder.GIGABYTES, capabilityRungs(), advice);
  }

  private static List<Version> capabilityRungs() {
    return FeatureLadder.computeCapabilities().stream()
        .flatMap(rung -> Version.parse(rung).stream())
        .toList();
  }
}
