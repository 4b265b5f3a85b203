package org.sobre.slurm.registration;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sobre.slurm.command.NodeRecord;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.Shortfall;

/** Who holds a node out of service, by what Slurm's record says. Pure. */
final class HeldOut {

  /**
   * What slurmctld gives as the reason when a node registers with less than its record says, the
   * first of several that it joins with a comma ({@code validate_node_specs} in
   * src/slurmctld/node_mgr.c and {@code gres_node_config_validate} in src/common/gres.c, tag
   * slurm-22-05-8-1). Not read with its author, which is the site's SlurmUser.
   */
  private static final Pattern REGISTERED_LESS =
      Pattern.compile(
          "(gres/\\S+ count (reported lower than configured|too low|changed and jobs) .*"
              + "|Low socket\\*core\\*thread count|Low CPUs|Low TmpDisk"
              + "|Low RealMemory \\(reported:.*)"
              + "(, .*)?( \\[[^\\[\\]]*\\])?");

  /** Of a node that is simply back. */
  private static final Pattern WAS_AWAY =
      Pattern.compile("(Not responding|Node unexpectedly rebooted)( \\[[^\\[\\]]*\\])?");

  private HeldOut() {}

  /**
   * Whether the reason is ours to change and to lift: one that we gave, one of Slurm's about a
   * registration, and none at all. Slurm takes no drain without a reason, but for slurmd's {@code
   * --conf State=DRAIN}, which we have it say.
   */
  static boolean byUs(NodeRecord known) {
    if (!known.isDrained() && !known.isDown()) {
      return false;
    }
    return known
        .reason()
        .map(HeldOut::isOurs)
        .orElseGet(() -> known.isDrained() && known.isDynamic());
  }

  /**
   * Whether somebody else holds the node out, whose reason is not ours to change. The health check
   * does only as long as it watches all that a reason of ours is about: it gives a node back whose
   * lost card is no longer among those given to Slurm. Nor does who ordered a reboot after which
   * Slurm gives the node back.
   */
  static boolean byOthers(NodeRecord known, PublishedDocument now) {
    boolean down = known.isDown() && foreignReason(known).isPresent();
    return (known.isDrained() || down)
        && !known.isReturning()
        && !byUs(known)
        && !(known.reason().filter(OwnReason::isOfHealth).isPresent()
            && isUnwatched(known, now.document(), now.shortfall()));
  }

  private static boolean isUnwatched(NodeRecord known, NodeDocument document, Shortfall shortfall) {
    Set<String> watched =
        document.gres().stream().map(GresEntry::board).collect(Collectors.toSet());
    return shortfall.refused().isPresent()
        || !Registration.promises(document, known).isEmpty()
        || !shortfall.missing().stream()
            .allMatch(gpu -> gpu.device().filter(watched::contains).isPresent());
  }

  /** The record's reason, if it is one that outlives a new registration. */
  static Optional<String> foreignReason(NodeRecord known) {
    return known.reason().filter(reason -> !isCured(reason));
  }

  /** Whether a reason ends with a new registration. */
  static boolean isCured(String reason) {
    return isOurs(reason) || WAS_AWAY.matcher(reason).matches();
  }

  private static boolean isOurs(String reason) {
    return reason.startsWith(OwnReason.PREFIX) || REGISTERED_LESS.matcher(reason).matches();
  }
}
