package org.sobre.slurm.registration;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.slurm.node.MissingGpu;

/**
 * A node's Comment= in Slurm: what an admin wrote, and after it {@code sobre=} with the beginning
 * of the digest of what Slurm was told when its record was last found right. A hyphen and eight
 * digits more tell for which missing GPUs the node was drained in the same update: if it is not
 * drained any more, somebody has resumed it.
 */
final class NodeComment {

  private static final int DIGITS = 16;
  private static final Pattern OURS =
      Pattern.compile("(?:^|\\s)sobre=([0-9a-f]{16})(?:-([0-9a-f]{8}))?(?=\\s|$)");

  private NodeComment() {}

  /** The digest that stands in a comment; empty if none does. */
  static Optional<String> digest(Optional<String> comment) {
    Matcher ours = OURS.matcher(comment.orElse(""));
    return ours.find() ? Optional.of(ours.group(1)) : Optional.empty();
  }

  /** What stands in it beside ours; empty if that is nothing. */
  static Optional<String> admins(Optional<String> comment) {
    String text = OURS.matcher(comment.orElse("")).replaceAll("").strip();
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /**
   * @param missing what the node misses, drained for or not
   */
  static String with(Optional<String> admins, String digest, List<MissingGpu> missing) {
    List<MissingGpu> told = missing.stream().filter(MissingGpu::drained).toList();
    return admins.map(text -> text + " ").orElse("")
        + "sobre="
        + cut(digest)
        + (told.isEmpty() ? "" : "-" + mark(told));
  }

  /** Whether the node was drained for these GPUs and no others. */
  static boolean tellsOf(Optional<String> comment, List<MissingGpu> missing) {
    Matcher ours = OURS.matcher(comment.orElse(""));
    return ours.find() && mark(missing).equals(ours.group(2));
  }

  private static String mark(List<MissingGpu> missing) {
    List<String> cards =
        missing.stream()
            .map(gpu -> gpu.device().or(() -> gpu.pciAddress().map(Object::toString)))
            .map(id -> id.orElse(""))
            .sorted()
            .toList();
    return String.format(Locale.ROOT, "%08x", cards.hashCode());
  }

  static boolean says(Optional<String> comment, String digest) {
    return digest(comment).filter(cut(digest)::equals).isPresent();
  }

  private static String cut(String digest) {
    return digest.substring(0, Math.min(DIGITS, digest.length()));
  }
}
