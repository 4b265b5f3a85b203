package org.sobre.truth;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A part of a line of the ledger, as the contract of SCHEMAS has its keys. */
record Line(Map<?, ?> members) {

  static Line parse(String text) {
    try {
      return new Line(JSON.std.mapFrom(text));
    } catch (IOException e) {
      throw new UncheckedIOException(text, e);
    }
  }

  private @Nullable Object get(String key) {
    return members.get(key);
  }

  boolean has(String key) {
    return get(key) != null;
  }

  String text(String key) {
    return String.valueOf(Objects.requireNonNull(get(key), key));
  }

  long number(String key) {
    return get(key) instanceof Number number ? number.longValue() : 0;
  }

  Line object(String key) {
    return new Line(get(key) instanceof Map<?, ?> map ? map : Map.of());
  }

  List<Line> array(String key) {
    List<Line> all = new ArrayList<>();
    if (get(key) instanceof List<?> list) {
      list.forEach(one -> all.add(new Line((Map<?, ?>) one)));
    }
    return all;
  }

  /** Microjoules by quality. */
  Map<String, Long> energy(String key) {
    Map<String, Long> of = new TreeMap<>();
    object(key)
        .members
        .forEach(
            (quality, microjoules) ->
                of.put(String.valueOf(quality), ((Number) microjoules).longValue()));
    return of;
  }
}
