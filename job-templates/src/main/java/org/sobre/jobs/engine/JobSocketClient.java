package org.sobre.jobs.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;
import org.sobre.jobs.station.DaemonSocket;
import org.sobre.jobs.station.NoDaemonException;
import org.sobre.slurm.job.JobKey;

/**
 * Talks to the node's daemon over {@code job.sock}: one line of JSON each way. Whatever goes wrong
 * there is an answer with a reason, within the deadline: a job never fails and never waits for it.
 */
final class JobSocketClient {

  private final DaemonSocket socket;

  JobSocketClient(Path socket, Duration deadline) {
    this.socket = new DaemonSocket(socket, deadline);
  }

  /**
   * What a job says of itself; absent is unknown.
   *
   * @param items done; only after the command has ended
   * @param keep whether what is absent stays as it was declared before, by the command itself say
   */
  record Declaration(
      Optional<String> profile,
      OptionalLong batchSize,
      Optional<String> unit,
      OptionalLong items,
      boolean keep) {}

  Reading<JobEnergy> energy(JobKey job) {
    Map<String, Object> request = request(job);
    request.put("ask", "energy");
    try {
      return Reading.of(JobEnergy.of(socket.ask(request)));
    } catch (IOException | JsonShapeException e) {
      return unavailable(e);
    }
  }

  /** True if the daemon took note. */
  Reading<Boolean> declare(JobKey job, Declaration declaration) {
    Map<String, Object> words = new LinkedHashMap<>();
    declaration.profile().ifPresent(profile -> words.put("profile", profile));
    declaration.batchSize().ifPresent(batch -> words.put("batchSize", batch));
    declaration.unit().ifPresent(unit -> words.put("unit", unit));
    declaration.items().ifPresent(items -> words.put("items", items));
    if (declaration.keep()) {
      words.put("keep", true);
    }
    Map<String, Object> request = request(job);
    request.put("declare", words);
    try {
      return Reading.of(socket.ask(request).bool("ok").orElse(false));
    } catch (IOException | JsonShapeException e) {
      return unavailable(e);
    }
  }

  private static Map<String, Object> request(JobKey job) {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("v", 1);
    request.put("job", job.toString());
    return request;
  }

  private static <T> Reading<T> unavailable(Exception e) {
    return Reading.unavailable(
        e instanceof NoDaemonException ? Reason.NOT_PRESENT : Reason.FAILED,
        String.valueOf(e.getMessage()));
  }
}
