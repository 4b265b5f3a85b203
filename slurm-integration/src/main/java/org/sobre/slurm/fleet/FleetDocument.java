package org.sobre.slurm.fleet;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.gres.NodeGres;
import org.sobre.slurm.gres.SlurmNode;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.NodeDocumentCodec;
import org.sobre.slurm.node.PublishedGpu;

/**
 * What one node says of itself, proved fit to stand in the controller's own configuration: a line
 * that slurmctld cannot read stops it, and with it the cluster, so nothing of a document reaches a
 * line but what is of the form that Sobre writes. Pure: text in, record out.
 *
 * @param node in Slurm's terms
 * @param at when the node looked at itself
 * @param registersItself whether it makes its own record in Slurm: beside a NodeName= line its
 *     slurmd would die of the doubled name
 * @param gpus every GPU found, given to Slurm or not
 */
public record FleetDocument(
    SlurmNode node, Instant at, boolean registersItself, List<PublishedGpu> gpus) {

  /** In characters; a node with sixteen cards has some 20 000. */
  public static final int LONGEST = 16 << 20;

  /** What a directory of the ledger may be called. */
  static final Pattern NODE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  private static final Pattern FEATURE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}");
  private static final Pattern CORES =
      Pattern.compile("\\d{1,6}(-\\d{1,6})?(,\\d{1,6}(-\\d{1,6})?)*");

  /** Where a card's file may be; which characters its path may have {@link NodeGres} says. */
  private static final Path DEVICES = Path.of("/dev");

  private static final int LONGEST_FILE = 100;

  private static final int LONGEST_CORES = 1000;

  /** A share is a MiB or more; no card has a TiB yet. */
  private static final int MOST_SHARDS = 1 << 20;

  /** GRES_MAX_LINK of Slurm's interfaces/gres.h. */
  private static final int MOST_LINKS = 1023;

  /** Of one node; Slurm's own limit for a gres with files (gres.conf(5), Count). */
  private static final int MOST_GRES = 1024;

  private static final int LONGEST_TYPE = 200;

  /** 1 EiB: more is a slip, and Slurm's number would overflow. */
  private static final long MOST_MEBIBYTES = 1L << 40;

  private static final int MOST_THREADS = 65_535;

  public FleetDocument {
    requireNonNull(node, "node");
    requireNonNull(at, "at");
    gpus = List.copyOf(gpus);
  }

  /** The card that an entry of the node's gres is, or is a part of. */
  public Optional<PublishedGpu> gpuOf(GresEntry entry) {
    return gpus.stream().filter(gpu -> gpu.device().equals(Optional.of(entry.board()))).findFirst();
  }

  /**
   * @param expected the node whose document this must be, by the name of its directory or file
   * @throws JsonShapeException saying what of the text is not as a node writes it
   */
  public static FleetDocument read(String expected, String text) throws JsonShapeException {
    if (text.length() > LONGEST) {
      throw new JsonShapeException(
          "expected at most " + LONGEST + " characters, found " + text.length());
    }
    JsonObject json = JsonObject.parse(text);
    NodeDocument document = NodeDocumentCodec.read(json);
    require(
        document.node().equals(expected),
        "node",
        "the name of its place, " + expected,
        document.node());
    checkMachine(document);
    checkGres(document);
    try {
      NodeGres gres = new NodeGres(document.gres(), vendor(document));
      return new FleetDocument(
          new SlurmNode(
              document.node(), document.cpu(), document.memory(), gres, document.features()),
          at(json),
          json.bool("registersItself").orElse(false),
          document.gpus());
    } catch (IllegalArgumentException e) {
      throw new JsonShapeException(String.valueOf(e.getMessage()));
    }
  }

  private static void checkMachine(NodeDocument document) throws JsonShapeException {
    String name = document.node();
    require(NODE_NAME.matcher(name).matches(), "node", "a host name", name);
    long mebibytes = document.memory().mebibytes();
    require(mebibytes > 0 && mebibytes <= MOST_MEBIBYTES, "memoryMiB", "1 to 2^40", "" + mebibytes);
    int threads = document.cpu().threads();
    require(threads <= MOST_THREADS, "cpu.threads", "at most " + MOST_THREADS, "" + threads);
    require(
        threads >= document.cpu().cores() && document.cpu().cores() >= document.cpu().sockets(),
        "cpu",
        "no fewer threads than cores, no fewer cores than sockets",
        document.cpu().toString());
    for (String feature : document.features()) {
      require(FEATURE.matcher(feature).matches(), "features", "[A-Za-z0-9_.-]", feature);
    }
  }

  private static void checkGres(NodeDocument document) throws JsonShapeException {
    List<GresEntry> entries = document.gres();
    require(entries.size() <= MOST_GRES, "gres", "at most " + MOST_GRES, "" + entries.size());
    for (GresEntry entry : entries) {
      String place = "gres[" + entry.position() + "]";
      require(entry.name().equals("gpu"), place + ".name", "gpu", entry.name());
      require(
          entry.type().length() <= LONGEST_TYPE, place + ".type", "a shorter type", entry.type());
      String cores = entry.cores().orElse("0");
      // the length first: such a pattern recurses, a level for each range
      require(
          cores.length() <= LONGEST_CORES && CORES.matcher(cores).matches(),
          place + ".cores",
          "0-7,16-23",
          cores);
      int shards = entry.shards().orElse(1);
      require(shards <= MOST_SHARDS, place + ".shards", "at most " + MOST_SHARDS, "" + shards);
      List<Integer> links = entry.links();
      require(
          (links.isEmpty() || links.size() == entries.size())
              && links.stream().allMatch(lanes -> lanes >= -1 && lanes <= MOST_LINKS),
          place + ".links",
          "one for each card, -1 to " + MOST_LINKS,
          links.toString());
      for (Path file : entry.files()) {
        require(
            file.startsWith(DEVICES)
                && !file.equals(DEVICES)
                && file.equals(file.normalize())
                && file.toString().length() <= LONGEST_FILE,
            place + ".file",
            "a path in /dev",
            file.toString());
      }
    }
  }

  /** Absent where cards are of several vendors, or of one that this version does not know. */
  private static Optional<GpuVendor> vendor(NodeDocument document) {
    List<Optional<GpuVendor>> vendors =
        document.gres().stream().map(entry -> document.vendorOf(entry.board())).distinct().toList();
    return vendors.size() == 1 ? vendors.get(0) : Optional.empty();
  }

  private static Instant at(JsonObject json) throws JsonShapeException {
    String at = json.requiredString("at");
    try {
      return Instant.parse(at);
    } catch (DateTimeException e) {
      throw new JsonShapeException("at: expected 2026-11-20T14:00:00Z, found " + at);
    }
  }

  private static void require(boolean holds, String key, String expected, String found)
      throws JsonShapeException {
    if (!holds) {
      throw new JsonShapeException(key + ": expected " + expected + ", found \"" + found + "\"");
    }
  }
}
