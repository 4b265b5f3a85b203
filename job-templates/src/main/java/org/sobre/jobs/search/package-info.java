/** Where the files lie that people may have of their own: profiles, batch templates. */
@NullMarked
package org.sobre.jobs.search;

import org.jspecify.annotations.NullMarked;
