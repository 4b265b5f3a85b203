package org.sobre.it.lab;

/**
 * A job as {@code sacct -X} tells it.
 *
 * @param state COMPLETED, FAILED, CANCELLED, TIMEOUT; empty while accounting does not know the job
 * @param exitCode status and signal, as in {@code 3:0}
 */
public record JobRecord(String state, String exitCode) {}
