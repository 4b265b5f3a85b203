package org.sobre.jobs.profile;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.sobre.hardware.units.MemorySize;

/**
 * What a profile's command loads, as it is called where it is kept.
 *
 * @param name as {@code stabilityai/stable-diffusion-2-1} on the Hugging Face Hub, {@code
 *     llama3.1:8b} of ollama
 * @param size on the disk; absent where the profile does not say
 */
public record StoredModel(Hub hub, String name, Optional<MemorySize> size) {

  /** Who gives models their names. */
  public enum Hub {
    HUGGING_FACE,
    OLLAMA
  }

  public StoredModel {
    requireNonNull(hub, "hub");
    requireNonNull(name, "name");
    requireNonNull(size, "size");
  }
}
