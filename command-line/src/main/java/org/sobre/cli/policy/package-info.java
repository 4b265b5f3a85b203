/** Running the controller's job_submit.lua outside of it. */
@NullMarked
package org.sobre.cli.policy;

import org.jspecify.annotations.NullMarked;
