package org.sobre.slurm.gres;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.hardware.probe.ToolRunner;

/**
 * Gives a node's fragment and {@code --conf} to the real {@code slurmd -G}, which reads them as at
 * its start, prints what it understood and exits (5 ms, seen with 22.05.8), before they are given
 * to the slurmd that serves jobs. It contacts no controller and needs no munge.
 */
public final class SlurmdProof {

  /** Which processors slurmd is to check {@code Cores=} against. */
  public enum Processors {
    /** Those it finds on this machine: the node proves itself. */
    OF_THIS_MACHINE,
    /** Those of the description: the proof runs on another machine. */
    AS_DESCRIBED
  }

  /** How a proof came out. */
  public enum Outcome {
    /** slurmd reads everything as it was meant. */
    READ,
    /** slurmd dies of it, or reads something else. */
    REFUSED,
    /** It could not be tried: no slurmd here, or one that fails without any gres too. */
    NOT_TRIED
  }

  /**
   * @param detail why, for a person; empty for {@link Outcome#READ}
   */
  public record Verdict(Outcome outcome, String detail) {
    public Verdict {
      requireNonNull(outcome, "outcome");
      requireNonNull(detail, "detail");
    }

    /** Why slurmd would not serve the GPUs as described; also empty where nobody could be asked. */
    public Optional<String> refusal() {
      return outcome == Outcome.REFUSED ? Optional.of(detail) : Optional.empty();
    }
  }

  /** slurmd's own words for what it does not survive or leaves out. */
  private static final Pattern COMPLAINT =
      Pattern.compile("(?:fatal|error|WARNING): (.*(?:gres|GRES|gpu|File).*)");

  private static final int MAX_SAID = 300;

  private final ToolRunner tools;
  private final Processors processors;
  private final Predicate<Path> isDevice;

  /**
   * Proves with the {@code slurmd} on PATH.
   *
   * @param isDevice whether a file is there and is a device, where slurmd will run
   */
  public SlurmdProof(ToolRunner tools, Processors processors, Predicate<Path> isDevice) {
    this.tools = requireNonNull(tools, "tools");
    this.processors = requireNonNull(processors, "processors");
    this.isDevice = requireNonNull(isDevice, "isDevice");
  }

  /** With the device files of this machine. */
  public SlurmdProof(ToolRunner tools, Processors processors) {
    this(tools, processors, SlurmdProof::isDevice);
  }

  /** Of this machine. */
  public SlurmdProof(ToolRunner tools) {
    this(tools, Processors.OF_THIS_MACHINE);
  }

  /**
   * Returns within about the deadline, of which a third is kept for the question whether a slurmd
   * that does not answer hangs without any gres too.
   *
   * @throws UncheckedIOException if no temporary file can be written
   */
  public Verdict verdict(SlurmNode node, Duration deadline) {
    long begin = System.nanoTime();
    Optional<String> broken = brokenBeforehand(node);
    if (broken.isPresent()) {
      return new Verdict(Outcome.REFUSED, broken.get());
    }
    ToolResult result = read(node, deadline.multipliedBy(2).dividedBy(3));
    if (result.ending() == Ending.NOT_FOUND || result.ending() == Ending.NOT_STARTED) {
      return new Verdict(Outcome.NOT_TRIED, "no slurmd can be run here: " + said(result));
    }
    if (isSilent(node, result)) {
      return new Verdict(Outcome.NOT_TRIED, "slurmd -G printed nothing");
    }
    Optional<String> objection = objection(node.gres(), result);
    if (objection.isEmpty()) {
      return new Verdict(Outcome.READ, "");
    }
    Duration left = deadline.minusNanos(System.nanoTime() - begin);
    return worksWithoutGres(node, left)
        ? new Verdict(Outcome.REFUSED, objection.get())
        : new Verdict(
            Outcome.NOT_TRIED,
            "slurmd -G fails on this node without any gres too: " + words(result));
  }

  /**
   * What slurmd waits 20 s for before it dies, and what it starts with and then gives to no job: a
   * file that is there and is no device ("is not a valid character or block device").
   */
  private Optional<String> brokenBeforehand(SlurmNode node) {
    String text = GresRenderer.gresConf(node);
    Optional<String> rule =
        GresRules.broken(text, file -> Files.exists(file) || isDevice.test(file)).stream()
            .findFirst();
    if (rule.isPresent()) {
      return rule;
    }
    return node.gres().entries().stream()
        .flatMap(entry -> entry.files().stream())
        .filter(file -> !isDevice.test(file))
        .map(file -> "File=" + file + ": expected a character device, found something else")
        .findFirst();
  }

