package org.sobre.hardware.gpu.amd;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;

/**
 * Reads the tables that amd-smi prints for people: without arguments (ROCm 7), and of {@code
 * amd-smi partition}. They leave out most, and cut names from the left; what they tell is listed.
 */
final class AmdSmiTables {

  private static final Pattern AMD_CARD =
      Pattern.compile(
          "\\|\\s*((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7])\\s+(\\S[^|]*?)\\s*\\|.*",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern AMD_REST =
      Pattern.compile("\\|\\s*([0-9]{1,4})\\s+([^|]*)\\|.*?([0-9]{1,9})/([0-9]{1,9}) MB\\s*\\|");

  private static final String PARTITION_TITLE = "CURRENT_PARTITION:";

  /** {@code 0 NPS1 CPX 3 0}: memory, accelerator type, profile index, partition id. */
  private static final Pattern PARTITION_ROW =
      Pattern.compile("\\s*([0-9]{1,4})\\s+(\\S+\\s+\\S+)\\s+\\S+\\s+(?:([0-9]{1,2})|\\S+)\\s*");

  private static final List<String> BRANDS = List.of("Radeon", "Instinct");
  private static final String NONE = "expected a table with a row a card, found none";

  private AmdSmiTables() {}

  static boolean isOverview(String printed) {
    return printed.contains("| AMD-SMI ") || printed.contains("| BDF                        GPU-");
  }

  static boolean isPartition(String printed) {
    return AmdText.lines(printed).anyMatch(PARTITION_TITLE::equals);
  }

  /** Two lines a card: its address and name, then its number, mode and memory. */
  static AmdListing overview(String printed) {
    List<AmdToolCard> cards = new ArrayList<>();
    Optional<Matcher> above = Optional.empty();
    for (String line : (Iterable<String>) AmdText.lines(printed)::iterator) {
      Matcher first = AMD_CARD.matcher(line.strip());
      Matcher rest = AMD_REST.matcher(line.strip());
      if (first.matches()) {
        above.ifPresent(only -> cards.add(amdCard(only, Optional.empty())));
        above = Optional.of(first);
      } else if (above.isPresent()) {
        cards.add(amdCard(above.get(), Optional.of(rest).filter(Matcher::matches)));
        above = Optional.empty();
      }
    }
    above.ifPresent(only -> cards.add(amdCard(only, Optional.empty())));
    return AmdListing.of(List.copyOf(once(cards)), Optional.empty(), NONE);
  }

  /** A table that is printed again and again tells of the same cards. */
  private static Collection<AmdToolCard> once(List<AmdToolCard> cards) {
    Map<Object, AmdToolCard> once = new LinkedHashMap<>();
    cards.forEach(
        card -> once.putIfAbsent(card.number().isPresent() ? card.number() : card.address(), card));
    return once.values();
  }

  private static AmdToolCard amdCard(Matcher first, Optional<Matcher> rest) {
    Optional<MemorySize> total = rest.flatMap(m -> AmdText.memory(m.group(4), "MB"));
    Optional<MemorySize> used = rest.flatMap(m -> AmdText.memory(m.group(3), "MB"));
    String name = uncut(first.group(2));
    return AmdToolCard.row(
        rest.map(m -> OptionalLong.of(Long.parseLong(m.group(1)))).orElse(OptionalLong.empty()),
        PciAddress.parse(first.group(1)),
        AmdText.deviceId(name),
        AmdText.model(name),
        total.filter(size -> size.bytes() > 0),
        used,
        rest.map(m -> AmdPartition.of(OptionalInt.empty(), m.group(2))).orElse(AmdPartition.NONE));
  }

  /** Of {@code ...adeon AI PRO R9700S}, which is cut in its first word, {@code Radeon …}. */
  private static String uncut(String printed) {
    String name = printed.replaceFirst("^\\.{2,}\\s*", "");
    String word = name.split(" ", 2)[0];
    return name.equals(printed) || word.isEmpty()
        ? name
        : BRANDS.stream()
            .filter(brand -> brand.endsWith(word))
            .findFirst()
            .map(brand -> brand + name.substring(word.length()))
            .orElse(name);
  }

  /** Under {@code CURRENT_PARTITION}: a card's number, its modes, and the number of its part. */
  static AmdListing partition(String printed) {
    Map<Long, AmdToolCard> cards = new LinkedHashMap<>();
    boolean current = false;
    for (String line : (Iterable<String>) AmdText.lines(printed)::iterator) {
      Matcher row = PARTITION_ROW.matcher(line);
      if (line.endsWith(":")) {
        current = line.equals(PARTITION_TITLE);
      } else if (current && row.matches()) {
        long number = Long.parseLong(row.group(1));
        OptionalInt part =
            row.group(3) == null
                ? OptionalInt.empty()
                : OptionalInt.of(Integer.parseInt(row.group(3)));
        cards.putIfAbsent(number, inPart(number, AmdPartition.of(part, row.group(2))));
      }
    }
    return AmdListing.of(List.copyOf(cards.values()), Optional.empty(), NONE);
  }

  private static AmdToolCard inPart(long number, AmdPartition partition) {
    return AmdToolCard.row(
        OptionalLong.of(number),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        partition);
  }
}
