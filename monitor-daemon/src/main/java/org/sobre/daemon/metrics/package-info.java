/**
 * What the daemon tells a monitoring system: figures of the node in Prometheus' text format, over
 * one request of HTTP. Names and meanings: docs/metrics.md.
 */
@NullMarked
package org.sobre.daemon.metrics;

import org.jspecify.annotations.NullMarked;
