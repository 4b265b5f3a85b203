package org.sobre.jobs.oom;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.oom.OomVerdict.Kind;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.jobs.plan.BatchPlanner;
import org.sobre.jobs.profile.ModelProfile;

/**
 * Whether a command that ran out of the card's memory is started again, and with what: once with
 * the same batch where fragments were the cause, and at most three times with a smaller one. Pure,
 * but that it counts; one for each command.
 */
public final class RetryRule {

  /** Of the batch that failed, at most so much is tried next. */
  static final double SMALLER = 0.85;

  static final int MOST_SMALLER = 3;

  /** From here on a time is told in minutes. */
  private static final Duration LONG = Duration.ofMinutes(5);

  private static final Messages MESSAGES = Messages.of(RetryRule.class);

  private final BatchPlanner planner;
  private final ModelProfile profile;
  private @Nullable Joining joining;
  private int smaller;

  public RetryRule(BatchPlanner planner, ModelProfile profile) {
    this.planner = planner;
    this.profile = profile;
  }

  /** What was found when fragments were first met, and how the command ran then. */
  private record Joining(OomVerdict verdict, Map<String, String> environment) {}

  /** What comes next. */
  public sealed interface Decision permits Again, End {}

  /**
   * @param plan to start with
   * @param environment of the command then
   * @param why one sentence for a person
   */
  public record Again(BatchPlan plan, Map<String, String> environment, String why)
      implements Decision {
    public Again {
      requireNonNull(plan, "plan");
      environment = Map.copyOf(environment);
      requireNonNull(why, "why");
    }
  }

  /**
   * @param why one sentence for a person; absent where the end has nothing to do with memory
   */
  public record End(Optional<String> why) implements Decision {
    public End {
      requireNonNull(why, "why");
    }
  }

  /**
   * @param plan that the attempt was made with
   * @param environment that it was made in
   * @param took how long it took
   */
  public Decision decide(
      OomVerdict verdict,
      BatchPlan plan,
      Map<String, String> environment,
      Duration took,
      Circumstances circumstances) {
    OomVerdict meant = meant(verdict);
    if (!meant.isOfTheBatch()) {
      return new End(other(meant, plan));
    }
    Optional<String> obstacle = obstacle(circumstances, took);
    if (obstacle.isPresent()) {
      return end(meant, plan, obstacle.get());
    }
    if (joining != null && !meant.equals(verdict)) {
      return withoutOption(smaller(meant, plan, joining.environment));
    }
    return meant.kind() == Kind.FRAGMENTED && joining == null && canGrow(meant)
        ? joined(meant, plan, environment).orElseGet(() -> smaller(meant, plan, environment))
        : smaller(meant, plan, environment);
  }

  /**
   * What an end says of the batch: where the option that was to join fragments was not known, and
   * the command never began, what was said when they were met.
   */
  public OomVerdict meant(OomVerdict verdict) {
    return joining != null && verdict.kind() == Kind.UNKNOWN_OPTION ? joining.verdict : verdict;
  }

  /**
   * Whether the batch is certainly too large: not where there was enough in pieces, and nobody has
   * tried to join them.
   */
  public boolean isConclusive(OomVerdict verdict, Map<String, String> environment) {
    return meant(verdict).isOfTheBatch() && (joining != null || !mayJoin(verdict, environment));
  }

  /** Whether the same batch may fit with an allocator that joins its pieces. */
  public static boolean mayJoin(OomVerdict verdict, Map<String, String> environment) {
    return verdict.kind() == Kind.FRAGMENTED
        && canGrow(verdict)
        && AllocatorSettings.expandable(environment).isPresent();
  }

  private static boolean canGrow(OomVerdict verdict) {
    return verdict.report().filter(TorchReport::canGrow).isPresent();
  }

  /** Instead of another start, while somebody holds memory that was free before. */
  public static End held(OomVerdict verdict, BatchPlan plan, MemorySize missing) {
    return end(verdict, plan, MESSAGES.text("end.held", gigabytes(missing)));
  }

