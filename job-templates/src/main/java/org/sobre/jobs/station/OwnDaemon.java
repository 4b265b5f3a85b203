package org.sobre.jobs.station;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.sobre.energy.station.OwnStation;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * The daemon that a user without a system's one has of their own: {@code sobre-monitord --own},
 * started by the first run, ended by itself after the last.
 */
public final class OwnDaemon {

  private static final Messages MESSAGES = Messages.of(OwnDaemon.class);
  private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(2);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
  private static final Duration START_AGAIN = Duration.ofMillis(250);

  private final OwnStation files;
  private final DaemonLauncher launcher;
  private final Duration patience;

  /**
   * @param patience how long a daemon that was just started may take to its first answer
   */
  public OwnDaemon(OwnStation files, DaemonLauncher launcher, Duration patience) {
    this.files = files;
    this.launcher = launcher;
    this.patience = patience;
  }

  Reading<MeteredRun> begin(Map<String, Object> request) {
    try {
      Optional<MeteredRun> run = ask(request);
      return run.isPresent() ? Reading.of(run.get()) : start(request);
    } catch (FileSystemException e) {
      // its own message is a bare path
      return failed(MESSAGES.text("own.state", files.state(), String.valueOf(e.getMessage())));
    } catch (IOException | JsonShapeException e) {
      return failed(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(MESSAGES.text("own.silent", patience.toSeconds(), files.log()));
    }
  }

  /** Empty if no daemon is there. */
  private Optional<MeteredRun> ask(Map<String, Object> request)
      throws IOException, JsonShapeException {
    if (Files.exists(files.run(), LinkOption.NOFOLLOW_LINKS)
        && !OwnStation.isDirectoryOf(files.run(), OwnStation.uidOfThisProcess())) {
      // in /tmp anybody can make it first
      throw new IOException(MESSAGES.text("own.foreign", files.run()));
    }
    try {
      return Optional.of(Station.begun(new DaemonSocket(files.socket(), ANSWER_DEADLINE), request));
    } catch (NoDaemonException e) {
      return Optional.empty();
    }
  }

  private Reading<MeteredRun> start(Map<String, Object> request)
      throws IOException, JsonShapeException, InterruptedException {
    if (!Files.isExecutable(launcher.program())) {
      return Reading.unavailable(
          Reason.NOT_PRESENT, MESSAGES.text("own.not.installed", launcher.program()));
    }
    long giveUp = System.nanoTime() + patience.toNanos();
    Process daemon = launcher.start(files.log());
    while (System.nanoTime() < giveUp) {
      Optional<MeteredRun> run = ask(request);
      if (run.isPresent()) {
        return Reading.of(run.get());
      }
      if (!daemon.isAlive()) {
        if (daemon.exitValue() != 0) {
          return failed(MESSAGES.text("own.ended", daemon.exitValue(), files.log()));
        }
        // it left the work to another one, which may have been about to end
        Thread.sleep(START_AGAIN.toMillis());
        daemon = launcher.start(files.log());
      }
      Thread.sleep(LOOK_AGAIN.toMillis());
    }
    return failed(MESSAGES.text("own.silent", patience.toSeconds(), files.log()));
  }

  private static Reading<MeteredRun> failed(String why) {
    return Reading.unavailable(Reason.FAILED, why);
  }
}
