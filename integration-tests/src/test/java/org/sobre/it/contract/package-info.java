/**
 * What others rely on: docs/contracts, held against files of a real run that never change and
 * against what today's code and today's cluster write.
 */
@org.jspecify.annotations.NullMarked
package org.sobre.it.contract;
