/**
 * Whose processes are on which GPU: what the vendors' tools and the kernel show, and the owners
 * that {@code /proc} names. What follows from it for the bill is {@link
 * org.sobre.energy.attribution.Attribution}'s business.
 */
@NullMarked
package org.sobre.energy.occupancy;

import org.jspecify.annotations.NullMarked;
