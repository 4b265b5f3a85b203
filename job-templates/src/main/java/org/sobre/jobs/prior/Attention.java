package org.sobre.jobs.prior;

/** How attention is computed: only the plain way keeps a score for every pair of positions. */
public enum Attention implements Word {
  FLASH("flash"),
  SDPA("sdpa"),
  XFORMERS("xformers"),
  PLAIN("none");

  private final String word;

  Attention(String word) {
    this.word = word;
  }

  @Override
  public String word() {
    return word;
  }
}
