package org.sobre.cli;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.partitioningBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sobre.energy.ledger.AtomicFile;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.NodeJson;
import org.sobre.slurm.fleet.Fleet;
import org.sobre.slurm.fleet.FleetDirectory;
import org.sobre.slurm.fleet.FleetDirectory.Contents;
import org.sobre.slurm.fleet.FleetDirectory.Present;
import org.sobre.slurm.fleet.FleetDirectory.Refused;
import org.sobre.slurm.fleet.FleetInventory;
import org.sobre.slurm.fleet.FleetRenderer;
import org.sobre.slurm.fleet.HostRange;
import org.sobre.slurm.job.NodeList;

/**
 * {@code sobre gres --fleet}: all nodes in the controller's words. Writes nothing at all unless
 * every document can be used and nothing is lost, or a person has said otherwise.
 */
final class FleetGres {

  private static final Messages MESSAGES = Messages.of(FleetGres.class);
  private static final String ALL = "all";

  /** By which the clocks of a pack may differ. */
  private static final Duration WRONG_CLOCK = Duration.ofHours(1);

  private static final Set<GresCommand.Format> FORMATS =
      EnumSet.of(
          GresCommand.Format.GRES_CONF, GresCommand.Format.SLURM_CONF, GresCommand.Format.JSON);

  private final FleetOptions options;
  private final PrintWriter out;
  private final PrintWriter err;
  private final Clock clock;

  FleetGres(FleetOptions options, PrintWriter out, PrintWriter err, Clock clock) {
    this.options = options;
    this.out = out;
    this.err = err;
    this.clock = clock;
  }

  /**
   * @throws Failure if something would be written that nobody meant
   */
  int write(GresCommand.Format format) throws IOException {
    Asked asked = asked(format);
    FleetComparison comparison = FleetComparison.of(options, this::remark);
    Contents contents = new FleetDirectory(options.directory()).read(asked.leftOut());
    Set<String> known = new HashSet<>(comparison.names());
    known.addAll(contents.names());
    nameUnknown("--leave-out", asked.leftOut(), known);
    nameUnknown("--accept-removal", asked.accepted(), known);
    refuse(contents.refused());
    List<Present> listed = listed(contents);
    Fleet fleet = new Fleet(listed.stream().map(one -> one.document().node()).toList());
    FleetInventory now = FleetInventory.of(fleet);
    comparison.refuseLosses(now, asked::accepts);
    comparison.nameNewcomers(now, format == GresCommand.Format.GRES_CONF);
    listed.forEach(one -> noteIfStale(one, asked.staleAfter()));
    if (!contents.silent().isEmpty()) {
      remark(MESSAGES.text("fleet.silent", HostRange.compress(contents.silent())));
    }
    err.flush();
    deliver(fleet, render(format, fleet));
    return ExitCode.DONE;
  }

  /**
   * What was typed, understood.
   *
   * @param all whether any node may be lost
   * @param accepted which nodes may be lost
   */
  private record Asked(
      Set<String> leftOut, boolean all, Set<String> accepted, Duration staleAfter) {
    boolean accepts(String node) {
      return all || accepted.contains(node);
    }
  }

  /** Before anything is read: a wrong use is told at once. */
  private Asked asked(GresCommand.Format format) {
    if (!FORMATS.contains(format)) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("fleet.format", format));
    }
    boolean all = options.acceptRemoval().filter(ALL::equals).isPresent();
    return new Asked(
        names("--leave-out", options.leaveOut()),
        all,
        all ? Set.of() : names("--accept-removal", options.acceptRemoval()),
        options
            .staleAfter()
            .orElseThrow(() -> new Failure(ExitCode.USAGE, MESSAGES.text("fleet.staleAfter"))));
  }

  /** Those that are to stand in the list; who makes its own record is named. */
  private List<Present> listed(Contents contents) {
    Map<Boolean, List<Present>> byOwnRecord =
        contents.present().stream()
            .collect(
                partitioningBy(
                    one -> one.document().registersItself() && !options.withSelfRegistering()));
    List<Present> listed = byOwnRecord.getOrDefault(false, List.of());
    List<Present> own = byOwnRecord.getOrDefault(true, List.of());
    if (!own.isEmpty()) {
      remark(
          MESSAGES.text("fleet.own", HostRange.compress(own.stream().map(Present::node).toList())));
    }
    if (listed.isEmpty()) {
      throw new Failure(ExitCode.BAD_DATA, MESSAGES.text("fleet.empty", options.directory()));
    }
    return listed;
  }

  private static String render(GresCommand.Format format, Fleet fleet) {
    return switch (format) {
      case GRES_CONF -> FleetRenderer.gresConf(fleet);
      case SLURM_CONF -> FleetRenderer.slurmConf(fleet);
      case JSON -> NodeJson.render(FleetRenderer.document(fleet));
      case SLURMD, NODE -> throw new IllegalArgumentException(format + " is of one node");
    };
  }

  private void refuse(List<Refused> refused) {
    if (refused.isEmpty()) {
      return;
    }
    for (Refused one : refused) {
      remark(MESSAGES.text("fleet.refused", one.file(), one.why()));
    }
    String nodes = HostRange.compress(refused.stream().map(Refused::node).toList());
    throw new Failure(ExitCode.BAD_DATA, MESSAGES.text("fleet.refused.all", nodes));
  }

  /**
   * What a document or a list says goes to a terminal: no control characters of any set (U+009B
   * begins a command to it), none that turn the direction of writing or end a line.
   */
  static String oneLine(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+", " ");
  }

  private void remark(String text) {
    err.println("sobre: " + oneLine(text));
  }

  /** A name that is nowhere is a slip: gpu[1-3] for gpu[01-03] would leave out nothing. */
  private void nameUnknown(String option, Set<String> names, Set<String> known) {
    List<String> unknown = names.stream().filter(name -> !known.contains(name)).toList();
    if (!unknown.isEmpty()) {
      remark(MESSAGES.text("fleet.unknown", option, HostRange.compress(unknown)));
    }
  }

  private static Set<String> names(String option, Optional<String> list) {
    if (list.isEmpty()) {
      return Set.of();
    }
    List<String> names = NodeList.expand(list.get());
    if (names.isEmpty()) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("fleet.names", option, list.get()));
    }
    return new HashSet<>(names);
  }

  /** A sign of life that is yet to come would hide for ever that there is none. */
  private void noteIfStale(Present one, Duration staleAfter) {
    Duration silence = Duration.between(one.lastSign(), clock.instant());
    if (silence.plus(WRONG_CLOCK).isNegative()) {
      remark(MESSAGES.text("fleet.future", one.node(), one.lastSign()));
    } else if (silence.compareTo(staleAfter) > 0) {
      remark(MESSAGES.text("fleet.stale", one.node(), silence.toDays(), one.document().at()));
    }
  }

  private void deliver(Fleet fleet, String text) throws IOException {
    if (options.output().isPresent()) {
      Path file = options.output().get();
      if (!Files.isDirectory(requireNonNull(file.toAbsolutePath().getParent()))) {
        throw new Failure(ExitCode.INPUT_OUTPUT, MESSAGES.text("fleet.output", file));
      }
      // slurmctld reads it as its own user
      AtomicFile.replaceKeeping(file, text, PosixFilePermissions.fromString("rw-r--r--"));
      out.println(
          MESSAGES.text("fleet.written", file, fleet.nodes().size(), fleet.groups().size()));
    } else {
      out.print(text);
    }
    out.flush();
  }
}
