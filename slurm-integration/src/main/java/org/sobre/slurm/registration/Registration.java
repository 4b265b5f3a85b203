package org.sobre.slurm.registration;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sobre.slurm.command.NodeRecord;
import org.sobre.slurm.gres.NodeGres;
import org.sobre.slurm.node.AdminState;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.Shortfall;

/** Compares what a node says with what Slurm says of it, and decides. Pure. */
final class Registration {

  /** Slurm's, of a node that nobody gave a weight. */
  static final long DEFAULT_WEIGHT = 1;

  /** A node that grew by less is the same: what the kernel keeps for itself varies. */
  private static final double MEMORY_TOLERANCE = 0.01;

  private static final Pattern AUTHOR = Pattern.compile(" \\[[^\\[\\]@ ]+@[^\\[\\] ]+\\]$");

  /**
   * Reasons of Slurm's own: the first is for a count of GPUs that a new registration makes right,
   * the others for a node that is simply back.
   */
  private static final List<String> CURED_BY_REGISTERING =
      List.of("gres/gpu", "gres/shard", "Not responding", "Node unexpectedly rebooted");

  /** Begins every feature that Sobre gives to a node; all others are somebody else's. */
  private static final Pattern OUR_FEATURE = Pattern.compile("(vram|gpu)_.*");

  private Registration() {}

  /**
   * @param holdOut whether the node is to be held out for a reason of ours that the record does not
   *     tell of: a GPU is missing
   */
  static Decision decide(
      NodeDocument document, Optional<NodeRecord> known, BootFacts boot, boolean holdOut) {
    if (known.isEmpty()) {
      return new Decision.Create();
    }
    List<String> differences = differences(document, known.get());
    if (differences.isEmpty()) {
      return isHeldOutByUs(known.get()) && !holdOut ? new Decision.Resume() : new Decision.Keep();
    }
    if (!known.get().isDynamic()) {
      return new Decision.Drain(
          differences,
          "slurm.conf has a NodeName= line for it, whose record is not ours to delete");
    }
    if (!boot.running().isEmpty()) {
      return new Decision.Drain(
          differences, String.join(" and ", boot.running()) + " is running on this node");
    }
    if (!boot.firstOfBoot()) {
      return new Decision.Drain(differences, "the node has been registered in this boot already");
    }
    return new Decision.Replace(differences, adminState(known.get()));
  }

  /**
   * Each as {@code Gres gpu:a=2 -> gpu:a=1}, Slurm's value first; of features only those that come
   * and go. Features of the admin's own never differ; if the record's comment has the digest of
   * what is told now, the record was right once, and features are as an admin wants them.
   */
  static List<String> differences(NodeDocument document, NodeRecord known) {
    List<String> differences = new ArrayList<>();
    compare("Gres", sharesTogether(known.gres()), gres(document), differences);
    if (!NodeComment.says(known.comment(), document.digest())) {
      compareFeatures(ours(known.features()), ours(document.features()), differences);
    }
    compare("CPUs", known.cpus(), document.cpu().threads(), differences);
    long mebibytes = document.memory().mebibytes();
    if (mebibytes < known.realMemoryMebibytes()
        || mebibytes > known.realMemoryMebibytes() * (1 + MEMORY_TOLERANCE)) {
      compare("RealMemory", known.realMemoryMebibytes(), mebibytes, differences);
    }
    return differences;
  }

  /** As Slurm counts them: by type, and all shards of the node together. */
  static Map<String, Integer> gres(NodeDocument document) {
    Map<String, Integer> gres = new TreeMap<>();
    for (GresEntry entry : document.gres()) {
      gres.merge(entry.name() + ":" + entry.type(), 1, Integer::sum);
      entry.shards().ifPresent(shards -> gres.merge(NodeGres.SHARD, shards, Integer::sum));
    }
    return gres;
  }

  /**
   * Slurm's record tells the shares by type once slurmd has registered ({@code shard:nvidia_l4:44},
   * seen with 22.05.8), and before that as they were given to it: {@code shard:66}.
   */
  private static Map<String, Integer> sharesTogether(Map<String, Integer> gres) {
    Map<String, Integer> together = new TreeMap<>();
    gres.forEach(
        (name, count) ->
            together.merge(
                name.startsWith(NodeGres.SHARD + ":") ? NodeGres.SHARD : name,
                count,
                Integer::sum));
    return together;
  }

