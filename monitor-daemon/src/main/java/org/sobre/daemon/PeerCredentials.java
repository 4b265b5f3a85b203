package org.sobre.daemon;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;

/**
 * Who is at the other end of a socket, as a number. The JDK gives a principal, which it compares by
 * number and whose hash code is that number: so no name service is asked what a number means, which
 * an account that is called by another's number could answer wrongly. That the hash code is the
 * number is checked, not believed: {@link #check}.
 */
final class PeerCredentials {

  private PeerCredentials() {}

  static Peer of(SocketChannel channel) throws IOException {
    UserPrincipal user = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
    return new Peer(user.hashCode(), user.getName());
  }

  /**
   * @param ownFile a file whose owner is not root, where there is one
   * @throws IOException if this Java keeps a user's number elsewhere: then no peer can be told
   */
  static void check(Path ownFile) throws IOException {
    for (Path file : new Path[] {Path.of("/"), ownFile}) {
      UserPrincipal owner = Files.getOwner(file, LinkOption.NOFOLLOW_LINKS);
      Object number = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      if (!number.equals(owner.hashCode())) {
        throw new IOException(
            "this Java ("
                + Runtime.version()
                + ") does not tell a peer's user by number: expected "
                + number
                + " for the owner of "
                + file
                + ", found "
                + owner.hashCode());
      }
    }
  }
}
