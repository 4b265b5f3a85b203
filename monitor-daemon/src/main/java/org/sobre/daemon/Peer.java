package org.sobre.daemon;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;

/**
 * The other end of a connection, as the kernel tells it.
 *
 * @param uid effective user of the process that connected, at that time
 * @param gid effective group of that process; absent where it was not asked for
 * @param name of that user, or the number where it has none
 */
record Peer(int uid, OptionalInt gid, String name) {

  private static final int ROOT = 0;

  Peer {
    requireNonNull(gid, "gid");
    requireNonNull(name, "name");
  }

  Peer(int uid, String name) {
    this(uid, OptionalInt.empty(), name);
  }

  boolean mayAskFor(int owner) {
    return uid == owner || uid == ROOT;
  }
}
