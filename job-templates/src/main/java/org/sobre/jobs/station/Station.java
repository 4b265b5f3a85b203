package org.sobre.jobs.station;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;
import org.sobre.slurm.job.Allocation.Devices;
import org.sobre.slurm.job.JobKey;

/**
 * A machine without Slurm: the system's daemon counts if it answers, else the user's own, which is
 * started if it does not run. A daemon that refuses is not gone round.
 */
public final class Station implements RunOpening {

  private static final Logger LOG = LoggerFactory.getLogger(Station.class);
  private static final Messages MESSAGES = Messages.of(Station.class);
  private static final Duration SYSTEM_DEADLINE = Duration.ofSeconds(1);
  private static final int LONGEST_PROGRAM = 64;

  private final Path systemSocket;
  private final OwnDaemon own;
  private final Optional<String> account;

  /**
   * @param systemSocket {@code /run/sobre/job.sock}
   * @param account whom the run is counted for; the daemon's {@code local} if absent
   */
  public Station(Path systemSocket, OwnDaemon own, Optional<String> account) {
    this.systemSocket = systemSocket;
    this.own = own;
    this.account = account;
  }

  /** On a node of a cluster only Slurm's jobs are counted by name. */
  public static RunOpening slurmNode() {
    return (devices, program) ->
        Reading.unavailable(Reason.NOT_PRESENT, MESSAGES.text("run.slurm.node"));
  }

  @Override
  public Reading<MeteredRun> begin(Devices devices, String program) {
    Map<String, Object> request = request(devices, program);
    try {
      return Reading.of(begun(new DaemonSocket(systemSocket, SYSTEM_DEADLINE), request));
    } catch (NoDaemonException e) {
      LOG.debug("no daemon of the system: {}", e.getMessage());
    } catch (IOException | JsonShapeException e) {
      return Reading.unavailable(Reason.FAILED, String.valueOf(e.getMessage()));
    }
    return own.begin(request);
  }

  /**
   * @throws NoDaemonException if there is no daemon
   * @throws JsonShapeException if it refuses
   */
  static MeteredRun begun(DaemonSocket socket, Map<String, Object> request)
      throws IOException, JsonShapeException {
    JsonObject answer = socket.ask(request);
    String job = answer.requiredString("job");
    JobKey key =
        JobKey.parse(job)
            .orElseThrow(() -> new JsonShapeException("job: expected 4242.0, found " + job));
    return new MeteredRun(key, socket.path(), true);
  }

  private Map<String, Object> request(Devices devices, String program) {
    Map<String, Object> begin = new LinkedHashMap<>();
    begin.put("pid", ProcessHandle.current().pid());
    account.ifPresent(name -> begin.put("account", name));
    begin.put("command", fileName(program));
    begin.put("cpus", Runtime.getRuntime().availableProcessors());
    begin.put("gpus", gpus(devices));
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("v", 1);
    request.put("begin", begin);
    return request;
  }

  private static Map<String, Object> gpus(Devices devices) {
    return devices.match(
        all -> Map.<String, Object>of("all", true),
        none -> Map.<String, Object>of("none", true),
        identified -> Map.<String, Object>of("ids", identified.ids()),
        visible -> indices(visible));
  }

  /** The numbers of one vendor's runtime: it counts no card of another's. */
  private static Map<String, Object> indices(Devices.Visible visible) {
    Map<String, Object> gpus = new LinkedHashMap<>();
    gpus.put("indices", visible.indices());
    gpus.put("vendor", visible.vendor().jsonName());
    return gpus;
  }

  /** The program alone: what its arguments say is nobody's business. */
  private static String fileName(String program) {
    String name = program.substring(program.lastIndexOf('/') + 1);
    return name.length() <= LONGEST_PROGRAM ? name : name.substring(0, LONGEST_PROGRAM);
  }
}