  private static Set<String> ours(Collection<String> features) {
    return features.stream()
        .filter(feature -> OUR_FEATURE.matcher(feature).matches())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void compare(String what, Object known, Object here, List<String> differences) {
    if (!known.equals(here)) {
      differences.add(what + " " + plain(known) + " -> " + plain(here));
    }
  }

  private static void compareFeatures(
      Set<String> known, Set<String> here, List<String> differences) {
    Set<String> gone = new TreeSet<>(known);
    gone.removeAll(here);
    Set<String> come = new TreeSet<>(here);
    come.removeAll(known);
    compare("Features", gone, come, differences);
  }

  /** Without the braces and blanks of a collection's text: it becomes part of a Reason. */
  private static String plain(Object value) {
    String text = value.toString().replaceAll("[\\[\\]{} ]", "");
    return text.isEmpty() ? "none" : text;
  }

  /**
   * A drain that somebody ordered outlives the record; ours, and those of Slurm that a new
   * registration cures, end with it. An admin's {@code state=down} is kept as a drain: slurmd's
   * {@code --conf} takes State=DRAIN and not State=DOWN.
   */
  static AdminState adminState(NodeRecord known) {
    boolean heldOut = known.isDrained() || known.isDown();
    Optional<String> reason =
        heldOut
            ? Optional.of(
                known.reason().map(Registration::signedOnce).orElse("no reason was given"))
            : Optional.empty();
    boolean nobodySaidSo = known.isDown() && !known.isDrained() && known.reason().isEmpty();
    return new AdminState(
        reason.filter(r -> !nobodySaidSo && !isCured(r)),
        NodeComment.admins(known.comment()),
        known.weight() == DEFAULT_WEIGHT ? OptionalLong.empty() : OptionalLong.of(known.weight()),
        known.extra(),
        known.features().stream()
            .filter(feature -> !OUR_FEATURE.matcher(feature).matches())
            .filter(AdminState::isPlainFeature)
            .toList());
  }

  /**
   * What an admin had said by now. A reason of ours that has taken the place of theirs meanwhile
   * takes nothing away.
   */
  static AdminState latest(AdminState saved, NodeRecord record) {
    AdminState now = adminState(record);
    return new AdminState(
        isHeldOutByUs(record) ? saved.drainReason() : now.drainReason(),
        now.comment(),
        now.weight(),
        now.extra(),
        now.features());
  }

  /**
   * Whether somebody else holds the node out, whose reason is not ours to change. The health check
   * does only as long as it watches all that a reason of ours is about: it gives a node back whose
   * lost card is no longer among those given to Slurm.
   */
  static boolean isHeldOutByOthers(NodeRecord known, PublishedDocument now) {
    boolean down = known.isDown() && known.reason().filter(r -> !isCured(r)).isPresent();
    return (known.isDrained() || down)
        && !isHeldOutByUs(known)
        && !(known.reason().filter(OwnReason::isOfHealth).isPresent()
            && isUnwatched(known, now.document(), now.shortfall()));
  }

  private static boolean isUnwatched(NodeRecord known, NodeDocument document, Shortfall shortfall) {
    Set<String> watched =
        document.gres().stream().map(GresEntry::board).collect(Collectors.toSet());
    return shortfall.refused().isPresent()
        || !differences(document, known).isEmpty()
        || !shortfall.missing().stream()
            .allMatch(gpu -> gpu.device().filter(watched::contains).isPresent());
  }

  static boolean isHeldOutByUs(NodeRecord known) {
    return (known.isDrained() || known.isDown())
        && known.reason().filter(reason -> reason.startsWith(OwnReason.PREFIX)).isPresent();
  }

  static boolean isCured(String reason) {
    return reason.startsWith(OwnReason.PREFIX)
        || CURED_BY_REGISTERING.stream().anyMatch(reason::startsWith);
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
