/**
 * What the controller's job_submit.lua knows of the site, and writing that script: pure, from the
 * nodes' documents to a text.
 */
@NullMarked
package org.sobre.slurm.policy;

import org.jspecify.annotations.NullMarked;
