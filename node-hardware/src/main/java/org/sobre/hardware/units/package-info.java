/**
 * Quantities as types: energy in microjoules, power in microwatts, memory in bytes, and {@link
 * org.sobre.hardware.units.Reading}, which makes an absent value a type of its own. No I/O, no
 * dependency on any other package.
 */
@NullMarked
package org.sobre.hardware.units;

import org.jspecify.annotations.NullMarked;
