package org.sobre.slurm.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * The words of a {@code #SBATCH} line, with the quotes and backslashes of a shell; a {@code #}
 * where a word could begin ends the line.
 */
final class DirectiveWords {

  private static final char NONE = 0;

  private final String line;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean begun;

  private DirectiveWords(String line) {
    this.line = line;
  }

  static List<String> of(String line) {
    DirectiveWords reader = new DirectiveWords(line);
    reader.read();
    return reader.words;
  }

  private void read() {
    char quote = NONE;
    for (int i = 0; i < line.length(); i++) {
      char letter = line.charAt(i);
      boolean escapes = letter == '\\' && quote != '\'' && i + 1 < line.length();
      if (escapes) {
        add(line.charAt(++i));
      } else if (quote == letter) {
        quote = NONE;
      } else if (quote == NONE && (letter == '"' || letter == '\'')) {
        quote = letter;
        begun = true;
      } else if (quote == NONE && letter == '#' && !begun) {
        return;
      } else if (quote == NONE && Character.isWhitespace(letter)) {
        end();
      } else {
        add(letter);
      }
    }
    end();
  }

  private void add(char letter) {
    word.append(letter);
    begun = true;
  }

  private void end() {
    if (begun) {
      words.add(word.toString());
      word.setLength(0);
      begun = false;
    }
  }
}
