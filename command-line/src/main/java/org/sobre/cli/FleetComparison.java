package org.sobre.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.sobre.hardware.message.Messages;
import org.sobre.slurm.fleet.FleetFormatException;
import org.sobre.slurm.fleet.FleetInventory;
import org.sobre.slurm.fleet.FleetInventory.Loss;
import org.sobre.slurm.fleet.FleetListParser;
import org.sobre.slurm.fleet.FleetRenderer;
import org.sobre.slurm.fleet.HostRange;

/** The lists of nodes that are there already, against the one that is to be written. */
final class FleetComparison {

  private static final Messages MESSAGES = Messages.of(FleetComparison.class);

  private final List<FleetInventory> lists = new ArrayList<>();
  private final Consumer<String> remarks;

  private FleetComparison(Consumer<String> remarks) {
    this.remarks = remarks;
  }

  /**
   * Reads {@code --previous} and what {@code --output} would replace.
   *
   * @param remarks takes a line for a person
   * @throws Failure if one has no nodes, so that nothing could be missed, or would be replaced and
   *     is no list of ours
   */
  static FleetComparison of(FleetOptions options, Consumer<String> remarks) throws IOException {
    FleetComparison comparison = new FleetComparison(remarks);
    for (Path file : options.comparedWith()) {
      boolean replaced = options.output().filter(file::equals).isPresent();
      Optional<String> text = replaced ? ours(file) : Optional.of(text(file));
      if (text.isPresent()) {
        comparison.add(file, text.get());
      } else {
        remarks.accept(MESSAGES.text("fleet.blank", file));
      }
    }
    return comparison;
  }

  /** Empty for a file that somebody has made for the list to come. */
  private static Optional<String> ours(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new Failure(ExitCode.BAD_DATA, MESSAGES.text("fleet.notAFile", file));
    }
    String text = text(file);
    if (!FleetRenderer.mayHaveWritten(text)) {
      throw new Failure(ExitCode.BAD_DATA, MESSAGES.text("fleet.foreign", file));
    }
    return text.isBlank() ? Optional.empty() : Optional.of(text);
  }

  private static String text(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      // one more than is read, so that the parser sees that it is too long
      return new String(in.readNBytes(FleetListParser.LONGEST + 1), UTF_8);
    }
  }

  private void add(Path file, String text) {
    try {
      lists.add(FleetListParser.parse(text));
    } catch (FleetFormatException e) {
      throw new Failure(
          ExitCode.BAD_DATA,
          FleetGres.oneLine(MESSAGES.text("fleet.previous", file, String.valueOf(e.getMessage()))));
    }
    for (String included : FleetListParser.includes(text)) {
      remarks.accept(MESSAGES.text("fleet.include", file, included));
    }
  }

  /** The names of all nodes that stand in a list. */
  Set<String> names() {
    return lists.stream()
        .flatMap(list -> list.nodes().keySet().stream())
        .collect(Collectors.toSet());
  }

  /**
   * @param accepted which nodes may be lost or have less
   * @throws Failure if another is
   */
  void refuseLosses(FleetInventory now, Predicate<String> accepted) {
    List<Loss> losses =
        lists.stream()
            .flatMap(list -> list.lossesTo(now).stream())
            .filter(loss -> !accepted.test(loss.node()))
            .distinct()
            .toList();
    if (losses.isEmpty()) {
      return;
    }
    losses.forEach(loss -> remarks.accept(loss.gone() ? gone(loss) : less(loss)));
    String nodes = HostRange.compress(losses.stream().map(Loss::node).toList());
    throw new Failure(ExitCode.BAD_DATA, FleetGres.oneLine(MESSAGES.text("fleet.lost.all", nodes)));
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

  /**
   * Names the nodes that no list had: one that has moved out of the lists must not come back into
   * them unseen. Where nothing is compared, all are new and none is worth a word.
   *
   * @param gpusOnly whether nodes without GPUs have no line, so that a list says nothing of them
   */
  void nameNewcomers(FleetInventory now, boolean gpusOnly) {
    Set<String> known = names();
    Set<String> newcomers =
        now.nodes().entrySet().stream()
            .filter(node -> !gpusOnly || !node.getValue().gpus().isEmpty())
            .map(node -> node.getKey())
            .filter(node -> !known.contains(node))
            .collect(Collectors.toSet());
    if (!lists.isEmpty() && !newcomers.isEmpty()) {
      remarks.accept(MESSAGES.text("fleet.new", HostRange.compress(newcomers)));
    }
  }
}