  /** Empty if the allocator is not to be told. */
  private Optional<Decision> joined(
      OomVerdict verdict, BatchPlan plan, Map<String, String> environment) {
    joining = new Joining(verdict, environment);
    String why = MESSAGES.text("again.joined", plan.batch(), unallocated(verdict));
    return AllocatorSettings.expandable(environment).map(changed -> new Again(plan, changed, why));
  }

  private static Decision withoutOption(Decision decision) {
    return decision instanceof Again again
        ? new Again(again.plan, again.environment, MESSAGES.text("again.unknown", again.why))
        : decision;
  }

  private Decision smaller(OomVerdict verdict, BatchPlan plan, Map<String, String> environment) {
    if (smaller == MOST_SMALLER) {
      return end(verdict, plan, MESSAGES.text("end.tries", MOST_SMALLER));
    }
    Optional<BatchPlan> next = planner.smaller(profile, plan, SMALLER);
    if (next.isEmpty()) {
      return end(verdict, plan, MESSAGES.text("end.smallest"));
    }
    smaller++;
    String why =
        MESSAGES.text(
            "again.smaller",
            plan.batch(),
            figures(verdict),
            next.get().batch(),
            next.get().accumulation(),
            smaller,
            MOST_SMALLER);
    return new Again(next.get(), environment, why);
  }

  /** The first that keeps a command from being started again. */
  private static Optional<String> obstacle(Circumstances c, Duration took) {
    if (!c.wanted()) {
      return Optional.of("");
    }
    if (!c.fillsBatch()) {
      return Optional.of(MESSAGES.text("end.own", "{batch_size}"));
    }
    if (!c.signals().isEmpty()) {
      String names = String.join(", ", c.signals().stream().sorted().toList());
      return Optional.of(MESSAGES.text("end.signal", names));
    }
    if (!c.alone()) {
      return Optional.of(MESSAGES.text("end.tasks"));
    }
    if (!c.inputIsWhole()) {
      return Optional.of(MESSAGES.text("end.input"));
    }
    return c.left()
        .filter(left -> left.compareTo(took) < 0)
        .map(left -> MESSAGES.text("end.time", seconds(left), seconds(took)));
  }

  private static String seconds(Duration time) {
    return time.compareTo(LONG) < 0
        ? MESSAGES.text("seconds", time.toSeconds())
        : MESSAGES.text("minutes", time.toMinutes());
  }

  private static End end(OomVerdict verdict, BatchPlan plan, String why) {
    return new End(
        Optional.of(MESSAGES.text("end.device", plan.batch(), figures(verdict), colon(why))));
  }

  private static String colon(String why) {
    return why.isEmpty() ? "" : MESSAGES.text("end.why", why);
  }

  private static Optional<String> other(OomVerdict verdict, BatchPlan plan) {
    String words = verdict.words().orElse("");
    return switch (verdict.kind()) {
      case HOST ->
          Optional.of(
              MESSAGES.text(
                  words.contains("Bus error") ? "end.shared" : "end.host", words, plan.batch()));
      case DRIVER_FAULT ->
          Optional.of(
              MESSAGES.text(
                  "end.driver",
                  words,
                  verdict.report().map(r -> gigabytes(r.asked())).orElse(""),
                  verdict
                      .report()
                      .flatMap(TorchReport::free)
                      .map(RetryRule::gigabytes)
                      .orElse("")));
      case SUSPECT -> Optional.of(MESSAGES.text("end.suspect", words));
      default -> Optional.empty();
    };
  }

  private static String figures(OomVerdict verdict) {
    return verdict
        .report()
        .filter(report -> report.free().isPresent() && report.total().isPresent())
        .map(
            report ->
                MESSAGES.text(
                    "figures",
                    gigabytes(report.asked()),
                    gigabytes(report.free().orElseThrow()),
                    gigabytes(report.total().orElseThrow())))
        .orElseGet(() -> MESSAGES.text("words", verdict.words().orElse("")));
  }

  private static String unallocated(OomVerdict verdict) {
    return verdict.report().flatMap(TorchReport::unallocated).map(RetryRule::gigabytes).orElse("");
  }

  private static String gigabytes(MemorySize size) {
    Locale locale = Language.current().locale();
    return MESSAGES.text("gigabytes", String.format(locale, "%.2f", size.gigabytes()));
  }
}
