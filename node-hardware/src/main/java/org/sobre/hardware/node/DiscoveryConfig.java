package org.sobre.hardware.node;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.sobre.hardware.config.ScalarType;
import org.sobre.hardware.config.YamlSection;
import org.sobre.hardware.units.MemorySize;

/**
 * The section {@code discovery:} of sobre.yaml.
 *
 * @param deadline for all probes together, 1 s to 20 s: sobre-register.service has 30 s in all
 * @param offerFrom least total video memory of a GPU that is given to Slurm
 * @param nvidiaSmi program name or path
 * @param rocmSmi program name or path, asked where amd-smi gives no answer
 * @param amdSmi program name or path
 */
public record DiscoveryConfig(
    Duration deadline, MemorySize offerFrom, String nvidiaSmi, String rocmSmi, String amdSmi) {

  private static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(10);
  private static final long DEFAULT_OFFER_FROM_MIB = 4096;
  private static final long MAX_OFFER_FROM_MIB = 1 << 20;
  static final String NVIDIA_SMI = "nvidia-smi";
  static final String ROCM_SMI = "rocm-smi";
  static final String AMD_SMI = "amd-smi";

  public DiscoveryConfig {
    requireNonNull(deadline, "deadline");
    requireNonNull(offerFrom, "offerFrom");
    requireNonNull(nvidiaSmi, "nvidiaSmi");
    requireNonNull(rocmSmi, "rocmSmi");
    requireNonNull(amdSmi, "amdSmi");
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
                    .value("offerFromMiB", ScalarType.mebibytes(MAX_OFFER_FROM_MIB))
                    .orElse(DEFAULT_OFFER_FROM_MIB)),
            tools.value("nvidiaSmi", ScalarType.program()).orElse(NVIDIA_SMI),
            tools.value("rocmSmi", ScalarType.program()).orElse(ROCM_SMI),
            tools.value("amdSmi", ScalarType.program()).orElse(AMD_SMI));
    tools.refuseUnknownKeys();
    section.refuseUnknownKeys();
    return config;
  }
}
