/**
 * YAML with line and column kept, and all its problems collected before anything is refused. Each
 * module binds its own section; this package only splits the document.
 */
@NullMarked
package org.sobre.hardware.config;

import org.jspecify.annotations.NullMarked;
