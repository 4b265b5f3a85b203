package org.sobre.daemon;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.sobre.daemon.health.CardRelease;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;

/**
 * {@code sobre-monitord release} and {@code resume}, over the socket: root's, and the daemon's own
 * user's.
 *
 * @param uid the daemon's own
 */
record CardControl(CardRelease release, int uid) {

  CardControl {
    requireNonNull(release, "release");
  }

  /**
   * Empty if the request is none of these. {@code released} tells whether the cards are let go of
   * already: asked again, it tells of later.
   */
  Optional<String> answer(JsonObject request, Peer peer)
      throws JsonShapeException, RefusedException {
    Optional<JsonObject> asked = request.object("release");
    if (asked.isEmpty() && request.object("resume").isEmpty()) {
      return Optional.empty();
    }
    if (!peer.mayAskFor(uid)) {
      throw new RefusedException("only root may have the GPUs let go of, and read again");
    }
    if (asked.isPresent()) {
      release.ask(time(asked.get()));
    } else {
      release.end();
    }
    boolean done = release.isDone();
    return Optional.of(JsonLine.of(json -> json.writeBooleanField("released", done)));
  }

  private static Duration time(JsonObject request) throws JsonShapeException {
    long seconds = request.requiredInteger("seconds");
    if (seconds < 1 || seconds > CardRelease.LONGEST.toSeconds()) {
      throw new JsonShapeException(
          "seconds: expected 1 to " + CardRelease.LONGEST.toSeconds() + ", found " + seconds);
    }
    return Duration.ofSeconds(seconds);
  }
}
