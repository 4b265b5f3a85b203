/** Tests of the profile files, the shipped ones included. */
@NullMarked
package org.sobre.jobs.profile;

import org.jspecify.annotations.NullMarked;
