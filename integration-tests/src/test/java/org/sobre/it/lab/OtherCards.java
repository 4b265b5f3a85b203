package org.sobre.it.lab;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * A node of the lab that boots with other cards than before, of which an admin says that this is
 * meant.
 */
public final class OtherCards {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Lab lab;
  private final String node;

  public OtherCards(Lab lab, String node) {
    this.lab = lab;
    this.node = node;
  }

  /**
   * Boots with the cards of the recordings, and waits until the node is idle and its daemon at
   * work.
   *
   * @param gres what Slurm then says that the node has, as {@code sinfo %G} writes it; {@code
   *     (null)} for none
   * @param recordings as for {@code lab node rehardware}; none: the node's own
   */
  public void boot(String gres, String... recordings) {
    String[] words =
        Stream.concat(Stream.of("node", "rehardware", node), Stream.of(recordings))
            .toArray(String[]::new);
    lab.control(words).text();
    await(node + " with " + gres).atMost(PATIENCE).until(() -> sinfo("%G"), gres::equals);
    await("the registration to be over")
        .atMost(PATIENCE)
        .until(() -> sinfo("%t").equals("idle") || isDrainedByUs());
    if (isDrainedByUs()) {
      await("the share to know of the drain, so that an admin's resume says something")
          .atMost(PATIENCE)
          .until(() -> published().contains("\"drained\" : true"));
      lab.exec("root", "scontrol", "update", "NodeName=" + node, "State=RESUME").text();
    }
    await(node + " idle").atMost(PATIENCE).until(() -> sinfo("%t"), "idle"::equals);
    lab.awaitDaemon(node);
  }

  private boolean isDrainedByUs() {
    return sinfo("%E").startsWith("sobre: register: ");
  }

  private String published() {
    return lab.exec("root", "cat", "/srv/sobre/ledger/" + node + "/node.json").output();
  }

  private String sinfo(String format) {
    return lab.exec("root", "sinfo", "-h", "-N", "-n", node, "-p", "main", "-o", format).text();
  }
}