  private static boolean isDevice(Path file) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).isOther();
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<String> objection(NodeGres meant, ToolResult result) {
    Optional<String> complaint = complaint(result.stderr());
    if (!result.succeeded()) {
      return Optional.of("slurmd -G: " + complaint.orElseGet(() -> words(result)));
    }
    List<SlurmdGresLine> read = SlurmdGresLine.parse(result.stdout() + "\n" + result.stderr());
    return SlurmdReading.difference(meant, read).or(() -> binding(result.stderr()));
  }

  /** As 24.11.0's: "Fix regression where slurmd -G gives no output" (Slurm's CHANGELOG). */
  private static boolean isSilent(SlurmNode node, ToolResult result) {
    return result.succeeded()
        && !node.gres().entries().isEmpty()
        && (result.stdout() + result.stderr()).isBlank();
  }

  /** slurmd goes on without the cores that it could not place; the controller may not. */
  private static Optional<String> binding(String stderr) {
    return stderr
        .lines()
        .filter(line -> line.contains("Invalid GRES data for"))
        .findFirst()
        .map(line -> "slurmd -G: " + line.strip());
  }

  private static Optional<String> complaint(String stderr) {
    List<String> found =
        COMPLAINT.matcher(stderr).results().map(match -> match.group(1)).distinct().toList();
    return found.isEmpty() ? Optional.empty() : Optional.of(cut(String.join("; ", found)));
  }

  private static String said(ToolResult result) {
    String text = (result.stderr() + result.stdout()).strip();
    return result.ending() == Ending.TIMED_OUT
        ? "no answer within "
            + result.took().toMillis()
            + " ms"
            + (text.isEmpty() ? "" : "; " + cut(text))
        : cut(text);
  }

  /** Of one that says nothing how it ended, so that no sentence stops at its colon. */
  private static String words(ToolResult result) {
    String said = said(result);
    return said.isEmpty() ? "it says nothing, exit status " + status(result) : said;
  }

  private static String status(ToolResult result) {
    return result.exitStatus().isPresent()
        ? Integer.toString(result.exitStatus().getAsInt())
        : "unknown";
  }

  private static String cut(String text) {
    String line = String.join("; ", text.lines().toList());
    return line.substring(0, Math.min(line.length(), MAX_SAID));
  }

  private boolean worksWithoutGres(SlurmNode node, Duration deadline) {
    return !deadline.isNegative()
        && !deadline.isZero()
        && read(node.withoutGpus(), deadline).succeeded();
  }

  private ToolResult read(SlurmNode node, Duration deadline) {
    try {
      Path directory = Files.createTempDirectory("sobre-slurmd-proof");
      try {
        Path conf = directory.resolve("slurm.conf");
        Files.writeString(
            directory.resolve("gres.conf"), "AutoDetect=off\n" + GresRenderer.gresConf(node));
        Files.writeString(conf, slurmConf(node, directory));
        return tools.run(command(node, conf), deadline);
      } finally {
        delete(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> command(SlurmNode node, Path conf) {
    List<String> command =
        new ArrayList<>(List.of("slurmd", "-G", "-Z", "-N", node.node(), "-f", conf.toString()));
    String description = (cpus(node.cpu()) + " " + GresRenderer.slurmdConf(node)).strip();
    if (!description.isEmpty()) {
      command.addAll(List.of("--conf", description));
    }
    return command;
  }

  private String cpus(CpuTopology cpu) {
    return processors == Processors.AS_DESCRIBED ? GresRenderer.cpus(cpu) : "";
  }

  private String slurmConf(SlurmNode node, Path directory) {
    return """
        ClusterName=proof
        SlurmctldHost=localhost
        SlurmUser=root
        SelectType=select/cons_tres
        MaxNodeCount=1
        GresTypes=%s
        SlurmdSpoolDir=%s
        SlurmdPidFile=%s/pid
        %s"""
        .formatted(
            String.join(",", node.gres().names()),
            directory,
            directory,
            processors == Processors.AS_DESCRIBED ? "SlurmdParameters=config_overrides\n" : "");
  }

  /** With what slurmd left there. */
  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // it stays until the next boot empties /tmp: no reason to lose the verdict
    }
  }
}
