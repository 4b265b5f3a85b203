package org.sobre.jobs.oom;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What else decides whether a command is started again.
 *
 * @param wanted whether its user wants that
 * @param fillsBatch whether the command takes the batch it is given; else a smaller one changes
 *     nothing
 * @param alone whether it is the only task of its step, on one node: others would wait for it
 * @param inputIsWhole whether its standard input can be read from where the first attempt began
 * @param signals that the wrapper got, without SIG
 * @param left until the job's end; absent where there is none, or nobody tells
 */
public record Circumstances(
    boolean wanted,
    boolean fillsBatch,
    boolean alone,
    boolean inputIsWhole,
    Set<String> signals,
    Optional<Duration> left) {

  public Circumstances {
    signals = Set.copyOf(signals);
    requireNonNull(left, "left");
  }
}
