package org.sobre.jobs.engine;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.calibration.CalibrationStore;
import org.sobre.jobs.launch.ChildProcess;
import org.sobre.jobs.launch.CommandTemplate;
import org.sobre.jobs.launch.StepAbove;
import org.sobre.jobs.oom.Circumstances;
import org.sobre.jobs.oom.HostMemory;
import org.sobre.jobs.oom.OomDiagnosis;
import org.sobre.jobs.oom.OomVerdict;
import org.sobre.jobs.oom.RetryRule;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.jobs.plan.BatchPlanner;
import org.sobre.jobs.plan.Device;
import org.sobre.jobs.profile.ModelProfile;

/**
 * Judges whether a command ran out of memory: says of which, remembers the card's, and starts it
 * again where that may help.
 */
final class MemoryJudge implements AttemptJudge {

  private static final Messages MESSAGES = Messages.of(MemoryJudge.class);

  /**
   * Where a command runs.
   *
   * @param environment of this process
   */
  record Surroundings(Map<String, String> environment, SysRoot root, TimeLeft left, Clock clock) {
    Surroundings {
      environment = Map.copyOf(environment);
      requireNonNull(root, "root");
      requireNonNull(left, "left");
      requireNonNull(clock, "clock");
    }

    private boolean isAlone(String program) {
      TaskWorld tasks =
          TaskWorld.of(environment, StepAbove.of(root, ProcessHandle.current().pid()), program);
      return tasks.tasks() == 1 && tasks.nodes() == 1 && !environment.containsKey("SLURM_HET_SIZE");
    }
  }

  /** Asks again for the devices of what was prepared. */
  @FunctionalInterface
  interface Cards {
    List<Device> now(Prepared prepared) throws PlanningException;
  }

  /** Less is no change: a display's own comes and goes. */
  private static final MemorySize CHANGE = MemorySize.ofMebibytes(64);

  private final Surroundings around;
  private final Cards cards;
  private final Supplier<Set<String>> signals;
  private final Experience experience;
  private final BatchPlanner planner;
  private final boolean retries;
  private final HostMemory memory;
  private final StandardInput input = StandardInput.now();
  private @Nullable RetryRule rule;
  private boolean resumes;
  private @Nullable Prepared unjoined;
  private OptionalLong killed = OptionalLong.empty();

  /**
   * @param cards whose memory is looked at before another start
   * @param signals that this process has got, by now
   */
  MemoryJudge(
      Surroundings around,
      CalibrationStore store,
      BatchPlanner planner,
      boolean retries,
      Cards cards,
      Supplier<Set<String>> signals) {
    this.around = around;
    this.cards = cards;
    this.signals = signals;
    this.experience = new Experience(store, around.clock(), around.environment());
    this.planner = planner;
    this.retries = retries;
    this.memory = new HostMemory(around.root());
  }

  /** Only where it can be started without, should it be another PyTorch by now. */
  @Override
  public Optional<Verdict.Retry> first(Prepared prepared) {
    if (!retries || !input.isWhole() || !around.isAlone(prepared.request().command().get(0))) {
      return Optional.empty();
    }
    Optional<Prepared> joined = experience.asItRan(prepared);
    unjoined = joined.isPresent() ? prepared : null;
    return joined.map(
        next ->
            new Verdict.Retry(
                next, MESSAGES.text("joined", prepared.plan().orElseThrow().batch())));
  }

  @Override
  public void starting(Prepared prepared) {
    killed = prepared.request().plansCards() ? memory.kills() : OptionalLong.empty();
  }

