package org.sobre.jobs.engine;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.jobs.launch.CommandTemplate;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.jobs.plan.Device;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.slurm.job.Allocation;

/**
 * What is known before the command starts, or starts again.
 *
 * @param environment of the command, but for its plan
 * @param devices with their free memory; none also where nobody needed to ask them
 * @param gpus how many there are; empty if that is not known
 * @param plan empty without a profile
 * @param gpusLine of the summary
 */
record Prepared(
    RunRequest request,
    Allocation allocation,
    Map<String, String> environment,
    List<Device> devices,
    OptionalInt gpus,
    Optional<BatchPlan> plan,
    String gpusLine) {

  static final String GPUS = "gpus";
  static final String BATCH = "batch_size";
  static final String ACCUMULATION = "accumulation";

  Prepared {
    requireNonNull(request, "request");
    requireNonNull(allocation, "allocation");
    environment = Map.copyOf(environment);
    devices = List.copyOf(devices);
    requireNonNull(gpus, "gpus");
    requireNonNull(plan, "plan");
    requireNonNull(gpusLine, "gpusLine");
  }

  /** The words as they are run, with the plan's numbers in their places. */
  List<String> command() {
    Map<String, String> values = new HashMap<>();
    gpus.ifPresent(count -> values.put(GPUS, String.valueOf(count)));
    plan.ifPresent(
        p -> {
          values.put(BATCH, String.valueOf(p.batch()));
          values.put(ACCUMULATION, String.valueOf(p.accumulation()));
        });
    List<String> words = request.command();
    // without a profile nobody has asked for more than to run these words
    return CommandTemplate.fill(
        request.profile().isPresent() ? CommandTemplate.resume(words, List.of()) : words, values);
  }

  /** What the command finds in its environment: with the plan it runs by, if it has one. */
  Map<String, String> commandEnvironment() {
    if (plan.isEmpty()) {
      return environment;
    }
    Map<String, String> own = new HashMap<>(environment);
    own.put(PlanJson.VARIABLE, PlanJson.plan(request.profile().orElseThrow().name(), plan.get()));
    return own;
  }

  String batchLine() {
    return Summary.batch(plan, gpus.orElse(0));
  }

  /** Whether the command takes the plan's batch. One that does not has a batch of its own. */
  boolean fillsBatch() {
    return plan.isPresent() && CommandTemplate.asksFor(request.command(), BATCH);
  }

  /** The batch the command runs with; empty if nobody here knows it. */
  OptionalLong batch() {
    return fillsBatch() ? OptionalLong.of(plan.orElseThrow().batch()) : OptionalLong.empty();
  }

  /** The same with another plan, for the next attempt. */
  Prepared with(BatchPlan other) {
    return new Prepared(
        request, allocation, environment, devices, gpus, Optional.of(other), gpusLine);
  }

  /** The same in another environment, for the next attempt. */
  Prepared with(Map<String, String> other) {
    return new Prepared(request, allocation, other, devices, gpus, plan, gpusLine);
  }

  /** The same, going on from the command's last checkpoint where it says how. */
  Prepared resuming() {
    List<String> words =
        request
            .profile()
            .flatMap(ModelProfile::resume)
            .map(option -> List.of(option.strip().split(" +", -1)))
            .orElse(List.of());
    RunRequest again = request.with(CommandTemplate.resume(request.command(), words));
    return new Prepared(again, allocation, environment, devices, gpus, plan, gpusLine);
  }
}
