package org.sobre.jobs.prior;

import static java.util.Objects.requireNonNull;

/**
 * One item of a batch.
 *
 * @param size tokens of a sequence, the answer included, or pixels of an image's edge
 */
public record Item(Kind kind, int size) {

  /** What an item is made of. */
  public enum Kind {
    TEXT,
    IMAGE
  }

  private static final int MAX_SIZE = 1 << 24;

  public Item {
    requireNonNull(kind, "kind");
    if (size < 1 || size > MAX_SIZE) {
      throw new IllegalArgumentException(
          "expected a size from 1 to " + MAX_SIZE + ", found " + size);
    }
  }

  public static Item ofTokens(int tokens) {
    return new Item(Kind.TEXT, tokens);
  }

  /**
   * @param pixels of an edge
   */
  public static Item ofResolution(int pixels) {
    return new Item(Kind.IMAGE, pixels);
  }
}
