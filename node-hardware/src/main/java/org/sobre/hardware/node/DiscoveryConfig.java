package org.sobre.hardware.node;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.sobre.hardware.config.YamlSection;
import org.sobre.hardware.units.MemorySize;

/**
 * The section {@code discovery:} of sobre.yaml.
 *
 * @param deadline for all probes together, 1 s to 20 s: sobre-register.service has 30 s in all
 * @param offerFrom least total video memory of a GPU that is given to Slurm
 * @param nvidiaSmi program name or path
 */
public record DiscoveryConfig(Duration deadline, MemorySize offerFrom, String nvidiaSmi) {

  private static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(10);
  private static final long DEFAULT_OFFER_FROM_MIB = 4096;
  private static final long MAX_OFFER_FROM_MIB = 1 << 20;
  private static final String NVIDIA_SMI = "nvidia-smi";

  public DiscoveryConfig {
    requireNonNull(deadline, "deadline");
    requireNonNull(offerFrom, "offerFrom");
    requireNonNull(nvidiaSmi, "nvidiaSmi");
  }

  /** What is wrong is added to the section's problems and reads as the default. */
  public static DiscoveryConfig from(YamlSection section) {
    YamlSection tools = section.section("tools");
    DiscoveryConfig config =
        new DiscoveryConfig(
            section
                .duration("deadline", Duration.ofSeconds(1), Duration.ofSeconds(20))
                .orElse(DEFAULT_DEADLINE),
            MemorySize.ofMebibytes(
                section
                    .integer("offerFromMiB", 0, MAX_OFFER_FROM_MIB)
                    .orElse(DEFAULT_OFFER_FROM_MIB)),
            nvidiaSmi(tools));
    tools.refuseUnknownKeys();
    section.refuseUnknownKeys();
    return config;
  }

  private static String nvidiaSmi(YamlSection tools) {
    Optional<String> tool = tools.string("nvidiaSmi");
    if (tool.isPresent() && tool.get().isEmpty()) {
      tools.problem("nvidiaSmi", "expected a program's name or path, found nothing");
      return NVIDIA_SMI;
    }
    return tool.orElse(NVIDIA_SMI);
  }
}
