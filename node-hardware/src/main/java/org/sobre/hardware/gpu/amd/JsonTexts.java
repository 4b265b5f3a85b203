package org.sobre.hardware.gpu.amd;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.probe.ToolText;

/**
 * The JSON documents in what a tool printed: after warnings, one behind the other, before a legend.
 *
 * @param documents maps, lists, texts and numbers
 * @param problem what could not be read
 */
record JsonTexts(List<Object> documents, Optional<String> problem) {

  /** Python writes NaN where JSON has no word. */
  private static final JSON LENIENT =
      JSON.builder(JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build())
          .build();

  /**
   * A document begins a line; warnings have brackets in their middle, or at their beginning. Blanks
   * of one line alone: over line ends, each of many empty lines would be looked through to the
   * last.
   */
  private static final Pattern BEGIN = Pattern.compile("(?m)^[ \\t]*+([{\\[])");

  /** Warnings before an answer that look like JSON: more are not looked through. */
  private static final int MAX_BEGINS = 20;

  JsonTexts {
    documents = List.copyOf(documents);
  }

  /**
   * @throws IllegalArgumentException over 16 Mi characters; for nothing else that a tool printed
   */
  static JsonTexts in(String text) {
    String printed = AmdText.limited(text).replace('\ufeff', ' ');
    Optional<String> problem = Optional.empty();
    Optional<JsonTexts> other = Optional.empty();
    for (int begin : begins(printed)) {
      JsonTexts texts = from(printed.substring(begin));
      problem = problem.isPresent() ? problem : texts.problem();
      JsonTexts found = new JsonTexts(texts.documents(), problem);
      if (texts.documents().stream().anyMatch(JsonTexts::hasObject)) {
        return found;
      }
      other = other.or(() -> Optional.of(found).filter(one -> !one.documents().isEmpty()));
    }
    Optional<String> none = problem.or(() -> Optional.of("expected JSON, found " + shown(printed)));
    return other.orElseGet(() -> new JsonTexts(List.of(), none));
  }

  /** Where a document may begin; behind words on their line only if no line begins with one. */
  private static List<Integer> begins(String printed) {
    List<Integer> begins = new ArrayList<>();
    Matcher begin = BEGIN.matcher(printed);
    while (begins.size() < MAX_BEGINS && begin.find()) {
      begins.add(begin.start(1));
    }
    int brace = printed.indexOf('{');
    if (brace >= 0 && !begins.contains(brace)) {
      begins.add(brace);
    }
    return begins;
  }

  private static JsonTexts from(String text) {
    JsonParts parts = new JsonParts(LENIENT);
    try (JsonParser parser = LENIENT.createParser(text)) {
      parts.read(parser);
      return new JsonTexts(parts.documents(), Optional.empty());
    } catch (IOException e) {
      // words behind a whole document are a legend
      boolean legend = !parts.inside() && !parts.documents().isEmpty();
      return new JsonTexts(parts.documents(), legend ? Optional.empty() : Optional.of(problem(e)));
    }
  }

  /** Of a list of numbers, as the time before a line of the kernel's looks, nothing is a device. */
  private static boolean hasObject(Object document) {
    return document instanceof Map
        || (document instanceof List<?> list && list.stream().anyMatch(Map.class::isInstance));
  }

  private static String problem(IOException e) {
    String said =
        e instanceof JsonProcessingException json
            ? json.getOriginalMessage()
            : String.valueOf(e.getMessage());
    return said != null && said.contains("end-of-input")
        ? "the JSON ends in its middle"
        : "not JSON: " + ToolText.printable(String.valueOf(said));
  }

  private static String shown(String printed) {
    String first = printed.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
    return first.isEmpty() ? "nothing" : ToolText.printable(first);
  }
}
