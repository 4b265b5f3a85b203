package org.sobre.hardware.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.sobre.hardware.message.Messages;

/** The did-you-mean of unknown keys and names. */
public final class Suggestion {

  private static final Messages MESSAGES = Messages.of(Suggestion.class);
  private static final int LEAST_LETTERS = 3;
  private static final LevenshteinDistance DISTANCE = LevenshteinDistance.getDefaultInstance();

  private Suggestion() {}

  /**
   * The known word nearest to a wrong one, if it is near enough to be meant: at most a third of its
   * letters differ, rounded so that two of five may, for that is what two swapped letters are.
   */
  public static Optional<String> nearest(String wrong, Collection<String> known) {
    return known.stream()
        // no fewer letters differ than there are more of them; a value may be a megabyte long
        .filter(word -> Math.abs(word.length() - wrong.length()) <= most(wrong, word))
        .min(
            Comparator.<String>comparingInt(word -> distance(wrong, word))
                .thenComparing(word -> word))
        .filter(word -> distance(wrong, word) <= most(wrong, word))
        .or(() -> beginningWith(wrong, known));
  }

  /** The shortest word that begins so, as sd21-infer does with sd21. */
  private static Optional<String> beginningWith(String wrong, Collection<String> known) {
    String begin = wrong.toLowerCase(Locale.ROOT);
    return begin.length() < LEAST_LETTERS
        ? Optional.empty()
        : known.stream()
            .filter(word -> word.toLowerCase(Locale.ROOT).startsWith(begin))
            .min(Comparator.comparingInt(String::length).thenComparing(word -> word));
  }

  private static int most(String wrong, String word) {
    return Math.max(1, (Math.max(word.length(), wrong.length()) + 1) / 3);
  }

  /** {@code ; did you mean "x"?}, or nothing. */
  public static String clause(String wrong, Collection<String> known) {
    return nearest(wrong, known).map(word -> MESSAGES.text("didYouMean", word)).orElse("");
  }

  private static int distance(String a, String b) {
    return DISTANCE.apply(a.toLowerCase(Locale.ROOT), b.toLowerCase(Locale.ROOT));
  }
}
