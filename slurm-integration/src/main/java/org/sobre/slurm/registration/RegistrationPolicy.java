package org.sobre.slurm.registration;

import static java.util.Objects.requireNonNull;

/**
 * What a registration may do.
 *
 * @param controller {@code host:port} of slurmctld
 * @param mayAct if not, what would be done is only said
 * @param drainsForMissingGpus whether a node that misses a GPU is drained
 */
public record RegistrationPolicy(String controller, boolean mayAct, boolean drainsForMissingGpus) {

  public RegistrationPolicy {
    requireNonNull(controller, "controller");
  }
}
