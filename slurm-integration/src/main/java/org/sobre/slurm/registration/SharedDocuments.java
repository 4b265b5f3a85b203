package org.sobre.slurm.registration;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.slurm.node.NodeDocument;

/**
 * The documents that sobre-monitord leaves in the node's directory of the shared ledger. A program
 * of its own reads them, as the daemon's user: a share that hangs holds that program and not us,
 * and on many shares root is nobody.
 */
public final class SharedDocuments implements EarlierBoots {

  static final Duration DEADLINE = Duration.ofSeconds(2);

  private static final List<String> AS_DAEMON =
      List.of("setpriv", "--reuid", "sobre", "--regid", "sobre", "--init-groups");

  private final ToolRunner tools;
  private final Path ledger;
  private final boolean root;

  /**
   * @param ledger the shared directory
   * @param root whether this process is root, which then reads as user sobre
   */
  public SharedDocuments(ToolRunner tools, Path ledger, boolean root) {
    this.tools = requireNonNull(tools, "tools");
    this.ledger = requireNonNull(ledger, "ledger");
    this.root = root;
  }

  /**
   * The newest document of another boot; what is not this node's own, or cannot be read, counts for
   * nothing.
   */
  @Override
  public Optional<String> before(String node, String boot) {
    for (String name : List.of("node.json", "node.previous.json")) {
      ToolResult result = read(ledger.resolve(node).resolve(name));
      if (result.ending() == Ending.TIMED_OUT) {
        return Optional.empty();
      }
      if (result.succeeded() && isOfBootBefore(result.stdout(), node, boot)) {
        return Optional.of(result.stdout());
      }
    }
    return Optional.empty();
  }

  private ToolResult read(Path file) {
    List<String> command = new ArrayList<>(root ? AS_DAEMON : List.of());
    command.addAll(List.of("cat", file.toString()));
    return tools.run(command, DEADLINE);
  }

  private static boolean isOfBootBefore(String text, String node, String boot) {
    try {
      NodeDocument document = LastBoot.read(text).document();
      return document.node().equals(node) && !document.boot().equals(boot);
    } catch (JsonShapeException e) {
      return false;
    }
  }
}
