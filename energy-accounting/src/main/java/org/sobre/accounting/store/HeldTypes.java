package org.sobre.accounting.store;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sobre.energy.ledger.JobLine.HeldGpu;

/** What runs held of each of several types of GPU, as a name by which rows are told apart. */
public final class HeldTypes {

  /** A type that somebody named so by itself is one of several, alone. */
  private static final Pattern TEXT =
      Pattern.compile(
          "[^\\t\\n"
              + "]*\\t[0-9]{1,20}(?:\\.[0-9]{1,20})?(?:\\n"
              + "[^\\t\\n"
              + "]*\\t[0-9]{1,20}(?:\\.[0-9]{1,20})?)*+");

  private static final char UNSHOWN = '\ufffd';

  private HeldTypes() {}

  /** A line for each type, a tab before how many of it: {@code nvidia_l4}, {@code 1}. */
  static String text(List<HeldGpu> gpus) {
    Map<String, BigDecimal> types = new TreeMap<>();
    gpus.forEach(gpu -> types.merge(gpu.type(), gpu.fraction(), BigDecimal::add));
    return types.entrySet().stream()
        .map(one -> plain(one.getKey()) + "\t" + one.getValue().toPlainString())
        .collect(Collectors.joining("\n"));
  }

  private static String plain(String type) {
    return type.replace('\n', UNSHOWN).replace('\t', UNSHOWN);
  }

  /** How many of each type, in order; of a name that is none of these, the name itself, once. */
  public static Map<String, BigDecimal> of(String name) {
    if (!TEXT.matcher(name).matches()) {
      return Map.of(name, BigDecimal.ONE);
    }
    Map<String, BigDecimal> types = new LinkedHashMap<>();
    for (String line : name.split("\n", -1)) {
      int tab = line.indexOf('\t');
      types.put(line.substring(0, tab), new BigDecimal(line.substring(tab + 1)));
    }
    return types;
  }
}
