/**
 * The arrows of ARCHITECTURE.md and the habits of CONTRIBUTING.md, checked on the compiled classes
 * of every module.
 */
@NullMarked
package org.sobre.it.architecture;

import org.jspecify.annotations.NullMarked;
