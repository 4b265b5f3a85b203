package org.sobre.energy.accrual;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.energy.attribution.Attribution;
import org.sobre.energy.attribution.Holdings;
import org.sobre.energy.attribution.Presence;
import org.sobre.energy.attribution.Split;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.JobLine.Declared;
import org.sobre.energy.ledger.JobLine.EndFrom;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.SpoolRecord;

/**
 * The running state. Energy is attributed a lag behind now ({@link MetersConfig#lag()}), so that
 * the begin or end of a job that is found a little late still cuts at its own time; a mark that
 * comes even later is moved to where attribution stands, and the job's observed time shows the
 * loss. Used by one thread.
 */
public final class Accrual {

  /**
   * What an earlier daemon saw just before it was killed, of a meter that is not there any more.
   */
  private static final String SOURCE_GONE = "unknown";

  /**
   * A balance with more parts than this is cut before its hour is over: each ended job stays in it,
   * and with it in the state that is put down each second, and thousands may end in an hour.
   */
  private static final int MOST_SHARES = 2_000;

  private final NodeIdentity identity;
  private final MetersConfig config;
  private final Runs runs;
  private final Unsettled unsettled;
  private final Presences presences = new Presences();
  private final Map<MeterId, String> sources = new HashMap<>();
  private final SealedLines sealed = new SealedLines();
  private Window window;
  private OptionalInt nodeCpus = OptionalInt.empty();
  private long settledNanos;

  private Accrual(
      NodeIdentity identity, MetersConfig config, Window window, Runs runs, long nanos) {
    this.identity = identity;
    this.runs = runs;
    this.config = config;
    this.window = window;
    this.settledNanos = nanos;
    this.unsettled = new Unsettled(window.fromNanos());
  }

  /** A boot of which nothing is known. */
  public static Accrual fresh(
      NodeIdentity identity, MetersConfig config, long nowNanos, Instant wall) {
    Window window = new Window(wall.truncatedTo(ChronoUnit.MILLIS), nowNanos);
    return new Accrual(identity, config, window, new Runs(/* sharedFrom= */ 0), nowNanos);
  }

  /** The same boot, taken up where a daemon before left it; the time between stays unseen. */
  public static Accrual resume(Checkpoint checkpoint, MetersConfig config) {
    Runs runs = Runs.resumed(checkpoint);
    Window window = Window.resumed(checkpoint, runs.all());
    Accrual accrual = new Accrual(checkpoint.identity(), config, window, runs, checkpoint.nanos());
    for (BalanceLine.MeterBalance meter : checkpoint.window().meters()) {
      accrual.sources.put(meter.meter(), meter.source());
    }
    accrual.unsettled.addAll(checkpoint.unsettled());
    accrual.presences.takeUp(checkpoint);
    accrual.sealed.takeUp(checkpoint);
    return accrual;
  }

  /** Logical processors of the node, from its document. */
  public void nodeCpus(int cpus) {
    nodeCpus = OptionalInt.of(cpus);
  }

  /** The ledger is open: the line of ordinal n has seq base + n. */
  public void seqBase(long base) {
    sealed.seqBase(base);
  }

  /**
   * A job began. Told again, it changes nothing.
   *
   * @param gpus the devices it holds
   */
  public void begin(SpoolRecord.Begin begin, List<HeldGpu> gpus, long nowNanos, Instant wall) {
    if (!knows(begin.key())) {
      long mark = Math.min(begin.uptimeNanos(), nowNanos);
      begin(begin.facts(), mark, gpus, Optional.empty(), wallAt(mark, nowNanos, wall));
    }
  }

  /**
   * A run of a machine without Slurm began. Told again, it changes nothing.
   *
   * @param atNanos not later than now
   * @param gpus the devices it may use
   */
  public void beginStationRun(
      JobFacts facts,
      WrapperProcess wrapper,
      long atNanos,
      List<HeldGpu> gpus,
      long nowNanos,
      Instant wall) {
    if (!knows(facts.key())) {
      begin(facts, atNanos, gpus, Optional.of(wrapper), wallAt(atNanos, nowNanos, wall));
    }
  }

  private void begin(
      JobFacts facts,
      long nanos,
      List<HeldGpu> gpus,
      Optional<WrapperProcess> wrapper,
      Instant wall) {
    runs.add(new Run(facts, wall, nanos, gpus, wrapper));
  }

