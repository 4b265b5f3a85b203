package org.sobre.energy.occupancy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.meter.AwakeRows;
import org.sobre.energy.meter.SleepingCards;
import org.sobre.energy.meter.StreamEvent;
import org.sobre.energy.meter.ToolRowStream;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.hardware.units.Reading;

/**
 * Compute processes on NVIDIA GPUs, from one {@code nvidia-smi} that prints a row a process each
 * {@link GpuProcesses#PERIOD}; without processes it prints nothing. In a container the pids are the
 * host's.
 */
public final class NvidiaComputeApps implements GpuProcesses {

  private static final Logger LOG = LoggerFactory.getLogger(NvidiaComputeApps.class);
  private static final Pattern ROW = Pattern.compile("(GPU-[0-9A-Za-z-]+)\\s*,\\s*(\\d{1,9})\\s*");

  /** Then all may be said again. */
  private static final int MOST_NOTES = 64;

  private final AwakeRows rows;
  private final Set<String> said = new HashSet<>();

  NvidiaComputeApps(AwakeRows rows) {
    this.rows = rows;
  }

  /**
   * Starts the tool, for the cards that are awake.
   *
   * @param program nvidia-smi, or where it is
   */
  public static NvidiaComputeApps start(String program, UptimeClock clock, SleepingCards sleeping) {
    List<String> columns = List.of("gpu_uuid", "pid");
    return new NvidiaComputeApps(
        new AwakeRows(
            sleeping,
            only ->
                new ToolRowStream(
                    () -> Reading.of(columns), fields -> command(program, fields, only), clock)));
  }

  /** Through a pipe the tool's rows come in blocks, unless stdbuf tells it otherwise. */
  static List<String> command(String program, List<String> fields, List<String> only) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "stdbuf",
                "-oL",
                program,
                "--query-compute-apps=" + String.join(",", fields),
                "--format=csv,noheader",
                "-l",
                Long.toString(PERIOD.toSeconds())));
    words.addAll(only);
    return words;
  }

  @Override
  public List<Sighting> poll() {
    List<Sighting> sightings = new ArrayList<>();
    for (StreamEvent event : rows.drain()) {
      if (event instanceof StreamEvent.Line line) {
        parse(line.text(), line.nanos())
            .ifPresentOrElse(sightings::add, () -> note("says: " + line.text()));
      } else if (event instanceof StreamEvent.Ended ended) {
        note("ended: " + ended.detail());
      }
    }
    return sightings;
  }

  /** Empty for anything but a row of a process, as {@code [N/A]} in place of the pid. */
  static Optional<Sighting> parse(String row, long nanos) {
    Matcher matcher = ROW.matcher(row.strip());
    return matcher.matches()
        ? Optional.of(new Sighting(matcher.group(1), Long.parseLong(matcher.group(2)), nanos))
        : Optional.empty();
  }

  /** Not each time the same. */
  private void note(String what) {
    if (said.size() >= MOST_NOTES) {
      said.clear();
    }
    if (!what.equals("says: ") && said.add(what)) {
      LOG.warn("nvidia-smi --query-compute-apps {}", what);
    }
  }

  @Override
  public boolean holdsNothing() {
    return rows.holdsNothing();
  }

  @Override
  public void close() {
    rows.close();
  }
}
