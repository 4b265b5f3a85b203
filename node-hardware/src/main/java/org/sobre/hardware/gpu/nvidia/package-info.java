/**
 * NVIDIA cards as {@code nvidia-smi} tells of them: pure parsers of what it prints, the table of
 * its exit statuses, and the probe that asks. Its output is not guaranteed to stay; what changed
 * from driver to driver is noted where it is read.
 */
@NullMarked
package org.sobre.hardware.gpu.nvidia;

import org.jspecify.annotations.NullMarked;
