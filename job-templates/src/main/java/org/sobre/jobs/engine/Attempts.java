package org.sobre.jobs.engine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.sobre.hardware.message.Messages;
import org.sobre.jobs.engine.AttemptJudge.Verdict;
import org.sobre.jobs.launch.ChildProcess;
import org.sobre.jobs.launch.SignalRelay;

/** Runs the command, and again for as long as the judge says so. */
final class Attempts {

  /** Whatever a judge says: no command is started for ever. */
  static final int MOST = 16;

  private static final Messages MESSAGES = Messages.of(Attempts.class);

  /**
   * How it went in the end.
   *
   * @param took from the first start to the last end
   */
  record Outcome(Attempt last, Duration took) {
    Outcome {
      requireNonNull(last, "last");
      requireNonNull(took, "took");
    }

    /** Whether there ever was a child; one that is followed by another attempt was. */
    boolean started() {
      return last.number() > 1 || last.result().started();
    }
  }

  private final SignalRelay relay;
  private final AttemptJudge judge;
  private final Consumer<String> say;

  /**
   * @param say takes a sentence for a person, at once
   */
  Attempts(SignalRelay relay, AttemptJudge judge, Consumer<String> say) {
    this.relay = relay;
    this.judge = judge;
    this.say = say;
  }

  Outcome run(Prepared first) {
    long begin = System.nanoTime();
    Attempt attempt = start(1, begun(first));
    Verdict verdict = judge(attempt);
    while (verdict instanceof Verdict.Retry retry
        && attempt.number() < MOST
        && nobodyHasSignalled()) {
      say.accept(retry.why());
      attempt = start(attempt.number() + 1, retry.next());
      verdict = judge(attempt);
    }
    if (verdict instanceof Verdict.Done done) {
      done.remarks().forEach(say);
    }
    return new Outcome(attempt, Duration.ofNanos(System.nanoTime() - begin));
  }

  private Prepared begun(Prepared first) {
    try {
      Optional<Verdict.Retry> other = judge.first(first);
      other.map(Verdict.Retry::why).ifPresent(say);
      return other.map(Verdict.Retry::next).orElse(first);
    } catch (RuntimeException e) {
      say.accept(MESSAGES.text("defect", e));
      return first;
    }
  }

  /** While the judge judged, too: that may have asked Slurm, and taken seconds. */
  private boolean nobodyHasSignalled() {
    Set<String> signals = relay.seen();
    if (!signals.isEmpty()) {
      say.accept(MESSAGES.text("attempts.signalled", String.join(", ", signals)));
    }
    return signals.isEmpty();
  }

  private Attempt start(int number, Prepared prepared) {
    try {
      judge.starting(prepared);
    } catch (RuntimeException e) {
      say.accept(MESSAGES.text("defect", e));
    }
    long begin = System.nanoTime();
    ChildProcess.Result result =
        new ChildProcess(relay).run(prepared.command(), prepared.commandEnvironment());
    return new Attempt(number, prepared, result, Duration.ofNanos(System.nanoTime() - begin));
  }

  /** One that was never started has nothing to be judged by. */
  private Verdict judge(Attempt attempt) {
    if (!attempt.result().started()) {
      return new Verdict.Done(List.of(attempt.result().detail()));
    }
    try {
      return judge.judge(attempt);
    } catch (RuntimeException e) {
      return new Verdict.Done(List.of(MESSAGES.text("defect", e)));
    }
  }
}
