package org.sobre.hardware.catalog;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Two spellings of one model in one form. {@code Tesla T4} and {@code NVIDIA T4} are the same card,
 * {@code NVIDIA GeForce RTX 3080} and {@code … RTX 3080 Laptop GPU} are not: no word that may tell
 * models apart is taken away.
 *
 * @param form words in lower case, without those of the brand; empty for a name of brand words only
 * @param busless the form without the words for bus and kind of memory
 */
record ModelName(String form, String busless) {

  private static final Set<String> BRAND =
      Set.of(
          "nvidia", "geforce", "tesla", "quadro", "amd", "ati", "radeon", "instinct", "graphics");

  private static final Set<String> BUS =
      Set.of("pcie", "pci", "sxm", "sxm2", "sxm3", "sxm4", "sxm5", "oam", "hbm2", "hbm2e", "hbm3");

  private static final Pattern MARK = Pattern.compile("\\((?:tm|r|c)\\)|[™®]");
  private static final Pattern NO_WORD = Pattern.compile("[^a-z0-9.+]+");

  /** {@code Arcturus GL-XL [Instinct MI100]}: pci.ids has chip and product. */
  private static final Pattern PRODUCT_OF_CHIP = Pattern.compile("[^\\[\\]]+\\[([^\\[\\]/]+)\\]");

  /** {@code GRID T4-16Q}, {@code NVIDIA A40-48C}: a slice that a hypervisor lends. */
  private static final Pattern VIRTUAL = Pattern.compile("(?i)^grid\\b|\\S-\\d++[qabc](?:me)?\\b");

  static ModelName of(String printed) {
    Matcher chip = PRODUCT_OF_CHIP.matcher(printed.strip());
    String product = chip.matches() ? chip.group(1) : printed;
    String bare = MARK.matcher(product.toLowerCase(Locale.ROOT)).replaceAll(" ");
    String[] words = NO_WORD.split(bare.strip());
    return new ModelName(
        joined(words, word -> !BRAND.contains(word)),
        joined(words, word -> !BRAND.contains(word) && !BUS.contains(word)));
  }

  /** Whether the name is that of a virtual GPU, which has neither the memory nor the power. */
  static boolean isVirtual(String printed) {
    return VIRTUAL.matcher(printed.strip()).find();
  }

  private static String joined(String[] words, Predicate<String> kept) {
    return Arrays.stream(words)
        .filter(word -> !word.isEmpty())
        .filter(kept)
        .collect(Collectors.joining(" "));
  }
}
