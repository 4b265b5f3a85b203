package org.sobre.jobs.oom;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** PyTorch's allocator, as its environment tells it to work. */
public final class AllocatorSettings {

  /**
   * The name of CUDA's builds, of ROCm's, and of both from 2.9 on, which goes before the others.
   */
  private static final List<String> VARIABLES =
      List.of("PYTORCH_ALLOC_CONF", "PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_HIP_ALLOC_CONF");

  private static final String OPTION = "expandable_segments";

  private AllocatorSettings() {}

  /**
   * The environment with segments that can grow. Words of the user's stay before ours.
   *
   * @return empty if the user has decided about it, or has chosen an allocator without segments
   */
  public static Optional<Map<String, String>> expandable(Map<String, String> environment) {
    List<String> set =
        VARIABLES.stream()
            .filter(name -> !environment.getOrDefault(name, "").isBlank())
            .collect(Collectors.toList());
    if (set.stream().map(environment::get).anyMatch(AllocatorSettings::isDecided)) {
      return Optional.empty();
    }
    Map<String, String> changed = new HashMap<>(environment);
    for (String name : set.isEmpty() ? VARIABLES : set) {
      String own = environment.getOrDefault(name, "").strip();
      changed.put(name, (own.isEmpty() ? "" : own + ",") + OPTION + ":True");
    }
    return Optional.of(Map.copyOf(changed));
  }

  /** Whether it is told to join its pieces. */
  public static boolean joins(Map<String, String> environment) {
    return VARIABLES.stream()
        .anyMatch(name -> environment.getOrDefault(name, "").contains(OPTION + ":True"));
  }

  private static boolean isDecided(String value) {
    return value.contains(OPTION) || value.contains("backend:");
  }
}
