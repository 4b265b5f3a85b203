package org.sobre.slurm.registration;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sobre.hardware.units.PciAddress;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.MissingGpu;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.Shortfall;

/** Why we drain a node, in the words that stand in Slurm. All begin with {@link #PREFIX}. */
final class OwnReason {

  /** Begins every reason that a registration gives to a node, and no other's. */
  static final String PREFIX = "sobre: register:";

  /** Begins the health check's reasons, which it lifts itself when their cause is gone. */
  private static final String HEALTH = "sobre: health:";

  private static final int MOST = 400;
  private static final int NAMED = 3;

  private static final Pattern MISSING =
      Pattern.compile(
          Pattern.quote(PREFIX)
              + " \\d{1,4} of (\\d{1,4}) GPUs? (?:is|are) missing: (.*?)"
              + "(?: and \\d+ more)?(?:;.*|\\.\\.\\..*| \\[[^\\[]*)?");

  private static final Pattern CARD =
      Pattern.compile("(.+?)(?: at ([0-9a-fA-F:.]+))?(?: \\(([^()]+)\\))?");

  private OwnReason() {}

  /**
   * What a reason of ours tells of missing GPUs.
   *
   * @param inAll how many the node should have
   * @param named those that it names, three at most
   */
  record MissingInWords(int inAll, List<MissingGpu> named) {
    MissingInWords {
      named = List.copyOf(named);
    }
  }

  /**
   * The way back from {@link #of}, for a node whose own memory is away.
   *
   * @param reason as Slurm's record has it, with what Slurm appends
   * @return empty if it tells of something else
   */
  static Optional<MissingInWords> read(String reason, Instant now) {
    Matcher told = MISSING.matcher(reason);
    if (!told.matches()) {
      return Optional.empty();
    }
    List<MissingGpu> named = new ArrayList<>();
    for (String words : told.group(2).split(", ", -1)) {
      Matcher card = CARD.matcher(words);
      if (card.matches()) {
        named.add(
            new MissingGpu(
                Optional.ofNullable(card.group(3)),
                Optional.ofNullable(card.group(2)).flatMap(PciAddress::parse),
                card.group(1),
                now,
                true));
      }
    }
    return Optional.of(new MissingInWords(Integer.parseInt(told.group(1)), named));
  }

  /**
   * Of what the node should give and does not.
   *
   * @param drainForMissing whether a missing GPU is a reason to drain: {@code health.policy}
   */
  static Optional<String> of(NodeDocument document, Shortfall shortfall, boolean drainForMissing) {
    if (shortfall.refused().isPresent()) {
      return Optional.of(
          text(" slurmd refuses the gres description: " + shortfall.refused().get()));
    }
    return shortfall.missing().isEmpty() || !drainForMissing
        ? Optional.empty()
        : Optional.of(text(" " + missing(document, shortfall.missing()) + advice(document)));
  }

  /** Whether a reason is the health check's. */
  static boolean isOfHealth(String reason) {
    return reason.startsWith(HEALTH);
  }

  static String differing(List<String> differences) {
    return text(" hardware differs, reboot to register: " + String.join("; ", differences));
  }

  /** {@code 1 of 4 GPUs is missing: NVIDIA L4 at 0000:01:00.0 (GPU-…)}. */
  static String missing(NodeDocument document, List<MissingGpu> missing) {
    List<String> given = document.gres().stream().map(GresEntry::board).distinct().toList();
    long well =
        given.stream()
            .filter(
                id -> missing.stream().noneMatch(m -> m.device().filter(id::equals).isPresent()))
            .count();
    return missing.size()
        + " of "
        + (well + missing.size())
        + (well + missing.size() == 1 ? " GPU " : " GPUs ")
        + (missing.size() == 1 ? "is" : "are")
        + " missing: "
        + missing.stream().limit(NAMED).map(MissingGpu::inWords).collect(Collectors.joining(", "))
        + (missing.size() > NAMED ? " and " + (missing.size() - NAMED) + " more" : "");
  }

  private static String advice(NodeDocument document) {
    return "; taken out on purpose? scontrol update nodename=" + document.node() + " state=resume";
  }

  /** One line that no shell, quote or table stumbles over. */
  private static String text(String rest) {
    String plain = (PREFIX + rest).replaceAll("[^\\x20-\\x7e]", "?").replaceAll("[\"'`\\\\|]", "");
    return plain.length() <= MOST ? plain : plain.substring(0, MOST - 3) + "...";
  }
}
