package org.sobre.hardware.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.PciId;

/**
 * The few items of a long catalogue that may speak of a machine's cards, at their own lines: to
 * read all 261 of the shipped one as YAML costs a new JVM a quarter of a second. Pure; of a text in
 * another layout than the shipped one's everything is kept.
 */
final class CatalogExcerpt {

  private static final String MODELS = "models:";
  private static final String ITEM = "  - ";

  /**
   * What the item of a card must have in it.
   *
   * @param id vendor and device
   * @param words every one of them; none of a card whose name says nothing
   */
  record Wanted(Optional<String> id, List<String> words) {

    static Wanted of(Gpu gpu, Optional<PciId> id) {
      String form = ModelName.of(gpu.model()).busless();
      return new Wanted(
          id.map(known -> known.anyRevision().toString()),
          form.isEmpty() ? List.of() : List.of(form.split(" ")));
    }

    private boolean mayBeIn(String item) {
      return id.filter(item::contains).isPresent()
          || (!words.isEmpty() && words.stream().allMatch(item::contains));
    }
  }

  private CatalogExcerpt() {}

  /** The text with the lines of all other items empty. */
  static String of(String text, List<Wanted> cards) {
    StringBuilder excerpt = new StringBuilder();
    StringBuilder item = new StringBuilder();
    boolean inModels = false;
    for (String line : text.lines().toList()) {
      boolean top = !line.isEmpty() && line.charAt(0) != ' ' && line.charAt(0) != '#';
      if (top || line.startsWith(ITEM)) {
        append(excerpt, item, cards);
        inModels = top ? line.startsWith(MODELS) : inModels;
      }
      boolean ofItem = inModels && (line.startsWith(ITEM) || !item.isEmpty());
      (ofItem ? item : excerpt).append(line).append('\n');
    }
    append(excerpt, item, cards);
    return excerpt.toString();
  }

  private static void append(StringBuilder excerpt, StringBuilder item, List<Wanted> cards) {
    String lower = item.toString().toLowerCase(Locale.ROOT);
    if (cards.stream().anyMatch(card -> card.mayBeIn(lower))) {
      excerpt.append(item);
    } else {
      lower.chars().filter(letter -> letter == '\n').forEach(end -> excerpt.append('\n'));
    }
    item.setLength(0);
  }
}
