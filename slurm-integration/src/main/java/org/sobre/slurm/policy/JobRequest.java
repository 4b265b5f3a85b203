package org.sobre.slurm.policy;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * What a job asks for, in the fields by which the submit plugin gets it. As Slurm 22.05 has them:
 * {@code tres_per_node} is {@code gres:gpu:nvidia_l4:1}, {@code mem_per_tres} is {@code
 * gres:gpu:24576} in MiB (seen).
 *
 * @param fields those that are set
 */
public record JobRequest(Map<String, String> fields) {

  public JobRequest {
    fields = Map.copyOf(requireNonNull(fields, "fields"));
  }
}
