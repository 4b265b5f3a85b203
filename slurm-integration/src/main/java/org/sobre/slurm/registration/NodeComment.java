package org.sobre.slurm.registration;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node's Comment= in Slurm: what an admin wrote, and after it {@code sobre=} with the beginning
 * of the digest of what Slurm was told when its record was last found right.
 */
final class NodeComment {

  private static final int DIGITS = 16;
  private static final Pattern OURS = Pattern.compile("(?:^|\\s)sobre=([0-9a-f]{16})(?=\\s|$)");

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

  static String with(Optional<String> admins, String digest) {
    return admins.map(text -> text + " ").orElse("") + "sobre=" + cut(digest);
  }

  static boolean says(Optional<String> comment, String digest) {
    return digest(comment).filter(cut(digest)::equals).isPresent();
  }

  private static String cut(String digest) {
    return digest.substring(0, Math.min(DIGITS, digest.length()));
  }
}
