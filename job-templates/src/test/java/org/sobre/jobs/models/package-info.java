@NullMarked
package org.sobre.jobs.models;

import org.jspecify.annotations.NullMarked;