  /** A job ended, not later than now. Told again, it changes nothing. */
  public void end(SpoolRecord.End end, long nowNanos) {
    long mark = Math.min(end.uptimeNanos(), nowNanos);
    end(end.key(), new Run.End(mark, end.waitStatus(), EndFrom.EPILOG));
  }

  /**
   * A run of a machine without Slurm ended. Told again, it changes nothing.
   *
   * @param atNanos not later than now
   * @param waitStatus as wait(2) gives it; absent where nobody told
   */
  public void endStationRun(JobKey job, long atNanos, OptionalInt waitStatus) {
    EndFrom from = waitStatus.isPresent() ? EndFrom.WRAPPER : EndFrom.PROCESS;
    end(job, new Run.End(atNanos, waitStatus, from));
  }

  private void end(JobKey job, Run.End end) {
    Run run = runs.get(job);
    if (run != null) {
      run.end(new Run.End(Math.max(end.nanos(), settledNanos), end.waitStatus(), end.from()));
    }
  }

  /** Whose processes are on GPUs, or were within {@link #presencesFor()}. */
  public void presences(List<Presence> seen) {
    presences.replace(seen);
  }

  /** For how long after its end a presence may still tell whose energy was. */
  public Duration presencesFor() {
    return config.lag().multipliedBy(2);
  }

  /** Who has begun and is not sealed. */
  public List<RunningJob> running() {
    return runs.all().stream().map(Run::view).toList();
  }

  /** Whether a job runs here, or has ended and its line is not known to be in the ledger. */
  public boolean knows(JobKey job) {
    return runs.contains(job) || sealed.closes(job);
  }

  /** What a running job says of itself; the last word counts. */
  public void declare(JobKey job, Declared words) {
    Run run = runs.get(job);
    if (run != null && run.facts().uid() == words.byUid()) {
      run.declare(words);
    }
  }

  /** What the meters saw since the last call, and how they are. */
  public void observe(List<MeterStatus> meters, List<MeteredInterval> intervals) {
    for (MeterStatus status : meters) {
      sources.put(status.meter(), status.source());
      status
          .missing()
          .ifPresent(
              reason ->
                  runs.all().stream()
                      .filter(run -> run.isMeteredBy(status.meter()))
                      .forEach(run -> run.miss(status.meter(), reason.jsonName())));
    }
    unsettled.addAll(intervals);
  }

  /** Attributes what is old enough, cuts the balances and seals the jobs that are due. */
  public void advance(long nowNanos, Instant wall) {
    settle(nowNanos - config.lag().toNanos(), nowNanos, wall);
  }

  /** The daemon stops: everything seen is attributed, the balance is cut here. */
  public void close(long nowNanos, Instant wall) {
    settle(nowNanos, nowNanos, wall);
    cut(nowNanos, wallAt(nowNanos, nowNanos, wall));
  }

  /** Sealed and not yet known to be written, by ordinal. */
  public List<PendingLine> pending() {
    return sealed.pending();
  }

  /** The lines up to this ordinal are in the ledger, and their spool files are gone. */
  public void written(long ordinal) {
    sealed.written(ordinal);
  }

  /** The state, as the lines it would become. */
  public Checkpoint checkpoint() {
    Instant to = window.from().plusMillis(MeterTally.millis(settledNanos - window.fromNanos()));
    List<Checkpoint.RunMark> marks = new ArrayList<>();
    for (Run run : runs.all()) {
      long end = run.end().map(Run.End::nanos).orElse(Math.max(settledNanos, run.beginNanos()));
      marks.add(
          new Checkpoint.RunMark(
              run.line(
                  identity.unchained(),
                  true,
                  endLabel(end, wallAt(end, settledNanos, to)),
                  end,
                  EndFrom.REBOOT,
                  gapNanos()),
              run.beginNanos(),
              run.end().isPresent() ? OptionalLong.of(end) : OptionalLong.empty(),
              run.end().map(Run.End::waitStatus).orElse(OptionalInt.empty()),
              run.wrapper()));
    }
    return new Checkpoint(
        identity,
        settledNanos,
        sealed.seqBase(),
        sealed.nextOrdinal(),
        window.fromNanos(),
        window.line(identity.unchained(), true, to, settledNanos),
        marks,
        sealed.pending(),
        unsettled.all(),
        presences.all());
  }

