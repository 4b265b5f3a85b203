package org.sobre.slurm.registration;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sobre.slurm.command.NodeRecord;
import org.sobre.slurm.node.AdminState;
import org.sobre.slurm.node.MissingGpu;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.Shortfall;

/**
 * What is left to be done about Slurm's record of a node when slurmd runs: the record is not
 * deleted any more, so this only drains, resumes and comments. Pure.
 *
 * @param updates as scontrol names them; empty if the record is as it should be
 * @param said for the journal, a sentence each
 * @param shortfall what node.json is to say afterwards
 */
record Settlement(Map<String, String> updates, List<String> said, Shortfall shortfall) {

  Settlement {
    updates = new TreeMap<>(updates);
    said = List.copyOf(said);
  }

  static Settlement of(PublishedDocument now, NodeRecord record, RegistrationPolicy policy) {
    Map<String, String> updates = new TreeMap<>();
    List<String> said = new ArrayList<>();
    List<String> differences = Registration.differences(now.document(), record);
    if (!differences.isEmpty()) {
      said.add(
          "Slurm's record of " + record.name() + " differs: " + String.join("; ", differences));
    }
    Shortfall shortfall = known(now.shortfall(), record);
    Optional<String> own =
        differences.isEmpty()
            ? OwnReason.of(now.document(), shortfall, policy.drainsForMissingGpus())
            : Optional.of(OwnReason.differing(differences));
    Optional<String> admins =
        now.admin().drainReason().filter(r -> own.isEmpty() || !OwnReason.isOfHealth(r));
    if (isGone(admins, record)) {
      shortfall = now.shortfall();
      updates.put("State", "DRAIN");
      updates.put("Reason", admins.orElseThrow());
    } else {
      own.ifPresent(said::add);
      shortfall = holdOut(own, now.with(shortfall), record, updates, said);
    }
    rest(now.admin(), now.document(), record, differences.isEmpty(), updates);
    return new Settlement(updates, said, shortfall);
  }

  /** The admin's reason went with the record. What somebody has said meanwhile stands. */
  private static boolean isGone(Optional<String> reason, NodeRecord record) {
    return reason.isPresent() && record.reason().isEmpty();
  }

  /** An admin who has resumed the node knows of what it was drained for. */
  private static Shortfall known(Shortfall shortfall, NodeRecord record) {
    return record.isDrained()
        ? shortfall
        : shortfall.withMissing(shortfall.missing().stream().filter(g -> !g.drained()).toList());
  }

  private static Shortfall holdOut(
      Optional<String> own,
      PublishedDocument now,
      NodeRecord record,
      Map<String, String> updates,
      List<String> said) {
    Shortfall shortfall = now.shortfall();
    if (own.isEmpty()) {
      if (Registration.isHeldOutByUs(record)) {
        updates.put("State", "RESUME");
        said.add("it is right again: our drain is lifted");
      }
      return shortfall;
    }
    if (record.reason().isPresent() && Registration.isHeldOutByOthers(record, now)) {
      said.add("it is drained already (" + record.reason().orElse("") + ") and stays as it is");
      return shortfall;
    }
    if (!record.isDrained() || record.reason().filter(r -> r.startsWith(own.get())).isEmpty()) {
      updates.put("State", "DRAIN");
      updates.put("Reason", own.get());
    }
    List<MissingGpu> missing = shortfall.missing();
    return shortfall.withMissing(missing.stream().map(gpu -> gpu.drained(true)).toList());
  }

  /** Comment, Extra and weight; the digest only beside a record that is right. */
  private static void rest(
      AdminState admin,
      NodeDocument document,
      NodeRecord record,
      boolean right,
      Map<String, String> updates) {
    Optional<String> text = NodeComment.admins(record.comment()).or(admin::comment);
    Optional<String> comment =
        right ? Optional.of(NodeComment.with(text, document.digest())) : text;
    if (!comment.equals(record.comment()) && (right || record.comment().isEmpty())) {
      comment.ifPresent(c -> updates.put("Comment", c));
    }
    if (record.extra().isEmpty()) {
      admin.extra().ifPresent(extra -> updates.put("Extra", extra));
    }
    if (admin.weight().isPresent() && record.weight() == Registration.DEFAULT_WEIGHT) {
      updates.put("Weight", Long.toString(admin.weight().getAsLong()));
    }
  }
}
