package org.sobre.slurm.health;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.units.PciAddress;
import org.sobre.slurm.health.HealthState.Card;
import org.sobre.slurm.health.HealthState.KernelLog;
import org.sobre.slurm.health.Verdict.Word;

/**
 * The text of {@code /run/sobre/health}, described in docs/health.md: {@code key=value}, a line
 * each, the last {@code complete=1}. Only printable ASCII goes in, and nothing that a shell or
 * Slurm reads as more than text: what a driver said is untrusted.
 */
public final class HealthStateCodec {

  private static final int VERSION = 1;
  private static final int MOST_LINES = 200;
  private static final int MOST_VALUE = 4096;
  private static final int MOST_DETAIL = 120;
  private static final int CARD_PARTS = 5;
  private static final Pattern LINE = Pattern.compile("([a-z-]{1,20})=(.*)");
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9:.-]{1,64}");
  private static final Pattern SECONDS = Pattern.compile("\\d{1,10}\\.\\d\\d");
  private static final Pattern REASON = Pattern.compile("[A-Za-z0-9 .,:;()-]*");

  private HealthStateCodec() {}

  /** The whole file. */
  public static String write(HealthState state) {
    List<String> lines = new ArrayList<>();
    lines.add("v=" + VERSION);
    lines.add("uptime=" + BigDecimal.valueOf(state.uptime().toMillis() / 10, 2));
    lines.add("policy=" + state.policy().word());
    lines.add("verdict=" + state.verdict().word());
    lines.add("causes=" + String.join(" ", state.causes()));
    lines.add("reason=" + state.reason().replaceAll("[^A-Za-z0-9 .,:;()-]", "-"));
    lines.add("kernel-log=" + state.kernelLog().word());
    for (Card card : state.cards()) {
      lines.add(
          String.format(
                  Locale.ROOT,
                  "gpu=%d %s %s %s %s",
                  card.index(),
                  card.address(),
                  card.device(),
                  card.state(),
                  printable(card.detail()))
              .stripTrailing());
    }
    state.unknown().forEach(what -> lines.add("unknown=" + printable(what)));
    lines.add("complete=1\n");
    return String.join("\n", lines);
  }

  private static String printable(String text) {
    String clean = text.strip().replaceAll("[^ -~]", "?").replaceAll("[\"'`$\\\\]", "-");
    return clean.substring(0, Math.min(MOST_DETAIL, clean.length()));
  }

  /** Of a later version the keys known here are read; unknown ones are passed over. */
  public static HealthState read(String text) throws HealthFormatException {
    Map<String, List<String>> values = values(text);
    String version = one(values, "v");
    if (!version.equals(Integer.toString(VERSION))) {
      throw new HealthFormatException("expected v=" + VERSION + ", found v=" + shown(version));
    }
    try {
      return new HealthState(
          uptime(one(values, "uptime")),
          word(values, "policy", HealthPolicy.values(), HealthPolicy::word),
          word(values, "verdict", Word.values(), Word::word),
          tokens(one(values, "causes")),
          reason(one(values, "reason")),
          cards(values.getOrDefault("gpu", List.of())),
          word(values, "kernel-log", KernelLog.values(), KernelLog::word),
          values.getOrDefault("unknown", List.of()));
    } catch (IllegalArgumentException e) {
      throw new HealthFormatException(String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, List<String>> values(String text) throws HealthFormatException {
    if (!text.endsWith("\ncomplete=1\n")) {
      throw new HealthFormatException("expected complete=1 as the last line: it is cut off");
    }
    List<String> lines = text.lines().limit(MOST_LINES + 1).toList();
    if (lines.size() > MOST_LINES) {
      throw new HealthFormatException("expected at most " + MOST_LINES + " lines, found more");
    }
    Map<String, List<String>> values = new HashMap<>();
    for (String line : lines) {
      Matcher m = LINE.matcher(line);
      if (!m.matches() || m.group(2).length() > MOST_VALUE) {
        throw new HealthFormatException("expected key=value, found " + shown(line));
      }
      values.computeIfAbsent(m.group(1), key -> new ArrayList<>()).add(m.group(2));
    }
    return values;
  }

  private static String one(Map<String, List<String>> values, String key)
      throws HealthFormatException {
    List<String> found = values.getOrDefault(key, List.of());
    if (found.size() != 1) {
      throw new HealthFormatException("expected one line " + key + "=, found " + found.size());
    }
    return found.get(0);
  }

  private static Duration uptime(String text) throws HealthFormatException {
    if (!SECONDS.matcher(text).matches()) {
      throw new HealthFormatException("expected uptime=SECONDS.NN, found " + shown(text));
    }
    return Duration.ofMillis(new BigDecimal(text).movePointRight(3).longValueExact());
  }

  private static <E> E word(
      Map<String, List<String>> values, String key, E[] all, Function<E, String> word)
      throws HealthFormatException {
    String text = one(values, key);
    for (E candidate : all) {
      if (word.apply(candidate).equals(text)) {
        return candidate;
      }
    }
    throw new HealthFormatException(
        "expected "
            + key
            + "= one of "
            + String.join(", ", Arrays.stream(all).map(word).toList())
            + ", found "
            + shown(text));
  }

  private static List<String> tokens(String text) throws HealthFormatException {
    List<String> tokens = text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
    for (String token : tokens) {
      if (!TOKEN.matcher(token).matches()) {
        throw new HealthFormatException("expected causes, found " + shown(token));
      }
    }
    return tokens;
  }

  private static String reason(String text) throws HealthFormatException {
    if (text.length() > Verdict.MOST_REASON_BYTES || !REASON.matcher(text).matches()) {
      throw new HealthFormatException("expected a reason in plain words, found " + shown(text));
    }
    return text;
  }

  private static List<Card> cards(List<String> lines) throws HealthFormatException {
    List<Card> cards = new ArrayList<>();
    for (String line : lines) {
      String[] parts = line.split(" ", CARD_PARTS);
      PciAddress address =
          parts.length < CARD_PARTS - 1 ? null : PciAddress.parse(parts[1]).orElse(null);
      if (address == null || !parts[0].matches("\\d{1,4}")) {
        throw new HealthFormatException(
            "expected gpu=INDEX ADDRESS DEVICE STATE DETAIL, found " + shown(line));
      }
      String detail = parts.length == CARD_PARTS ? parts[CARD_PARTS - 1] : "";
      cards.add(new Card(Integer.parseInt(parts[0]), address, parts[2], parts[3], detail));
    }
    return cards;
  }

  private static String shown(String text) {
    String clean = text.replaceAll("[^ -~]", "?");
    return "\"" + clean.substring(0, Math.min(60, clean.length())) + "\"";
  }
}
