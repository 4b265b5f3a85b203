/**
 * The machine as a whole: {@link org.sobre.hardware.node.NodeScan} runs every probe and gives a
 * {@link org.sobre.hardware.node.NodeDescription}. The only package that touches OSHI.
 */
@NullMarked
package org.sobre.hardware.node;

import org.jspecify.annotations.NullMarked;
