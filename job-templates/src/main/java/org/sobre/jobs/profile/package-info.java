/**
 * What a model needs: memory by batch, quality variants, requirements; read from YAML, each number
 * with its source.
 */
@NullMarked
package org.sobre.jobs.profile;

import org.jspecify.annotations.NullMarked;
