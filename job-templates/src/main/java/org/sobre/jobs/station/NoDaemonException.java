package org.sobre.jobs.station;

import java.io.IOException;

/** Nobody takes connections on the socket, or it may not be opened: no daemon was asked. */
public final class NoDaemonException extends IOException {

  private static final long serialVersionUID = 1;

  NoDaemonException(String message) {
    super(message);
  }
}
