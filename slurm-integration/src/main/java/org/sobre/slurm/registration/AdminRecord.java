package org.sobre.slurm.registration;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.sobre.slurm.command.NodeRecord;
import org.sobre.slurm.node.AdminState;

/** What an admin has said of a node, as its record in Slurm has it. Pure. */
final class AdminRecord {

  private static final Pattern AUTHOR = Pattern.compile(" \\[[^\\[\\]@ ]+@[^\\[\\] ]+\\]$");

  private AdminRecord() {}

  /**
   * A drain that somebody ordered outlives the record; ours, and those of Slurm that a new
   * registration cures, end with it, and so does the one of {@code scontrol reboot}. An admin's
   * {@code state=down} is kept as a drain: slurmd's {@code --conf} takes State=DRAIN and not
   * State=DOWN.
   */
  static AdminState of(NodeRecord known) {
    boolean heldOut =
        (known.isDrained() || known.isDown()) && !known.isReturning() && !HeldOut.byUs(known);
    boolean unsaid = heldOut && known.isDrained() && known.reason().isEmpty();
    return new AdminState(
        unsaid
            ? Optional.of("no reason was given")
            : HeldOut.foreignReason(known).filter(r -> heldOut).map(AdminRecord::signedOnce),
        NodeComment.admins(known.comment()),
        known.weight() == Registration.DEFAULT_WEIGHT
            ? OptionalLong.empty()
            : OptionalLong.of(known.weight()),
        known.extra(),
        known.features().stream()
            .filter(feature -> !Registration.isOurs(feature))
            .filter(AdminState::isPlainFeature)
            .toList());
  }

  /**
   * What an admin had said by now. A reason of ours that has taken the place of theirs meanwhile
   * takes nothing away.
   */
  static AdminState latest(AdminState saved, NodeRecord record) {
    AdminState now = of(record);
    return new AdminState(
        HeldOut.byUs(record) ? saved.drainReason() : now.drainReason(),
        now.comment(),
        now.weight(),
        now.extra(),
        now.features());
  }

  /** What goes with the record and does not come back, for the journal. */
  static List<String> unkept(NodeRecord known) {
    List<String> unkept = new ArrayList<>();
    known.cpuBind().ifPresent(bind -> unkept.add("CpuBind=" + bind));
    known.features().stream()
        .filter(feature -> !Registration.isOurs(feature))
        .filter(feature -> !AdminState.isPlainFeature(feature))
        .forEach(feature -> unkept.add("feature " + feature));
    return unkept;
  }

  /**
   * Slurm appends author and time to a reason. A reason restored at an earlier boot carries two:
   * the first is the true one and stays, the second is ours and goes.
   */
  private static String signedOnce(String reason) {
    String withoutLast = AUTHOR.matcher(reason).replaceFirst("");
    return AUTHOR.matcher(withoutLast).find() ? withoutLast : reason;
  }
}
