package org.sobre.hardware.message;

import static java.util.Objects.requireNonNull;

import java.text.MessageFormat;
import java.util.Arrays;
import java.util.ResourceBundle;

/**
 * The texts of one package, from {@code messages.properties} beside its classes. A text is a {@link
 * MessageFormat} pattern: {@code {0}} stands for the first value, an apostrophe is written twice.
 *
 * <p>Values stand as their {@code toString}: a job's id or a number of mebibytes gets no grouping
 * sign. A number for people is formatted by the caller, in {@link Language#locale()}.
 *
 * <p>A test of the architecture holds that every key is used, is there in both languages, and takes
 * the same values in both.
 */
public final class Messages {

  private static final ResourceBundle.Control NO_OTHER_LANGUAGE =
      ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

  private final String bundle;
  private final ClassLoader loader;

  private Messages(String bundle, ClassLoader loader) {
    this.bundle = bundle;
    this.loader = loader;
  }

  /**
   * @param speaker a class of the package whose texts are wanted
   */
  public static Messages of(Class<?> speaker) {
    return new Messages(
        speaker.getPackageName() + ".messages", requireNonNull(speaker.getClassLoader()));
  }

  /**
   * @param key of the text, as {@code energy.none}
   * @param values for {@code {0}}, {@code {1}}, …
   * @throws java.util.MissingResourceException if the package has no such text
   */
  public String text(String key, Object... values) {
    return text(Language.current(), key, values);
  }

  /** As {@link #text(String, Object...)}, for readers whose language is not this process's. */
  public String text(Language language, String key, Object... values) {
    String pattern =
        ResourceBundle.getBundle(bundle, language.locale(), loader, NO_OTHER_LANGUAGE)
            .getString(key);
    Object[] words = Arrays.stream(values).map(String::valueOf).toArray();
    return new MessageFormat(pattern, language.locale()).format(words);
  }
}
