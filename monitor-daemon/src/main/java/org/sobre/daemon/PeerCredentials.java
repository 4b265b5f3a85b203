package org.sobre.daemon;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.OptionalInt;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/**
 * Who is at the other end of a socket, as a number. The JDK gives a principal, which it compares by
 * number and whose hash code is that number: so no name service is asked what a number means, which
 * an account that is called by another's number could answer wrongly. That the hash code is the
 * number is checked of a real connection, not believed: {@link #check}. A group is of the same
 * class there.
 */
final class PeerCredentials {

  private PeerCredentials() {}

  static Peer of(SocketChannel channel) throws IOException {
    UnixDomainPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
    UserPrincipal user = peer.user();
    return new Peer(user.hashCode(), OptionalInt.of(peer.group().hashCode()), user.getName());
  }

  /**
   * Connects to itself, before others may.
   *
   * @param server that waits for nobody else yet
   * @param path of the server's socket, which this process made
   * @throws IOException if this Java keeps a user's number elsewhere: then no peer can be told
   */
  static void check(ServerSocketChannel server, Path path) throws IOException {
    int expected = (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    int found;
    try (SocketChannel self = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      self.connect(UnixDomainSocketAddress.of(path));
      try (SocketChannel peer = server.accept()) {
        found = of(peer).uid();
      }
    }
    if (found != expected) {
      throw new IOException(
          "this Java ("
              + Runtime.version()
              + ") does not tell a peer's user by number: expected "
              + expected
              + " for this process's own, found "
              + found);
    }
  }
}
