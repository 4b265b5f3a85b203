package org.sobre.slurm.command;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Slurm's text of a node's gres, {@code gpu:nvidia_l4:1(S:0),shard:22}, or of those that jobs hold,
 * {@code gpu:nvidia_l4:0(IDX:N/A),shard:nvidia_l4:1(IDX:0)}. Of shared GPUs 22.05 tells the number
 * of GPUs of which somebody holds shards, and their places; later ones tell the shards, and of each
 * GPU how many are held, {@code (3/22,0/22)}.
 */
record GresList(List<Item> items) {

  private static final Pattern ITEM = Pattern.compile("([^,()]+)(?:\\(([^()]*)\\))?");
  private static final Pattern COUNT = Pattern.compile("(\\d{1,9})([KMG]?)");
  private static final Pattern HELD_OF = Pattern.compile("(\\d{1,9})/(\\d{1,9})");
  private static final Pattern RANGE = Pattern.compile("(\\d{1,6})(?:-(\\d{1,6}))?");
  private static final String PLACES = "IDX:";
  private static final String NONE = "(null)";
  private static final int MOST_PLACES = 1 << 16;

  /**
   * @param type {@link ListedNode#UNTYPED} for none
   * @param detail what stands in parentheses; empty for nothing
   */
  record Item(String name, String type, int count, String detail) {

    /** Places in the node's list; empty where they are not told. */
    private Set<Integer> places() {
      Set<Integer> places = new HashSet<>();
      if (detail.startsWith(PLACES)) {
        Matcher range = RANGE.matcher(detail.substring(PLACES.length()));
        while (range.find()) {
          int first = Integer.parseInt(range.group(1));
          int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
          for (int place = first; place <= Math.min(last, MOST_PLACES); place++) {
            places.add(place);
          }
        }
      }
      return places;
    }

    /** On how many GPUs some are held, by what is told of each. */
    private int devicesWithSome() {
      int devices = 0;
      Matcher each = HELD_OF.matcher(detail);
      while (each.find()) {
        devices += Integer.parseInt(each.group(1)) > 0 ? 1 : 0;
      }
      return devices;
    }
  }

  GresList {
    items = List.copyOf(items);
  }

  /**
   * @throws IllegalArgumentException if it is no such text
   */
  static GresList parse(String text) {
    List<Item> items = new ArrayList<>();
    if (!text.isBlank() && !text.equals(NONE)) {
      Matcher item = ITEM.matcher(text);
      while (item.find()) {
        items.add(item(item.group(1), item.group(2) == null ? "" : item.group(2)));
      }
    }
    return new GresList(items);
  }

  private static Item item(String words, String detail) {
    String[] parts = words.split(":", -1);
    boolean counted = parts.length > 1 && COUNT.matcher(parts[parts.length - 1]).matches();
    int count = counted ? count(parts[parts.length - 1]) : 1;
    int typeWords = parts.length - (counted ? 2 : 1);
    if (typeWords > 1) {
      throw new IllegalArgumentException("expected name:type:count, found " + words);
    }
    return new Item(parts[0], typeWords == 1 ? parts[1] : ListedNode.UNTYPED, count, detail);
  }

  /** A number that 1024 divides is written in K or M: see {@link NodeRecord}. */
  private static int count(String text) {
    Matcher m = COUNT.matcher(text);
    if (!m.matches()) {
      throw new IllegalArgumentException("expected a count of gres, found " + text);
    }
    int scale =
        switch (m.group(2)) {
          case "K" -> 1 << 10;
          case "M" -> 1 << 20;
          case "G" -> 1 << 30;
          default -> 1;
        };
    try {
      return Math.multiplyExact(Integer.parseInt(m.group(1)), scale);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("expected a count of gres, found " + text, e);
    }
  }

  /** How many there are of a name, by type. */
  Map<String, Integer> counts(String name) {
    Map<String, Integer> counts = new HashMap<>();
    for (Item item : items) {
      if (item.name().equals(name)) {
        counts.merge(item.type(), item.count(), Math::addExact);
      }
    }
    return counts;
  }

  /** How many GPUs of a type jobs hold, wholly or in part. */
  int held(String type, String gpu, String shard) {
    Set<Integer> places = new HashSet<>();
    int unplaced = 0;
    for (Item item : items) {
      boolean whole = item.name().equals(gpu);
      if (item.type().equals(type) && (whole || item.name().equals(shard))) {
        places.addAll(item.places());
        int devices = whole ? item.count() : item.devicesWithSome();
        unplaced += item.places().isEmpty() ? devices : 0;
      }
    }
    return places.size() + unplaced;
  }
}
