package org.sobre.hardware.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A parsed JSON object with typed access. A key that is absent and a key that is null read the
 * same: absent. A value of the wrong type is a {@link JsonShapeException}, never a zero.
 */
public final class JsonObject {

  private static final JSON STRICT = JSON.std.with(JSON.Feature.FAIL_ON_DUPLICATE_MAP_KEYS);

  private final String path;
  private final Map<?, ?> values;

  private JsonObject(String path, Map<?, ?> values) {
    this.path = path;
    this.values = values;
  }

  /**
   * @throws JsonShapeException if the text is not one JSON object
   */
  public static JsonObject parse(String text) throws JsonShapeException {
    try (JsonParser parser = STRICT.createParser(text)) {
      Object value = STRICT.anyFrom(parser);
      if (parser.nextToken() != null) {
        throw new JsonShapeException("expected one JSON object, found more after its end");
      }
      if (value instanceof Map<?, ?> map) {
        return new JsonObject("", map);
      }
      throw new JsonShapeException("expected a JSON object, found " + shape(value));
    } catch (IOException e) {
      String firstLine = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new JsonShapeException("not valid JSON: " + firstLine);
    }
  }

  public Set<String> keys() {
    Set<String> keys = new java.util.LinkedHashSet<>();
    values.keySet().forEach(key -> keys.add(String.valueOf(key)));
    return keys;
  }

  public Optional<String> string(String key) throws JsonShapeException {
    Object value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof String text) {
      return Optional.of(text);
    }
    throw wrong(key, "a text", value);
  }

  public String requiredString(String key) throws JsonShapeException {
    return string(key).orElseThrow(() -> missing(key));
  }

  /** A whole number that fits a long. */
  public OptionalLong integer(String key) throws JsonShapeException {
    Object value = values.get(key);
    if (value == null) {
      return OptionalLong.empty();
    }
    if (value instanceof Integer || value instanceof Long) {
      return OptionalLong.of(((Number) value).longValue());
    }
    throw wrong(key, "a whole number", value);
  }

  public long requiredInteger(String key) throws JsonShapeException {
    return integer(key).orElseThrow(() -> missing(key));
  }

  public OptionalDouble number(String key) throws JsonShapeException {
    Object value = values.get(key);
    if (value == null) {
      return OptionalDouble.empty();
    }
    if (value instanceof Number number) {
      return OptionalDouble.of(number.doubleValue());
    }
    throw wrong(key, "a number", value);
  }

  public Optional<Boolean> bool(String key) throws JsonShapeException {
    Object value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Boolean truth) {
      return Optional.of(truth);
    }
    throw wrong(key, "true or false", value);
  }

  public Optional<JsonObject> object(String key) throws JsonShapeException {
    Object value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Map<?, ?> map) {
      return Optional.of(new JsonObject(name(key), map));
    }
    throw wrong(key, "an object", value);
  }

  public JsonObject requiredObject(String key) throws JsonShapeException {
    return object(key).orElseThrow(() -> missing(key));
  }

  /** The objects of an array; empty if the key is absent. */
  public List<JsonObject> objects(String key) throws JsonShapeException {
    List<JsonObject> objects = new ArrayList<>();
    for (Object item : array(key)) {
      if (!(item instanceof Map<?, ?> map)) {
        throw wrong(key, "an array of objects", item);
      }
      objects.add(new JsonObject(name(key) + "[" + objects.size() + "]", map));
    }
    return objects;
  }

  /** The texts of an array; empty if the key is absent. */
  public List<String> strings(String key) throws JsonShapeException {
    List<String> texts = new ArrayList<>();
    for (Object item : array(key)) {
      if (!(item instanceof String text)) {
        throw wrong(key, "an array of texts", item);
      }
      texts.add(text);
    }
    return texts;
  }

  /** The whole numbers of an array; empty if the key is absent. */
  public List<Long> integers(String key) throws JsonShapeException {
    List<Long> numbers = new ArrayList<>();
    for (Object item : array(key)) {
      if (!(item instanceof Integer || item instanceof Long)) {
        throw wrong(key, "an array of whole numbers", item);
      }
      numbers.add(((Number) item).longValue());
    }
    return numbers;
  }

  /** As {@link #integers}, of an array in which one that is not known is null. */
  public List<OptionalLong> integersOrNull(String key) throws JsonShapeException {
    List<OptionalLong> numbers = new ArrayList<>();
    for (Object item : array(key)) {
      if (item != null && !(item instanceof Integer || item instanceof Long)) {
        throw wrong(key, "an array of whole numbers and nulls", item);
      }
      numbers.add(
          item == null ? OptionalLong.empty() : OptionalLong.of(((Number) item).longValue()));
    }
    return numbers;
  }

  private List<?> array(String key) throws JsonShapeException {
    Object value = values.get(key);
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list) {
      return list;
    }
    throw wrong(key, "an array", value);
  }

  private JsonShapeException missing(String key) {
    return new JsonShapeException(name(key) + ": this key is required and missing");
  }

  private JsonShapeException wrong(String key, String expected, Object found) {
    return new JsonShapeException(name(key) + ": expected " + expected + ", found " + shape(found));
  }

  private String name(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static String shape(@org.jspecify.annotations.Nullable Object value) {
    if (value instanceof Map) {
      return "an object";
    }
    return value instanceof List ? "an array" : String.valueOf(value);
  }
}
