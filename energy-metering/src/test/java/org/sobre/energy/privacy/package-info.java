/** Tests of privacy: what stands for a person, and what does not. */
@NullMarked
package org.sobre.energy.privacy;

import org.jspecify.annotations.NullMarked;
