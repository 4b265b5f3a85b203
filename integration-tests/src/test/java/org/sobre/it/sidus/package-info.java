/**
 * The packages in a SIDUS image: installed in a chroot, booted by unlike nodes from one read-only
 * tree, upgraded and purged under them.
 */
@NullMarked
package org.sobre.it.sidus;

import org.jspecify.annotations.NullMarked;
