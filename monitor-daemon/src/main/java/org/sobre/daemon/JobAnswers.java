package org.sobre.daemon;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.energy.accrual.JobView;
import org.sobre.energy.ledger.JobLine.Declared;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.job.JobKey;

/**
 * Answers who asks over the socket: one JSON line for one JSON line. Whole joules, of at most one
 * reading a second: finer figures tell what a neighbour computes (CVE-2020-8694).
 */
final class JobAnswers {

  private static final int LONGEST_WORD = 64;
  private static final long LARGEST_BATCH = 1_000_000_000L;

  /** Reports add up millions of these: a user's word must not be more than their sums hold. */
  private static final long LARGEST_COUNT = 1_000_000_000_000L;

  /** As wait(2) gives it: 16 bits. */
  private static final int LARGEST_WAIT_STATUS = 65_535;

  /**
   * What a job said of itself.
   *
   * @param keep whether what it leaves out stays as it was declared before
   */
  record Declaration(JobKey job, Declared words, boolean keep) {
    Declaration {
      requireNonNull(job, "job");
      requireNonNull(words, "words");
    }

    /** The two as one. */
    Declaration after(Declaration earlier) {
      return keep ? new Declaration(job, words.over(earlier.words), earlier.keep) : this;
    }
  }

  /** The daemon as the socket's thread sees it. */
  interface State {

    /** The jobs as they stand, at most a second old. */
    Map<JobKey, JobView> jobs();

    /** The runs of a job that ended lately, the first first. */
    List<LastRuns.Ended> ended(long id);

    NodeView node();

    /** Why the ledger cannot be written; empty while it can. */
    Optional<String> ledgerTrouble();

    /** Whose job it is that began so lately that {@link #jobs} does not have it; empty if none. */
    OptionalInt newcomer(JobKey job);

    void declare(Declaration declaration);
  }

  private final State state;
  private final StationRuns runs;
  private final CardControl cards;
  private final Operators operators;

  JobAnswers(State state, StationRuns runs, CardControl cards, Operators operators) {
    this.state = state;
    this.runs = runs;
    this.cards = cards;
    this.operators = operators;
  }

  String answer(String request, Peer peer) {
    try {
      JsonObject json = JsonObject.parse(request);
      if (json.requiredInteger("v") != JsonLine.VERSION) {
        return error("v: expected " + JsonLine.VERSION + ", found " + json.requiredInteger("v"));
      }
      Optional<JsonObject> begin = json.object("begin");
      if (begin.isPresent()) {
        JobKey key = runs.begin(BeginRequest.of(begin.get()), peer);
        return JsonLine.of(line -> line.writeStringField("job", key.toString()));
      }
      Optional<String> control = cards.answer(json, peer);
      if (control.isPresent()) {
        return control.get();
      }
      Optional<String> ask = json.string("ask");
      if (ask.equals(Optional.of("node"))) {
        return NodeAnswer.of(state.node(), state.ledgerTrouble(), owner -> maySee(peer, owner));
      }
      if (ask.equals(Optional.of("job"))) {
        return ofRuns(json.requiredInteger("id"), peer);
      }
      return ofJob(json, peer);
    } catch (RefusedException e) {
      return refusal(e);
    } catch (JsonShapeException e) {
      return error(String.valueOf(e.getMessage()));
    }
  }

  /** To look, not to speak for the job. */
  private boolean maySee(Peer peer, int owner) {
    return peer.mayAskFor(owner) || operators.contains(peer);
  }

  /** A run is among those that ended before it leaves those that go on: it is told once. */
  private String ofRuns(long id, Peer peer) {
    Map<JobKey, JobView> running = state.jobs();
    List<LastRuns.Ended> ended =
        state.ended(id).stream().filter(run -> maySee(peer, run.uid())).toList();
    List<JobView> going =
        running.values().stream()
            .filter(view -> view.job().id() == id && maySee(peer, view.uid()))
            .filter(view -> ended.stream().noneMatch(run -> isOf(run, view)))
            .sorted(Comparator.comparing(JobView::job))
            .toList();
    boolean told = !ended.isEmpty() || going.stream().anyMatch(view -> view.details().isPresent());
    return RunsAnswer.of(
        state.node().node(), ended, going, !told && (!going.isEmpty() || isNew(id, peer)));
  }

