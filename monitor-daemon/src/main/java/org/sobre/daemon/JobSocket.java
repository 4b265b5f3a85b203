package org.sobre.daemon;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code job.sock}: where a job asks for its energy and says what it did, one line for one line.
 */
final class JobSocket implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(JobSocket.class);

  private final LocalSocket socket;

  private JobSocket(LocalSocket socket) {
    this.socket = socket;
  }

  /**
   * Empty, and said, if the socket cannot be made: jobs are metered all the same, and only cannot
   * ask.
   *
   * @throws IOException if another daemon answers there: two would write one chain
   */
  static Optional<JobSocket> openIfPossible(Path path, JobAnswers answers) throws IOException {
    refuseAnother(path);
    try {
      return Optional.of(bind(path, answers, LocalSocket.Access.EVERYBODY));
    } catch (IOException e) {
      LOG.warn(
          "{} cannot be made, so jobs cannot ask what they draw: {}; is {} there, and may this user"
              + " write it (systemd-tmpfiles --create)? Looked at again at the next start",
          path,
          e.getMessage(),
          path.getParent());
      return Optional.empty();
    }
  }

  /**
   * @throws IOException if the socket cannot be made, or another daemon answers there
   */
  static JobSocket open(Path path, JobAnswers answers, LocalSocket.Access access)
      throws IOException {
    refuseAnother(path);
    return bind(path, answers, access);
  }

  private static JobSocket bind(Path path, JobAnswers answers, LocalSocket.Access access)
      throws IOException {
    LocalSocket.Protocol line = (request, rest, peer) -> answer(answers, request, rest, peer);
    return new JobSocket(
        LocalSocket.bind("job-socket", path, access, Connections.MOST_OF_ONE_USER, line));
  }

  /** Whether a daemon answers there. The kernel refuses where nobody listens any more. */
  static boolean isAnswered(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false);
      channel.connect(UnixDomainSocketAddress.of(path));
      return true;
    } catch (SocketException e) {
      return false;
    }
  }

  private static void refuseAnother(Path path) throws IOException {
    if (isAnswered(path)) {
      throw new IOException("another sobre-monitord of this node answers at " + path + ": stop it");
    }
  }

  @Override
  public void close() {
    socket.close();
  }

  private static Optional<byte[]> answer(
      JobAnswers answers, String request, LocalSocket.Rest rest, Peer peer) {
    int newline = request.indexOf('\n');
    if (newline < 0 && rest == LocalSocket.Rest.MAY_COME) {
      return Optional.empty();
    }
    String line = newline < 0 ? request : request.substring(0, newline);
    String answer =
        newline < 0 && rest == LocalSocket.Rest.NO_ROOM
            ? JobAnswers.error(
                "expected one line of at most " + Connections.LONGEST_REQUEST + " bytes")
            : answer(answers, line, peer);
    return Optional.of((answer + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Nothing that anybody writes may end the thread that serves all. */
  private static String answer(JobAnswers answers, String request, Peer peer) {
    try {
      return answers.answer(request, peer);
    } catch (StackOverflowError e) {
      // Anybody can write this: a log of it would fill /run, where an image keeps its journal.
      return JobAnswers.error("expected one object, found brackets within brackets too deep");
    } catch (RuntimeException e) {
      LOG.error("a defect of Sobre, please report it; asked by uid {}", peer.uid(), e);
      return JobAnswers.error("this request cannot be answered; the daemon's log has the reason");
    }
  }
}
