package org.sobre.accounting.store;

/**
 * What the meters saw and what of it no job pays.
 *
 * @param total of the meters themselves
 * @param platform free devices and the part of held ones that nobody reserved
 * @param unknown seen by a meter, and nobody was named for it
 */
public record Metered(
    QualitySums total, QualitySums platform, QualitySums outsideSlurm, QualitySums unknown) {}
