package org.sobre.slurm.policy;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sobre.hardware.config.YamlSection;
import org.sobre.hardware.message.Language;

/**
 * The document {@code policy.yaml}: the site's choices.
 *
 * @param onError what becomes of a job when the script itself fails
 * @param unknownProfile what becomes of a job that names a profile nobody has
 * @param unknownCard what becomes of one that asks for a type of GPU that no node had when the
 *     table was made, or for shares when no card was shared; Slurm refuses it if that is still so
 * @param warnOfMemPerGpu whether who gives {@code --mem-per-gpu} and nothing about video memory is
 *     told that it is main memory
 * @param language that jobs' owners are spoken to in; absent: English
 */
public record PolicyOptions(
    Answer onError,
    Answer unknownProfile,
    Answer unknownCard,
    boolean warnOfMemPerGpu,
    Optional<Language> language) {

  public static final String SCHEMA = "sobre-policy/1";

  /** Jobs are never lost to a fault of ours, nor to nodes that have come since. */
  public static final PolicyOptions DEFAULT =
      new PolicyOptions(Answer.ACCEPT, Answer.REFUSE, Answer.ACCEPT, true, Optional.empty());

  /** What becomes of a job. */
  public enum Answer {
    ACCEPT,
    REFUSE;

    /** As in policy.yaml. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final List<String> ANSWERS = List.of(Answer.ACCEPT.word(), Answer.REFUSE.word());
  private static final String WARN = "warn";

  public PolicyOptions {
    requireNonNull(onError, "onError");
    requireNonNull(unknownProfile, "unknownProfile");
    requireNonNull(unknownCard, "unknownCard");
    requireNonNull(language, "language");
  }

  /** Binds the document; problems go to the section's collector. */
  public static PolicyOptions from(YamlSection top) {
    top.require("schema", SCHEMA);
    top.oneOf("schema", List.of(SCHEMA));
    PolicyOptions options =
        new PolicyOptions(
            answer(top, "onError", DEFAULT.onError),
            answer(top, "unknownProfile", DEFAULT.unknownProfile),
            answer(top, "unknownCard", DEFAULT.unknownCard),
            top.oneOf("memPerGpu", List.of(WARN, "off")).orElse(WARN).equals(WARN),
            top.oneOf("language", Language.codes()).flatMap(Language::ofCode));
    top.refuseUnknownKeys();
    return options;
  }

  /**
   * In the site's language, if it has not chosen another for its jobs. Never in that of whoever
   * asks: an administrator and a cron job write the same script.
   */
  public PolicyOptions in(Optional<Language> ofSite) {
    return new PolicyOptions(
        onError, unknownProfile, unknownCard, warnOfMemPerGpu, language.or(() -> ofSite));
  }

  private static Answer answer(YamlSection top, String key, Answer otherwise) {
    return top.oneOf(key, ANSWERS)
        .map(word -> Answer.valueOf(word.toUpperCase(Locale.ROOT)))
        .orElse(otherwise);
  }
}
