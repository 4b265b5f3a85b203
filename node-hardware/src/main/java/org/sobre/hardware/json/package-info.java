/**
 * JSON in and out: typed access to a parsed object, with errors that name the key, what was
 * expected and what was found.
 */
@NullMarked
package org.sobre.hardware.json;

import org.jspecify.annotations.NullMarked;
