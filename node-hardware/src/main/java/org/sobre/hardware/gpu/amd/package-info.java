/**
 * AMD's cards: what amd-smi, rocm-smi and the kernel's own files say of them. {@link
 * org.sobre.hardware.gpu.amd.AmdDiscovery} is the door; the parsers open no file.
 */
@NullMarked
package org.sobre.hardware.gpu.amd;

import org.jspecify.annotations.NullMarked;
