package org.sobre.jobs.station;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.job.JobKey;

/**
 * A run that a daemon counts energy for.
 *
 * @param job in Slurm the job, on a station the run that the daemon began for this wrapper
 * @param socket of the daemon that counts
 * @param station whether it was begun by {@code begin}, and so is ended by {@link #end}: a Slurm
 *     job ends by its epilog
 */
public record MeteredRun(JobKey job, Path socket, boolean station) {

  private static final Logger LOG = LoggerFactory.getLogger(MeteredRun.class);
  private static final Duration DEADLINE = Duration.ofSeconds(1);

  public MeteredRun {
    requireNonNull(job, "job");
    requireNonNull(socket, "socket");
  }

  /** A Slurm job on the node whose daemon has this socket. */
  public static MeteredRun ofSlurm(JobKey job, Path socket) {
    return new MeteredRun(job, socket, false);
  }

  /**
   * Tells the daemon that the command has ended. Should that fail, the daemon sees by itself that
   * the wrapper is gone.
   *
   * @param status as the wrapper ends with it, 0 to 255
   */
  public void end(int status) {
    if (!station) {
      return;
    }
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("v", 1);
    // what wait(2) would show of a process that exits with it, as Slurm stores it
    request.put("end", Map.of("waitStatus", status << 8));
    request.put("job", job.toString());
    try {
      new DaemonSocket(socket, DEADLINE).ask(request);
    } catch (IOException | JsonShapeException e) {
      LOG.debug("the end of run {} was not taken: {}", job, e.getMessage());
    }
  }
}
