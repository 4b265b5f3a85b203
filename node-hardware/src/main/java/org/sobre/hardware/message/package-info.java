/**
 * What Sobre says to people, in their language. Each package that speaks has its texts in {@code
 * messages.properties} (English) and {@code messages_fr.properties} beside its classes.
 */
@NullMarked
package org.sobre.hardware.message;

import org.jspecify.annotations.NullMarked;