  /** The running jobs as they stand now, with what is not settled yet. */
  public Map<JobKey, JobView> views(long nowNanos) {
    return Views.of(checkpoint(), unsettled.all(), holdings(), nowNanos, gapNanos());
  }

  private void settle(long untilNanos, long nowNanos, Instant wall) {
    while (!sealed.isFull()) {
      Optional<Run> ended = runs.firstEnded(untilNanos);
      Instant hour = window.hourToCut(wallAt(untilNanos, nowNanos, wall));
      long hourNanos = nowNanos - Duration.between(hour, wall).toNanos();
      boolean hourIsOver =
          hourNanos <= untilNanos && Math.max(hourNanos, settledNanos) > window.fromNanos();
      if (hourIsOver && ended.map(run -> hourNanos <= run.endNanos()).orElse(true)) {
        cutAtHour(hour, hourNanos, nowNanos, wall);
      } else if (ended.isPresent()) {
        seal(ended.get(), wallAt(ended.get().endNanos(), nowNanos, wall));
      } else {
        break;
      }
    }
    settleWhole(untilNanos);
    if (window.shares() > MOST_SHARES && !sealed.isFull()) {
      cut(settledNanos, wallAt(settledNanos, nowNanos, wall));
    }
  }

  /** Not before where attribution stands, which only a wall clock that was set can ask for. */
  private void cutAtHour(Instant hour, long hourNanos, long nowNanos, Instant wall) {
    if (hourNanos >= settledNanos) {
      cut(hourNanos, hour);
    } else {
      cut(settledNanos, wallAt(settledNanos, nowNanos, wall));
    }
  }

  /** A window without length is not cut: balances follow each other without a gap. */
  private void cut(long nanos, Instant to) {
    settleCutAt(nanos);
    if (nanos <= window.fromNanos()) {
      return;
    }
    BalanceLine line = window.line(identity.unchained(), false, to, nanos);
    OptionalLong seq = sealed.nextSeq();
    if (seq.isPresent()) {
      runs.all().stream()
          .filter(run -> window.hasShareOf(run.payer()))
          .forEach(run -> run.balanced(seq.getAsLong()));
    }
    sealed.add(line);
    window = new Window(line.to(), nanos);
    unsettled.cutAt(nanos);
  }

  private void seal(Run run, Instant wallAtEnd) {
    long end = run.endNanos();
    settleCutAt(end);
    Instant endAt = endLabel(end, wallAtEnd);
    sources.keySet().forEach(run::expect);
    sealed.add(run.line(identity.unchained(), false, endAt, end, EndFrom.EPILOG, gapNanos()));
    runs.remove(run);
  }

  /** A run that ends in this window is not labelled as ending before it, by a clock set back. */
  private Instant endLabel(long endNanos, Instant wallAtEnd) {
    boolean early = endNanos > window.fromNanos() && !wallAtEnd.isAfter(window.from());
    return early ? window.from().plusMillis(1) : wallAtEnd;
  }

  private void settleWhole(long nanos) {
    settle(unsettled.takeWhole(nanos), nanos);
    presences.forget(unsettled.earliest(settledNanos));
  }

  private void settleCutAt(long nanos) {
    settle(unsettled.takeUntil(nanos), nanos);
  }

  private void settle(List<MeteredInterval> due, long nanos) {
    if (!due.isEmpty()) {
      Holdings holdings = holdings();
      due.forEach(interval -> settle(interval, holdings));
    }
    settledNanos = Math.max(settledNanos, nanos);
    runs.share(settledNanos, window);
  }

  private void settle(MeteredInterval interval, Holdings holdings) {
    Split split = Attribution.split(interval, holdings);
    Map<Payer, Share> shares = new HashMap<>();
    split
        .jobs()
        .forEach(
            (job, portion) -> {
              Run run = runs.run(job);
              shares.put(run.payer(), run.add(interval, portion));
            });
    String source = sources.getOrDefault(interval.meter(), SOURCE_GONE);
    window.add(interval, source, shares, split);
  }

  private Holdings holdings() {
    return runs.holdings(nodeCpus, presences.all());
  }

  private long gapNanos() {
    return config.longestInterval().toNanos();
  }

  private static Instant wallAt(long nanos, long nowNanos, Instant wall) {
    return wall.minusNanos(nowNanos - nanos).truncatedTo(ChronoUnit.MILLIS);
  }
}