  private static boolean isOf(LastRuns.Ended run, JobView view) {
    return run.job().equals(view.job())
        && view.details().filter(told -> !told.begin().equals(run.begin())).isEmpty();
  }

  private boolean isNew(long id, Peer peer) {
    OptionalInt owner = id < 1 ? OptionalInt.empty() : state.newcomer(new JobKey(id, 0));
    return owner.isPresent() && maySee(peer, owner.getAsInt());
  }

  static String error(String message) {
    return JsonLine.of(json -> json.writeStringField("error", message));
  }

  private static String refusal(RefusedException refused) {
    return JsonLine.of(
        json -> {
          json.writeStringField("error", refused.getMessage());
          if (refused.again()) {
            json.writeBooleanField("again", true);
          }
        });
  }

  private String ofJob(JsonObject json, Peer peer) throws JsonShapeException, RefusedException {
    JobKey key =
        JobKey.parse(json.requiredString("job"))
            .orElseThrow(() -> new JsonShapeException("job: expected an id as 12345.0"));
    Optional<JsonObject> end = json.object("end");
    if (end.isPresent()) {
      long status = end.get().requiredInteger("waitStatus");
      if (status < 0 || status > LARGEST_WAIT_STATUS) {
        throw new JsonShapeException("waitStatus: expected 0 to 65535, found " + status);
      }
      runs.end(key, (int) status, peer);
      return ok();
    }
    JobView view = viewFor(key, peer);
    Optional<JsonObject> declare = json.object("declare");
    if (declare.isPresent()) {
      boolean keep = declare.get().bool("keep").orElse(false);
      state.declare(new Declaration(key, declared(declare.get(), view.uid()), keep));
      return ok();
    }
    String ask = json.requiredString("ask");
    return ask.equals("energy")
        ? EnergyAnswer.of(view)
        : error("ask: expected energy, job or node, found " + ask);
  }

  /** The same words for a job that is another's: who runs what is nobody's business. */
  private JobView viewFor(JobKey key, Peer peer) throws RefusedException {
    Optional<JobView> view = Optional.ofNullable(state.jobs().get(key));
    if (view.isEmpty()) {
      OptionalInt owner = state.newcomer(key);
      view =
          owner.isPresent()
              ? Optional.of(new JobView(key, owner.getAsInt(), 0, List.of()))
              : Optional.empty();
    }
    return view.filter(one -> peer.mayAskFor(one.uid()))
        .orElseThrow(
            () -> new RefusedException("job " + key + " is not running here, or is not yours"));
  }

  private static String ok() {
    return JsonLine.of(json -> json.writeBooleanField("ok", true));
  }

  private static Declared declared(JsonObject json, int uid) throws JsonShapeException {
    return new Declared(
        uid,
        word(json, "profile"),
        count(json, "batchSize", LARGEST_BATCH),
        word(json, "unit"),
        count(json, "items", LARGEST_COUNT),
        count(json, "tokensIn", LARGEST_COUNT),
        count(json, "tokensOut", LARGEST_COUNT));
  }

  private static Optional<String> word(JsonObject json, String key) throws JsonShapeException {
    Optional<String> word = json.string(key);
    if (word.isPresent() && !word.get().matches("[A-Za-z0-9._+-]{1," + LONGEST_WORD + "}")) {
      throw new JsonShapeException(
          key + ": expected 1 to " + LONGEST_WORD + " letters, digits or ._+-");
    }
    return word;
  }

  private static OptionalLong count(JsonObject json, String key, long most)
      throws JsonShapeException {
    OptionalLong count = json.integer(key);
    if (count.isPresent() && (count.getAsLong() < 0 || count.getAsLong() > most)) {
      throw new JsonShapeException(
          key + ": expected 0 to " + most + ", found " + count.getAsLong());
    }
    return count;
  }
}
