package org.sobre.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.sobre.energy.ledger.AtomicFile;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.NodeJson;
import org.sobre.slurm.fleet.Fleet;
import org.sobre.slurm.fleet.FleetDirectory;
import org.sobre.slurm.fleet.FleetDirectory.Contents;
import org.sobre.slurm.fleet.FleetDirectory.Present;
import org.sobre.slurm.fleet.FleetDirectory.Refused;
import org.sobre.slurm.fleet.FleetFormatException;
import org.sobre.slurm.fleet.FleetInventory;
import org.sobre.slurm.fleet.FleetInventory.Loss;
import org.sobre.slurm.fleet.FleetListParser;
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
    Contents contents = new FleetDirectory(options.directory()).read();
    refuse(
        contents.refused().stream().filter(one -> !asked.leftOut().contains(one.node())).toList());
    List<Present> used =
        contents.present().stream()
            .filter(one -> !asked.leftOut().contains(one.document().node().node()))
            .toList();
    if (used.isEmpty()) {
      throw new Failure(ExitCode.BAD_DATA, MESSAGES.text("fleet.empty", options.directory()));
    }
    Fleet fleet = new Fleet(used.stream().map(one -> one.document().node()).toList());
    refuseLosses(FleetInventory.of(fleet), asked.accepted());
    used.forEach(one -> noteIfStale(one, asked.staleAfter()));
    if (!contents.silent().isEmpty()) {
      err.println("sobre: " + MESSAGES.text("fleet.silent", HostRange.compress(contents.silent())));
    }
    err.flush();
    deliver(fleet, render(format, fleet));
    return ExitCode.DONE;
  }

  /**
   * What was typed, understood.
   *
   * @param accepted which nodes may be lost
   */
  private record Asked(Set<String> leftOut, Predicate<String> accepted, Duration staleAfter) {}

  /** Before anything is read: a wrong use is told at once. */
  private Asked asked(GresCommand.Format format) {
    if (!FORMATS.contains(format)) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("fleet.format", format));
    }
    boolean all = options.acceptRemoval().filter(ALL::equals).isPresent();
    Set<String> accepted = all ? Set.of() : names("--accept-removal", options.acceptRemoval());
    return new Asked(
        names("--leave-out", options.leaveOut()),
        node -> all || accepted.contains(node),
        options
            .staleAfter()
            .orElseThrow(() -> new Failure(ExitCode.USAGE, MESSAGES.text("fleet.staleAfter"))));
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
      err.println("sobre: " + MESSAGES.text("fleet.refused", one.file(), oneLine(one.why())));
    }
    String nodes = HostRange.compress(refused.stream().map(Refused::node).toList());
    throw new Failure(ExitCode.BAD_DATA, MESSAGES.text("fleet.refused.all", nodes));
  }

  /** A document's own words go to a terminal. */
  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ");
  }

  private void refuseLosses(FleetInventory now, Predicate<String> accepted) throws IOException {
    List<Loss> losses = new ArrayList<>();
    for (Path file : options.comparedWith()) {
      previous(file).lossesTo(now).stream()
          .filter(loss -> !accepted.test(loss.node()))
          .filter(loss -> !losses.contains(loss))
          .forEach(losses::add);
    }
    if (losses.isEmpty()) {
      return;
    }
    for (Loss loss : losses) {
      err.println("sobre: " + (loss.gone() ? gone(loss) : less(loss)));
    }
    String nodes = HostRange.compress(losses.stream().map(Loss::node).toList());
    throw new Failure(ExitCode.BAD_DATA, MESSAGES.text("fleet.lost.all", nodes));
  }

  private static String gone(Loss loss) {
    return loss.had().isEmpty()
        ? MESSAGES.text("fleet.lost.node", loss.node())
        : MESSAGES.text("fleet.lost.nodeWith", loss.node(), loss.had());
  }

  private static String less(Loss loss) {
    return loss.has().isEmpty()
        ? MESSAGES.text("fleet.lost.gpus", loss.node(), loss.had())
        : MESSAGES.text("fleet.lost.some", loss.node(), loss.had(), loss.has());
  }

  private static FleetInventory previous(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      // one more than is read, so that the parser sees that it is too long
      byte[] bytes = in.readNBytes(FleetListParser.LONGEST + 1);
      return FleetListParser.parse(new String(bytes, UTF_8));
    } catch (FleetFormatException e) {
      throw new Failure(
          ExitCode.BAD_DATA,
          MESSAGES.text("fleet.previous", file, oneLine(String.valueOf(e.getMessage()))));
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

  private void noteIfStale(Present one, Duration staleAfter) {
    Duration silence = Duration.between(one.lastSign(), clock.instant());
    if (silence.compareTo(staleAfter) > 0) {
      String node = one.document().node().node();
      err.println(
          "sobre: " + MESSAGES.text("fleet.stale", node, silence.toDays(), one.document().at()));
    }
  }

  private void deliver(Fleet fleet, String text) throws IOException {
    if (options.output().isPresent()) {
      Path file = options.output().get();
      if (!Files.isDirectory(requireNonNull(file.toAbsolutePath().getParent()))) {
        throw new Failure(ExitCode.INPUT_OUTPUT, MESSAGES.text("fleet.output", file));
      }
      AtomicFile.replace(file, text, PosixFilePermissions.fromString("rw-r--r--"));
      out.println(
          MESSAGES.text("fleet.written", file, fleet.nodes().size(), fleet.groups().size()));
    } else {
      out.print(text);
    }
    out.flush();
  }
}
