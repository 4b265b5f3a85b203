package org.sobre.daemon;

import static java.util.Objects.requireNonNull;

/**
 * The other end of a connection, as the kernel tells it.
 *
 * @param uid effective user of the process that connected, at that time
 * @param name of that user, or the number where it has none
 */
record Peer(int uid, String name) {

  private static final int ROOT = 0;

  Peer {
    requireNonNull(name, "name");
  }

  boolean mayAskFor(int owner) {
    return uid == owner || uid == ROOT;
  }
}
