package org.sobre.hardware.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MessagesTest {

  private final Locale before = Locale.getDefault(Locale.Category.DISPLAY);

  @AfterEach
  void restore() {
    Locale.setDefault(Locale.Category.DISPLAY, before);
  }

  @Test
  void speaksTheLanguageThatWasChosen() {
    Messages messages = Messages.of(MessagesTest.class);

    Language.ENGLISH.speak();
    String english = messages.text("job.energy", 1234567, 3600000L, "a {1} file");
    Language.FRENCH.speak();
    String french = messages.text("job.energy", 1234567, 3600000L, "a {1} file");

    assertThat(english).isEqualTo("job 1234567 drew 3600000 J: it's in a {1} file");
    assertThat(french).isEqualTo("le job 1234567 a consommé 3600000 J : c'est dans a {1} file");
  }

  @Test
  void aLocaleThatSobreDoesNotSpeakIsAnsweredInEnglish() {
    Locale.setDefault(Locale.Category.DISPLAY, Locale.GERMANY);

    assertThat(Language.current()).isEqualTo(Language.ENGLISH);
    assertThat(Messages.of(MessagesTest.class).text("job.energy", 1, 2, 3)).startsWith("job 1");
  }

  @Test
  void theFormatOfWhatProgramsReadIsNotTouched() {
    Locale format = Locale.getDefault(Locale.Category.FORMAT);

    Language.FRENCH.speak();

    assertThat(Locale.getDefault(Locale.Category.FORMAT)).isEqualTo(format);
  }
}
