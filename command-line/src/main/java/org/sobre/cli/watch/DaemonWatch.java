package org.sobre.cli.watch;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.message.Messages;
import org.sobre.jobs.station.DaemonSocket;
import org.sobre.jobs.station.NodeView;

/**
 * What the node's daemon says, or the user's own daemon where there is no other; own readings where
 * neither answers, with tools that start when they are needed first and end when a daemon answers
 * again.
 */
public final class DaemonWatch implements NodeWatch {

  private static final Messages MESSAGES = Messages.of(DaemonWatch.class);

  /** The ledger's word for cards that {@code sobre-monitord release} let go of. */
  private static final String RELEASED = "released";

  private static final Duration DEADLINE = Duration.ofMillis(500);

  private final List<Path> sockets;
  private final Supplier<NodeWatch> own;
  private Optional<NodeWatch> opened = Optional.empty();

  /**
   * @param sockets of daemons, the first that answers is believed
   * @param own readings without a daemon
   */
  public DaemonWatch(List<Path> sockets, Supplier<NodeWatch> own) {
    this.sockets = List.copyOf(sockets);
    this.own = own;
  }

  @Override
  public Sight look() {
    for (Path socket : sockets) {
      Optional<NodeView> view = ask(socket);
      if (view.isPresent()) {
        close();
        return new Sight(view.get(), notes(view.get()));
      }
    }
    NodeWatch readings = opened.orElseGet(own);
    opened = Optional.of(readings);
    Sight sight = readings.look();
    return new Sight(
        sight.view(),
        Stream.concat(Stream.of(MESSAGES.text("no.daemon")), sight.notes().stream()).toList());
  }

  @Override
  public void keepUp() {
    opened.ifPresent(NodeWatch::keepUp);
  }

  @Override
  public void close() {
    opened.ifPresent(NodeWatch::close);
    opened = Optional.empty();
  }

  /**
   * Empty also from a daemon that has just begun and does not know its devices yet, and from one of
   * an older version, which does not know the question.
   */
  private static Optional<NodeView> ask(Path socket) {
    try {
      NodeView view = NodeView.of(new DaemonSocket(socket, DEADLINE).ask(NodeView.question()));
      return Optional.of(view).filter(known -> !known.devices().isEmpty());
    } catch (IOException | JsonShapeException e) {
      return Optional.empty();
    }
  }

  private static List<String> notes(NodeView view) {
    return view.devices().stream()
        .filter(device -> device.watts().isEmpty() && !device.withheld())
        .map(DaemonWatch::note)
        .distinct()
        .toList();
  }

  private static String note(NodeView.Device device) {
    Optional<String> missing = device.missing();
    if (missing.equals(Optional.of(RELEASED))) {
      return MESSAGES.text("no.watts.released");
    }
    return missing.isPresent()
        ? MESSAGES.text("no.watts.why", device.part(), device.device(), missing.get())
        : MESSAGES.text("no.watts.daemon", device.part(), device.device());
  }
}
