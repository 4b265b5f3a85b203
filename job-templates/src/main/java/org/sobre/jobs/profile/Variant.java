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
 * @param minComputeCapability of NVIDIA's cards, beside what the profile asks for; on others the
 *     variant is passed over
 */
public record Variant(
    String name,
    Map<String, String> key,
    MemoryModel memory,
    Optional<String> loses,
    Optional<Version> minComputeCapability) {

  public Variant {
    requireNonNull(name, "name");
    key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
    requireNonNull(memory, "memory");
    requireNonNull(loses, "loses");
    requireNonNull(minComputeCapability, "minComputeCapability");
  }

  /** One that asks for no more than its profile. */
  public Variant(String name, Map<String, String> key, MemoryModel memory, Optional<String> loses) {
    this(name, key, memory, loses, Optional.empty());
  }
}
