package org.sobre.daemon;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.daemon.metrics.MetricsAnswers;

/**
 * {@code metrics.sock}: the node's figures by HTTP, for root and for the unit that offers them at a
 * port. The daemon itself has no network (docs/decisions/0012-hardening.md).
 */
final class MetricsSocket {

  private static final Logger LOG = LoggerFactory.getLogger(MetricsSocket.class);

  private MetricsSocket() {}

  /** Empty, and said, if the socket cannot be made: the node is measured all the same. */
  static Optional<LocalSocket> openIfPossible(Path path, MetricsAnswers answers) {
    try {
      return Optional.of(
          LocalSocket.bind(
              "metrics-socket",
              path,
              LocalSocket.Access.OWNER,
              // all who come through the port are one user here
              Connections.MOST,
              (request, rest, peer) -> answers.answer(request, rest == LocalSocket.Rest.MAY_COME)));
    } catch (IOException e) {
      LOG.warn("{} cannot be made, so nothing can read metrics: {}", path, e.getMessage());
      return Optional.empty();
    }
  }
}
