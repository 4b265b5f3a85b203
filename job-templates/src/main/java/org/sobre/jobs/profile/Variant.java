package org.sobre.jobs.profile;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One way to run a model.
 *
 * @param key what the memory depends on (precision, optimizer, ...), in the order of the file; the
 *     command must agree with it
 * @param loses what a person gives up with it, absent if nothing: such a variant is taken only with
 *     {@code --allow-reduced}
 */
public record Variant(
    String name, Map<String, String> key, MemoryModel memory, Optional<String> loses) {

  public Variant {
    requireNonNull(name, "name");
    key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
    requireNonNull(memory, "memory");
    requireNonNull(loses, "loses");
  }
}
