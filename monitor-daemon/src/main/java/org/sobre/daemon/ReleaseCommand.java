package org.sobre.daemon;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;

/**
 * {@code sobre-monitord release} and {@code resume}: tells the daemon that runs, and waits until it
 * has done it.
 */
final class ReleaseCommand {

  private static final int DONE = 0;
  private static final int UNAVAILABLE = 69;
  private static final int INPUT_OUTPUT = 74;
  private static final int NO_PERMISSION = 77;

  /** Two tools that are killed and a library that ends take some seconds at most. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Duration BETWEEN = Duration.ofMillis(200);

  private final Path socket;
  private final Duration patience;

  ReleaseCommand(Path socket) {
    this(socket, PATIENCE);
  }

  ReleaseCommand(Path socket, Duration patience) {
    this.socket = socket;
    this.patience = patience;
  }

  /**
   * @return the exit status
   */
  int release(Duration time) {
    String request = "{\"v\":1,\"release\":{\"seconds\":" + time.toSeconds() + "}}\n";
    DaemonTalk talk = new DaemonTalk(socket, patience);
    try {
      Optional<Boolean> released = ask(talk, request);
      while (released.isPresent() && !released.get()) {
        LockSupport.parkNanos(BETWEEN.toNanos());
        if (talk.isOver()) {
          return hangs("the GPUs are not let go of");
        }
        released = ask(talk, request);
      }
      return released.isPresent() ? done(until(time)) : NO_PERMISSION;
    } catch (SocketTimeoutException e) {
      return hangs("no answer at " + socket);
    } catch (ProtocolException e) {
      return notUnderstood(e);
    } catch (IOException e) {
      return none(e);
    }
  }

  /**
   * @return the exit status
   */
  int resume() {
    try {
      Optional<Boolean> resumed =
          ask(new DaemonTalk(socket, patience), "{\"v\":1,\"resume\":{}}\n");
      return resumed.isPresent() ? done("the GPUs are read again") : NO_PERMISSION;
    } catch (SocketTimeoutException e) {
      return hangs("no answer at " + socket);
    } catch (ProtocolException e) {
      return notUnderstood(e);
    } catch (IOException e) {
      return none(e);
    }
  }

  private static String until(Duration time) {
    return "the GPUs are let go of until "
        + DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
            .format(ZonedDateTime.now(ZoneId.systemDefault()).plus(time))
        + ", or until sobre-monitord resume";
  }

  private static int done(String what) {
    System.out.println("sobre-monitord: " + what);
    return DONE;
  }

  private int hangs(String what) {
    System.err.println(
        "sobre-monitord: "
            + what
            + " after "
            + patience.toSeconds()
            + " s: a call into the driver hangs, or a tool of the driver does; the kernel's log"
            + " may say why");
    return INPUT_OUTPUT;
  }

  private int notUnderstood(ProtocolException e) {
    System.err.println(
        "sobre-monitord: expected a daemon's answer at "
            + socket
            + ", found \""
            + e.getMessage()
            + "\": what listens there is no daemon of this version; it may have the GPUs open");
    return INPUT_OUTPUT;
  }

  private int none(IOException e) {
    System.err.println(
        "sobre-monitord: expected a daemon that answers at "
            + socket
            + ", found none ("
            + e.getMessage()
            + "): none has a GPU open then");
    return UNAVAILABLE;
  }

  /** Whether the cards are let go of; empty, and said, if the daemon refuses. */
  private static Optional<Boolean> ask(DaemonTalk talk, String request) throws IOException {
    String line = talk.ask(request);
    try {
      JsonObject answer = JsonObject.parse(line);
      Optional<String> error = answer.string("error");
      error.ifPresent(text -> System.err.println("sobre-monitord: " + text));
      return error.isPresent()
          ? Optional.empty()
          : Optional.of(answer.bool("released").orElse(false));
    } catch (JsonShapeException e) {
      throw (IOException) new ProtocolException(line).initCause(e);
    }
  }
}