  @Override
  public Verdict judge(Attempt attempt) {
    Prepared prepared = attempt.prepared();
    if (!prepared.request().plansCards() || prepared.plan().isEmpty()) {
      return new Verdict.Done(List.of());
    }
    BatchPlan plan = prepared.plan().get();
    ChildProcess.Result result = attempt.result();
    if (result.status() == 0) {
      experience.ran(attempt, plan);
      return new Verdict.Done(List.of());
    }
    OomVerdict found =
        OomDiagnosis.of(
            result.status(),
            result.stdout().text() + "\n" + result.stderr().text(),
            HostMemory.between(killed, memory.kills()));
    Prepared without = unjoined;
    if (found.kind() == OomVerdict.Kind.UNKNOWN_OPTION && without != null && input.rewind()) {
      unjoined = null;
      return new Verdict.Retry(without, MESSAGES.text("joined.unknown"));
    }
    OomVerdict verdict = rule(prepared).meant(found);
    RetryRule.Decision decision =
        rule(prepared)
            .decide(
                found,
                plan,
                prepared.environment(),
                attempt.took(),
                circumstances(attempt, verdict));
    if (decision instanceof RetryRule.Again) {
      Optional<MemorySize> missing = missing(prepared);
      if (missing.isPresent()) {
        // what it ran out of was perhaps not the card's whole memory: nothing is remembered
        return new Verdict.Done(
            RetryRule.held(verdict, plan, missing.get()).why().stream().toList());
      }
    }
    if (decision instanceof RetryRule.Again again && input.rewind()) {
      if (again.plan().batch() < plan.batch()) {
        experience.ranOut(attempt, plan, verdict);
      }
      Prepared next = prepared.with(again.plan()).with(again.environment()).resuming();
      return new Verdict.Retry(
          next, again.why() + (resumes ? MESSAGES.text("from.checkpoint") : ""));
    }
    return new Verdict.Done(remarks(attempt, plan, verdict, decision));
  }

  /** Of the device that lacks most, what was free before and is not now. */
  private Optional<MemorySize> missing(Prepared prepared) {
    try {
      return cards.now(prepared).stream()
          .flatMap(
              now ->
                  prepared.devices().stream()
                      .filter(device -> device.id().equals(now.id()))
                      .map(device -> device.free().bytes() - now.free().bytes()))
          .filter(bytes -> bytes > CHANGE.bytes())
          .max(Comparator.naturalOrder())
          .map(MemorySize::new);
    } catch (PlanningException e) {
      return Optional.empty();
    }
  }

  private List<String> remarks(
      Attempt attempt, BatchPlan plan, OomVerdict verdict, RetryRule.Decision decision) {
    List<String> remarks = new ArrayList<>();
    if (decision instanceof RetryRule.End end) {
      end.why().or(() -> unexplained(attempt, plan)).ifPresent(remarks::add);
    }
    boolean certain =
        rule(attempt.prepared()).isConclusive(verdict, attempt.prepared().environment());
    if (certain && experience.ranOut(attempt, plan, verdict)) {
      remarks.add(MESSAGES.text("remembered", plan.batch(), experience.file()));
    }
    return remarks;
  }

  /** The last start of several is not to look like another want of memory. */
  private static Optional<String> unexplained(Attempt attempt, BatchPlan plan) {
    int status = attempt.result().status();
    return attempt.number() == 1 || OomDiagnosis.isWanted(status)
        ? Optional.empty()
        : Optional.of(MESSAGES.text("unexplained", attempt.number(), plan.batch(), status));
  }

  private RetryRule rule(Prepared prepared) {
    RetryRule known = rule;
    if (known == null) {
      ModelProfile profile = prepared.request().profile().orElseThrow();
      known = new RetryRule(planner, profile);
      rule = known;
      // the first attempt's words: in the later ones stands the option itself
      resumes =
          profile.resume().isPresent() && CommandTemplate.resumes(prepared.request().command());
    }
    return known;
  }

  private Circumstances circumstances(Attempt attempt, OomVerdict verdict) {
    Prepared prepared = attempt.prepared();
    Optional<Duration> left =
        retries && verdict.isOfTheBatch() ? around.left().ask() : Optional.empty();
    // after the question of the time, which may take seconds: what came meanwhile counts, too
    Set<String> got = new HashSet<>(attempt.result().signals());
    got.addAll(signals.get());
    return new Circumstances(
        retries,
        prepared.fillsBatch(),
        around.isAlone(prepared.request().command().get(0)),
        input.isWhole(),
        got,
        left);
  }
}
