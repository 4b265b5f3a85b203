/**
 * What is known of a GPU, whoever made it. The vendors live one package below; nothing here knows
 * their tools.
 */
@NullMarked
package org.sobre.hardware.gpu;

import org.jspecify.annotations.NullMarked;
