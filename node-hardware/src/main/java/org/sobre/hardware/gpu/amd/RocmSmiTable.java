package org.sobre.hardware.gpu.amd;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.sobre.hardware.units.PciAddress;

/**
 * Reads the tables of rocm-smi of ROCm 1 to 7: the concise one that it prints without arguments,
 * and that of {@code --showhw}. A row a card; some versions have its name in a second line.
 */
final class RocmSmiTable {

  private static final Pattern TITLE = Pattern.compile("(?i)ROCm System Management Interface");
  private static final Pattern HEADER =
      Pattern.compile("\\s*+(GPU\\s+(Temp|DID|NODE)|Device\\s+(Node\\s|\\[Model|Temp)).*");
  private static final Pattern ROW = Pattern.compile("\\s{0,3}([0-9]{1,4})\\s+(\\S.*)");
  private static final Pattern NAME = Pattern.compile("\\s{6,}[A-Z][^|]*");
  private static final Pattern DEVICE_ID = Pattern.compile("\\b0x([0-9a-fA-F]{4})\\b");
  private static final Pattern GFX = Pattern.compile("\\bgfx[0-9a-f]{3,5}\\b");
  private static final Pattern ADDRESS =
      Pattern.compile("\\b[0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]\\b");

  /** Memory, compute and number: {@code NPS1, CPX, 3}. */
  private static final Pattern PARTITION =
      Pattern.compile("\\b(NPS[1-8]|N/A), ?([SDTQC]PX|N/A)(?:, ?([0-9]{1,2}))?\\b");

  /** Clocks and performance level of a card that does not answer (rocm_smi_lib issue 85). */
  private static final Pattern DEAD = Pattern.compile("\\bNone\\s+None\\b.*\\bunknown\\b");

  private static final Pattern ALL_ONES = Pattern.compile("\\s511\\.0\\s?\u00b0?[cC]\\s");

  private RocmSmiTable() {}

  /** Titles are left out where only a part was copied. */
  static boolean isOne(String printed) {
    return TITLE.matcher(printed).find()
        || AmdText.lines(printed).anyMatch(line -> HEADER.matcher(line).matches());
  }

  /**
   * @param printed standard output, of one call or of several
   */
  static AmdListing parse(String printed) {
    Map<Long, AmdToolCard> cards = new LinkedHashMap<>();
    Optional<Header> header = Optional.empty();
    long last = -1;
    int margin = 0;
    for (String whole : (Iterable<String>) AmdText.lines(printed)::iterator) {
      String line = whole.substring(Math.min(margin, indent(whole)));
      Matcher row = ROW.matcher(line);
      if (HEADER.matcher(whole).matches()) {
        margin = indent(whole);
        header = Optional.of(new Header(List.of(whole.strip().split("\\s+", -1))));
      } else if (header.isPresent() && row.matches()) {
        last = Long.parseLong(row.group(1));
        cards.merge(last, card(last, line, header.get()), AmdToolCard::completedBy);
      } else if (header.isPresent() && NAME.matcher(line).matches()) {
        cards.computeIfPresent(last, (number, card) -> named(card, line.strip()));
      } else if (last >= 0 && line.strip().startsWith("===")) {
        header = Optional.empty();
        last = -1;
      }
    }
    return AmdListing.of(
        List.copyOf(cards.values()),
        Optional.empty(),
        "expected a table with a row a card, found none");
  }

  /** Of a table that was copied into a quotation, all lines have the same. */
  private static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }

  /**
   * The words above the columns; those of {@code --showhw} have no blanks but for {@code GFX RAS}.
   */
  private record Header(List<String> words) {

    Header {
      requireNonNull(words, "words");
    }

    /** Of a column that has none of the words with blanks before it. */
    Optional<String> under(String name, String row) {
      List<String> cells = List.of(row.strip().split("\\s+", -1));
      return IntStream.range(0, Math.min(words.size(), cells.size()))
          .filter(i -> words.get(i).equals(name))
          .mapToObj(cells::get)
          .findFirst();
    }
  }

  private static AmdToolCard card(long number, String row, Header header) {
    Matcher id = DEVICE_ID.matcher(row);
    Matcher address = ADDRESS.matcher(row);
    Matcher gfx = GFX.matcher(row);
    AmdToolCard card =
        AmdToolCard.row(
            OptionalLong.of(number),
            address.find() ? PciAddress.parse(address.group()) : Optional.empty(),
            (id.find() ? Optional.of(id.group(1)) : header.under("DID", row))
                .flatMap(digits -> AmdText.deviceId("0x" + digits)),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            partition(PARTITION.matcher(row)));
    return card.completedBy(
        AmdToolCard.of(
            card.number(),
            gfx.find() ? AmdArchitecture.gfx(gfx.group()) : Optional.empty(),
            fault(row)));
  }

  private static Optional<AmdFault> fault(String row) {
    if (ALL_ONES.matcher(row).find()) {
      return Optional.of(AmdFault.told(RocmSmiTree.ALL_ONES));
    }
    return DEAD.matcher(row).find()
        ? Optional.of(AmdFault.told("rocm-smi reads neither its clocks nor its state"))
        : Optional.empty();
  }

  private static AmdPartition partition(Matcher m) {
    if (!m.find()) {
      return AmdPartition.NONE;
    }
    OptionalInt number =
        m.group(3) == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(m.group(3)));
    return AmdPartition.of(number, m.group());
  }

  private static AmdToolCard named(AmdToolCard card, String name) {
    return card.completedBy(
        AmdToolCard.row(
            card.number(),
            Optional.empty(),
            Optional.empty(),
            AmdText.model(name),
            Optional.empty(),
            Optional.empty(),
            AmdPartition.NONE));
  }
}
