/**
 * What is published of GPU models and no card tells of itself: family, power, memory, prices,
 * embodied carbon; each number with its source. A site's file stands over the shipped one.
 */
@NullMarked
package org.sobre.hardware.catalog;

import org.jspecify.annotations.NullMarked;
