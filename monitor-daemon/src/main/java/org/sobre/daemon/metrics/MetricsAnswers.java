package org.sobre.daemon.metrics;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.hardware.probe.SysRoot;

/**
 * Answers one request of HTTP with the node's figures. The page is written when it is asked for, in
 * the thread that asks, from figures that the loop left: the loop waits for nobody. It is written
 * once for each turn of the loop, however often it is asked for. Used by one thread.
 */
public final class MetricsAnswers {

  static final String PATH = "/metrics";

  /** The slowest loop turns each 10 s; figures that are older look alive and are not. */
  private static final Duration STALE = Duration.ofSeconds(30);

  private final Supplier<Optional<NodeFigures>> figures;
  private final UptimeClock clock;
  private final Path self;
  private final PageLabels labels;
  private final long startedAtNanos;
  private long startSeconds;
  private Optional<NodeFigures> written = Optional.empty();
  private byte[] page = new byte[0];

  /**
   * @param figures as the loop last left them; empty before its first turn
   */
  public MetricsAnswers(
      Supplier<Optional<NodeFigures>> figures,
      UptimeClock clock,
      SysRoot machine,
      PageLabels labels) {
    this.figures = figures;
    this.clock = clock;
    this.self = machine.proc().resolve("self");
    this.labels = labels;
    this.startedAtNanos = clock.nanosSinceBoot();
  }

  /**
   * The whole answer; empty while the request's head is not over.
   *
   * @param head what has come
   * @param moreMayCome must be answered where it may not
   */
  public Optional<byte[]> answer(String head, boolean moreMayCome) {
    if (!HttpHead.isOver(head)) {
      return moreMayCome ? Optional.empty() : Optional.of(HttpHead.malformed());
    }
    return Optional.of(HttpHead.parse(head).map(this::answer).orElseGet(HttpHead::malformed));
  }

  private byte[] answer(HttpHead request) {
    if (!request.mayRead()) {
      return HttpHead.refusal("405 Method Not Allowed", "expected GET or HEAD", "Allow: GET, HEAD");
    }
    if (!request.path().equals(PATH)) {
      return HttpHead.refusal("404 Not Found", "expected " + PATH);
    }
    Optional<NodeFigures> now = figures.get();
    if (now.isEmpty() || clock.nanosSinceBoot() - now.get().atNanos() > STALE.toNanos()) {
      return HttpHead.refusal(
          "503 Service Unavailable",
          "the meters have not been read for " + STALE.toSeconds() + " s");
    }
    return request.answer(TextFormat.CONTENT_TYPE, page(now.get()));
  }

  /** Whoever reaches the port may ask at any rate: what that costs must not grow with it. */
  private byte[] page(NodeFigures now) {
    if (!isWritten(now)) {
      String text = MetricsPage.of(now, process(), startSeconds(), labels);
      page = text.getBytes(StandardCharsets.UTF_8);
      written = Optional.of(now);
    }
    return page;
  }

  @SuppressWarnings("ReferenceEquality") // the very same: to compare all figures is no less work
  private boolean isWritten(NodeFigures now) {
    return written.isPresent() && written.get() == now;
  }

  /** Follows a wall clock that is set later, and not the milliseconds between two looks. */
  private long startSeconds() {
    Duration runs = Duration.ofNanos(clock.nanosSinceBoot() - startedAtNanos);
    long now = clock.wall().minus(runs).getEpochSecond();
    if (Math.abs(now - startSeconds) > 1) {
      startSeconds = now;
    }
    return startSeconds;
  }

  private Optional<ProcessFigures> process() {
    try {
      return ProcessFigures.parse(
          Files.readString(self.resolve("stat")), Files.readString(self.resolve("status")));
    } catch (IOException e) {
      // a kernel that hides its own process from it: the node's figures stand without
      return Optional.empty();
    }
  }
}
