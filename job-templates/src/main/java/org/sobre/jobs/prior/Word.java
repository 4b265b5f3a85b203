package org.sobre.jobs.prior;

import java.util.Optional;
import java.util.stream.Stream;

/** A choice that people write as a word: the same one in a profile and on a command line. */
public interface Word {

  /** As people write it. */
  String word();

  /** The choice that is written so. */
  static <E extends Enum<E> & Word> Optional<E> of(Class<E> choices, String word) {
    return Stream.of(choices.getEnumConstants()).filter(c -> c.word().equals(word)).findFirst();
  }
}
