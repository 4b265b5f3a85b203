package org.sobre.cli;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.config.Suggestion;
import org.sobre.hardware.message.Messages;
import org.sobre.jobs.prior.Arithmetic;
import org.sobre.jobs.prior.Attention;
import org.sobre.jobs.prior.Optimizer;
import org.sobre.jobs.prior.Storage;
import org.sobre.jobs.prior.Word;

/** The words and numbers of {@link PriorOptions} as they are typed. */
final class PriorWords {

  private static final Messages MESSAGES = Messages.of(PriorWords.class);

  private static final Pattern COUNT = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,6})?)(|k|m|g|b|t)");

  /** 10 T: see ModelShape. */
  private static final BigDecimal MOST = new BigDecimal("1e13");

  private static final int MOST_COUNT = 1 << 20;

  /** What the model shall do. */
  enum Work implements Word {
    INFER("infer"),
    FINETUNE("finetune");

    private final String word;

    Work(String word) {
      this.word = word;
    }

    @Override
    public String word() {
      return word;
    }
  }

  /** Which adapters are trained. */
  enum Adapters implements Word {
    LORA("lora"),
    /** With weights in 4 bits below. */
    QLORA("qlora");

    private final String word;

    Adapters(String word) {
      this.word = word;
    }

    @Override
    public String word() {
      return word;
    }
  }

  /** The words of a choice, for help and completion. */
  abstract static class Words<E extends Enum<E> & Word> implements Iterable<String> {
    private final Class<E> choices;

    Words(Class<E> choices) {
      this.choices = choices;
    }

    @Override
    public Iterator<String> iterator() {
      return words(choices).iterator();
    }
  }

  static final class Works extends Words<Work> {
    Works() {
      super(Work.class);
    }
  }

  static final class Arithmetics extends Words<Arithmetic> {
    Arithmetics() {
      super(Arithmetic.class);
    }
  }

  static final class Storages extends Words<Storage> {
    Storages() {
      super(Storage.class);
    }
  }

  static final class AdapterWords extends Words<Adapters> {
    AdapterWords() {
      super(Adapters.class);
    }
  }

  static final class Optimizers extends Words<Optimizer> {
    Optimizers() {
      super(Optimizer.class);
    }
  }

  static final class Attentions extends Words<Attention> {
    Attentions() {
      super(Attention.class);
    }
  }

  private PriorWords() {}

  static long count(String option, String typed) {
    Matcher m = COUNT.matcher(typed.toLowerCase(Locale.ROOT));
    BigDecimal number = BigDecimal.ZERO;
    if (m.matches()) {
      int power =
          switch (m.group(2)) {
            case "k" -> 3;
            case "m" -> 6;
            case "g", "b" -> 9;
            case "t" -> 12;
            default -> 0;
          };
      number = new BigDecimal(m.group(1)).scaleByPowerOfTen(power);
    }
    if (number.compareTo(BigDecimal.ONE) < 0 || number.compareTo(MOST) > 0) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("fit.parameters", option, typed));
    }
    return number.longValue();
  }

  static OptionalInt number(String option, @Nullable Integer typed) {
    if (typed == null) {
      return OptionalInt.empty();
    }
    if (typed < 1 || typed > MOST_COUNT) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("fit.number", option, MOST_COUNT, typed));
    }
    return OptionalInt.of(typed);
  }

  static <E extends Enum<E> & Word> Optional<E> optional(
      String option, Class<E> choices, @Nullable String typed) {
    return typed == null ? Optional.empty() : Optional.of(word(option, choices, typed));
  }

  static <E extends Enum<E> & Word> E word(String option, Class<E> choices, String typed) {
    return Word.of(choices, typed)
        .orElseThrow(
            () ->
                new Failure(
                    ExitCode.USAGE,
                    option
                        + ": "
                        + MESSAGES.text("expected.oneOf", String.join(", ", words(choices)), typed)
                        + Suggestion.clause(typed, words(choices))));
  }

  static <E extends Enum<E> & Word> List<String> words(Class<E> choices) {
    return Arrays.stream(choices.getEnumConstants()).map(Word::word).toList();
  }
}
