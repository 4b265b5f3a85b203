package org.sobre.energy.station;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The directories of a user's own daemon, {@code sobre-monitord --own}, which that daemon and the
 * commands that talk to it must see alike. XDG Base Directory Specification 0.8.
 *
 * @param run of the socket: {@code $XDG_RUNTIME_DIR/sobre} where that variable names a directory of
 *     the user's own, else {@code /tmp/sobre-UID}
 * @param state {@code $XDG_STATE_HOME/sobre}, else {@code ~/.local/state/sobre}: ledger and log
 * @param cache {@code $XDG_CACHE_HOME/sobre}, else {@code ~/.cache/sobre}: what can be made anew
 */
public record OwnStation(Path run, Path state, Path cache) {

  private static final String NAME = "sobre";
  private static final int ROOT = 0;

  public OwnStation {
    requireNonNull(run, "run");
    requireNonNull(state, "state");
    requireNonNull(cache, "cache");
  }

  /** Of the user of this process. */
  public static OwnStation ofThisUser() throws IOException {
    int uid = uidOfThisProcess();
    // the JDK's home of a uid that no passwd line names is "?"
    Path home = Path.of(System.getProperty("user.home", "/"));
    return of(
        System.getenv(),
        home.isAbsolute() ? home : Path.of("/"),
        uid,
        directory -> isDirectoryOf(directory, uid));
  }

  /**
   * @param variables the user's environment; of root with another's {@code HOME}, as {@code sudo
   *     -E} leaves it, none counts: what root made there, its owner could not write afterwards
   * @param home where {@code HOME} names none
   * @param isOwn whether a path is a directory of the user's that nobody else may write
   */
  public static OwnStation of(
      Map<String, String> variables, Path home, int uid, Predicate<Path> isOwn) {
    boolean borrowed =
        uid == ROOT && absolute(variables, "HOME").filter(isOwn.negate()).isPresent();
    Map<String, String> environment = borrowed ? Map.of() : variables;
    Path own = absolute(environment, "HOME").orElse(home);
    Path run =
        absolute(environment, "XDG_RUNTIME_DIR")
            .filter(isOwn)
            .map(directory -> directory.resolve(NAME))
            .orElse(Path.of("/tmp", NAME + "-" + uid));
    return new OwnStation(
        run,
        absolute(environment, "XDG_STATE_HOME").orElse(own.resolve(".local/state")).resolve(NAME),
        absolute(environment, "XDG_CACHE_HOME").orElse(own.resolve(".cache")).resolve(NAME));
  }

  public Path socket() {
    return run.resolve("job.sock");
  }

  public Path ledger() {
    return state.resolve("ledger");
  }

  /** What the daemon said, from its starts. */
  public Path log() {
    return state.resolve("monitord.log");
  }

  /** The effective user: the kernel makes it the owner of {@code /proc/self}. */
  public static int uidOfThisProcess() throws IOException {
    return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }

  /** A directory, no link to one, of this user, which nobody else may write. */
  public static boolean isDirectoryOf(Path directory, int uid) {
    try {
      Object owner = Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      Set<PosixFilePermission> modes =
          Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
      return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
          && owner.equals(uid)
          && !modes.contains(PosixFilePermission.GROUP_WRITE)
          && !modes.contains(PosixFilePermission.OTHERS_WRITE);
    } catch (IOException e) {
      return false;
    }
  }

  /** The specification: a path that is not absolute is as if it were not there. */
  private static Optional<Path> absolute(Map<String, String> environment, String variable) {
    return Optional.ofNullable(environment.get(variable))
        .filter(value -> value.startsWith("/") && value.indexOf('\0') < 0)
        .map(Path::of);
  }
}
