/** Tests of the compiled policy. */
@NullMarked
package org.sobre.cli.policy;

import org.jspecify.annotations.NullMarked;
