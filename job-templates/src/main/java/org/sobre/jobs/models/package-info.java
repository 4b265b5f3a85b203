/** Where models lie that commands load: the site's store, or the user's own. */
@NullMarked
package org.sobre.jobs.models;

import org.jspecify.annotations.NullMarked;
