package org.sobre.jobs.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;
import org.sobre.jobs.launch.ChildProcess;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.station.MeteredRun;

/** After the command: what it did is declared, what it drew is asked, its end and summary told. */
final class Conclusion {

  private static final Duration DEADLINE = Duration.ofSeconds(2);

  private static final Messages MESSAGES = Messages.of(Conclusion.class);

  private final Reading<MeteredRun> metered;
  private final Reading<JobEnergy> before;
  private final Declarations declarations;
  private final Function<MeteredRun, Optional<String>> hint;
  private final Consumer<String> say;

  /**
   * @param before what had been drawn when the command was started
   * @param hint what a run's figures say to who will start the next one
   * @param say takes a line of the summary
   */
  Conclusion(
      Reading<MeteredRun> metered,
      Reading<JobEnergy> before,
      Declarations declarations,
      Function<MeteredRun, Optional<String>> hint,
      Consumer<String> say) {
    this.metered = metered;
    this.before = before;
    this.declarations = declarations;
    this.hint = hint;
    this.say = say;
  }

  void conclude(Attempts.Outcome outcome) {
    Prepared prepared = outcome.last().prepared();
    RunRequest request = prepared.request();
    ChildProcess.Result result = outcome.last().result();
    OptionalLong items = items(request, result);
    metered.measured().ifPresent(m -> declarations.end(m, DEADLINE, prepared, items));
    // before the end: what has ended cannot be asked any more
    Optional<Reading<RunEnergy>> energy =
        request.quiet() ? Optional.empty() : Optional.of(energy(outcome));
    Optional<String> next =
        request.quiet() ? Optional.empty() : metered.measured().flatMap(this::nextTime);
    metered.measured().ifPresent(m -> m.end(result.status()));
    energy.ifPresent(
        drawn -> {
          say.accept(Summary.duration(outcome.took(), result.loaded()));
          say.accept(Summary.energy(drawn));
          Optional<String> unit = request.profile().map(ModelProfile::unit);
          say.accept(Summary.exit(result, items, unit, outcome.took(), drawn));
        });
    next.ifPresent(sentence -> say.accept(Summary.hint(sentence)));
  }

  /** What the command says itself holds, of one that failed too; what it was to do, if it has. */
  static OptionalLong items(RunRequest request, ChildProcess.Result result) {
    boolean done = result.items().isEmpty() && result.status() == 0;
    return done ? request.items() : result.items();
  }

  private Optional<String> nextTime(MeteredRun run) {
    try {
      return hint.apply(run);
    } catch (RuntimeException e) {
      // a defect of ours is told, and the run has its end all the same
      return Optional.of(MESSAGES.text("defect", e));
    }
  }

  private Reading<RunEnergy> energy(Attempts.Outcome outcome) {
    return outcome.started()
        ? RunEnergy.after(metered, before, DEADLINE, outcome.took())
        : Reading.unavailable(Reason.NOT_PRESENT, MESSAGES.text("energy.notStarted"));
  }
}
