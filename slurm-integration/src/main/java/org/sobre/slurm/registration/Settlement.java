package org.sobre.slurm.registration;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sobre.slurm.command.NodeRecord;
import org.sobre.slurm.node.AdminState;
import org.sobre.slurm.node.MissingGpu;
import org.sobre.slurm.node.Shortfall;

/**
 * What is to be done about a record of this node that is not deleted: drain, resume, comment. Pure.
 *
 * @param updates as scontrol names them; empty if the record is as it should be
 * @param said for the journal, a sentence each
 * @param shortfall what node.json is to say afterwards
 * @param holdsOut whether there is a reason of ours to hold the node out
 * @param early whether it is to be looked at again once slurmd has registered: Slurm takes no
 *     RESUME before
 */
record Settlement(
    Map<String, String> updates,
    List<String> said,
    Shortfall shortfall,
    boolean holdsOut,
    boolean early) {

  Settlement {
    updates = new TreeMap<>(updates);
    said = List.copyOf(said);
  }

  static Settlement of(
      PublishedDocument published, NodeRecord record, RegistrationPolicy policy, Moment moment) {
    PublishedDocument now = published.with(RecordedShortfall.of(published, record));
    List<String> said = new ArrayList<>();
    List<String> differences = Registration.differences(now.document(), record);
    if (!differences.isEmpty()) {
      said.add(
          "Slurm's record of " + record.name() + " differs: " + String.join("; ", differences));
    }
    boolean right = Registration.promises(now.document(), record).isEmpty();
    Optional<String> own =
        right
            ? OwnReason.of(now.document(), now.shortfall(), policy.drainsForMissingGpus())
            : Optional.of(OwnReason.differing(differences));
    own.ifPresent(said::add);
    Map<String, String> updates = state(now, record, own, moment, said);
    boolean drained = isOurs(updates, record, own);
    Shortfall shortfall = now.shortfall();
    if (record.isReturning()) {
      // Slurm lifts the drain with the next registration: that is nobody's word on the card
      shortfall = RecordedShortfall.undrained(shortfall);
    } else if (drained && right && shortfall.refused().isEmpty()) {
      shortfall = told(shortfall);
    }
    updates.putAll(rest(now.with(shortfall), record, right));
    boolean early =
        moment == Moment.AFTER_SLURMD
            && record.awaitsRegistration()
            && (record.isReturning()
                || (own.isEmpty()
                    && differences.isEmpty()
                    && HeldOut.byUs(record)
                    && !updates.containsKey("State")));
    return new Settlement(updates, said, shortfall, own.isPresent(), early);
  }

  private static Map<String, String> state(
      PublishedDocument now,
      NodeRecord record,
      Optional<String> own,
      Moment moment,
      List<String> said) {
    Optional<String> admins =
        now.admin().drainReason().filter(r -> own.isEmpty() || !OwnReason.isOfHealth(r));
    if (admins.isPresent() && HeldOut.foreignReason(record).isEmpty()) {
      said.add("it stays drained: " + admins.get());
      return drain(admins.get());
    }
    if (own.isEmpty()) {
      return HeldOut.byUs(record) ? resume(record, moment, said) : new TreeMap<>();
    }
    if (HeldOut.byOthers(record, now)) {
      said.add("it is drained already (" + record.reason().orElse("") + ") and stays as it is");
      return new TreeMap<>();
    }
    boolean stands =
        record.isDrained() && record.reason().filter(r -> r.startsWith(own.get())).isPresent();
    return stands ? new TreeMap<>() : drain(own.get());
  }

  private static Map<String, String> drain(String reason) {
    return new TreeMap<>(Map.of("State", "DRAIN", "Reason", reason));
  }

  private static Map<String, String> resume(NodeRecord record, Moment moment, List<String> said) {
    String right = "Slurm's record of " + record.name() + " is right: ";
    String ours = record.reason().map(reason -> "the drain (" + reason + ")").orElse("our drain");
    if (moment == Moment.BEFORE_SLURMD) {
      said.add(right + ours + " is lifted when slurmd has registered");
      return new TreeMap<>();
    }
    if (record.awaitsRegistration()) {
      said.add(right + ours + " stays until Slurm takes a registration of slurmd as valid");
      return new TreeMap<>();
    }
    said.add(right + ours + " is lifted");
    return new TreeMap<>(Map.of("State", "RESUME"));
  }

  /** Whether the node is drained, or will be, for the reason that we have now. */
  private static boolean isOurs(
      Map<String, String> updates, NodeRecord record, Optional<String> own) {
    return own.isPresent()
        && (updates.containsKey("Reason")
            ? own.get().equals(updates.get("Reason"))
            : record.reason().filter(r -> r.startsWith(own.get())).isPresent());
  }

  private static Shortfall told(Shortfall shortfall) {
    List<MissingGpu> missing = shortfall.missing();
    return shortfall.withMissing(missing.stream().map(gpu -> gpu.drained(true)).toList());
  }

  /** Comment, Extra and weight; the digest only beside a record that is right. */
  private static Map<String, String> rest(PublishedDocument now, NodeRecord record, boolean right) {
    Map<String, String> updates = new TreeMap<>();
    AdminState admin = now.admin();
    Optional<String> text = NodeComment.admins(record.comment()).or(admin::comment);
    Optional<String> comment =
        right
            ? Optional.of(
                NodeComment.with(text, now.document().digest(), now.shortfall().missing()))
            : text;
    if (!comment.equals(record.comment()) && (right || record.comment().isEmpty())) {
      comment.ifPresent(c -> updates.put("Comment", c));
    }
    if (record.extra().isEmpty()) {
      admin.extra().ifPresent(extra -> updates.put("Extra", extra));
    }
    if (admin.weight().isPresent() && record.weight() == Registration.DEFAULT_WEIGHT) {
      updates.put("Weight", Long.toString(admin.weight().getAsLong()));
    }
    return updates;
  }
}
