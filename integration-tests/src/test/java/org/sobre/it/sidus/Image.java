package org.sobre.it.sidus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sobre.it.lab.Command;
import org.sobre.it.lab.Components;
import org.sobre.it.lab.Result;

/**
 * A Debian tree that machines boot from, and what an administrator does with it: {@code
 * integration-tests/lab/sidus/image}.
 *
 * @param directory of the tree
 */
record Image(Path directory) {

  /** In the image of nodes, as README.Debian says. */
  static final List<String> PACKAGES = List.of("sobre-common", "sobre-node", "sobre-templates");

  private static final Duration DEADLINE = Duration.ofMinutes(5);

  /** A clean one, without anything of Sobre's; made when there is none. */
  static Image base() {
    Path directory = Components.directory("sobre.image", "../target/sidus").resolve("base");
    if (!Files.isDirectory(directory)) {
      tool(Map.of(), "base", directory.toString()).text();
    }
    return new Image(directory);
  }

  /** The built packages that belong in it. */
  static List<Path> debs() {
    Path built = Components.directory("sobre.debs", "../target/deb");
    return PACKAGES.stream().map(name -> only(built, name + "_*.deb")).toList();
  }

  private static Path only(Path directory, String glob) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, glob)) {
      List<Path> found = new ArrayList<>();
      files.forEach(found::add);
      if (found.size() != 1) {
        throw new AssertionError(
            "expected one " + glob + " in " + directory + " (packaging/build-deb.sh): " + found);
      }
      return found.get(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A copy of its own, in place of an older one of that name. */
  Image copy(String name) {
    Path copy = directory.resolveSibling(name);
    Command.run(List.of("rm", "-rf", copy.toString()), Map.of(), DEADLINE).text();
    List<String> words = List.of("cp", "-a", directory.toString(), copy.toString());
    Command.run(words, Map.of(), DEADLINE).text();
    return new Image(copy);
  }

  /** As {@code apt install ./*.deb} in the chroot does it, over an older version too. */
  Result install(List<Path> debs) {
    return install(debs, Map.of());
  }

  /** As an administrator does it whose recipe mounts no {@code /proc}. */
  Result installWithoutProc(List<Path> debs) {
    return install(debs, Map.of("LAB_NO_PROC", "1"));
  }

  private Result install(List<Path> debs, Map<String, String> environment) {
    Stream<String> words =
        Stream.concat(Stream.of("upgrade", at("/")), debs.stream().map(Path::toString));
    return tool(environment, words.toArray(String[]::new));
  }

  /** As {@code apt purge} in the chroot does it. */
  Result purge() {
    Stream<String> words = Stream.concat(Stream.of("purge", at("/")), PACKAGES.stream());
    return tool(Map.of(), words.toArray(String[]::new));
  }

  /** Changes when anything of the tree does. */
  String sum() {
    return tool(Map.of(), "sum", at("/")).text();
  }

  /** What the packages say of their version. */
  static String debVersion() {
    List<String> query = List.of("dpkg-deb", "-f", debs().get(0).toString(), "Version");
    return Command.run(query, Map.of(), DEADLINE).text();
  }

  /** Runs a command in the chroot, with {@code /proc}. */
  Result runWithProc(String... words) {
    String script = "mount -t proc proc \"$0/proc\" && exec chroot \"$0\" \"$@\"";
    List<String> before = List.of("unshare", "--mount", "sh", "-c", script, at("/"));
    List<String> all = Stream.concat(before.stream(), Stream.of(words)).toList();
    return Command.run(all, Map.of("LC_ALL", "C.UTF-8"), DEADLINE);
  }

  /** Runs a command in the chroot, without {@code /proc}. */
  Result run(String... words) {
    Stream<String> all = Stream.concat(Stream.of("chroot", at("/")), Stream.of(words));
    return Command.run(all.toList(), Map.of("LC_ALL", "C.UTF-8"), DEADLINE);
  }

  /** Where a path of the tree is on this machine. */
  String at(String path) {
    return directory + path;
  }

  /** The files of Sobre's packages, as paths of the tree. */
  Set<String> packaged() {
    List<String> query = new ArrayList<>(List.of("dpkg-query", "-L"));
    query.addAll(PACKAGES);
    return run(query.toArray(String[]::new))
        .text()
        .lines()
        // /lib is a link to /usr/lib
        .map(path -> path.startsWith("/lib/") ? "/usr" + path : path)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * The files, links and empty directories that the other one has not, or has otherwise: in size,
   * time or target.
   */
  Set<String> differenceFrom(Image other) {
    Set<String> states = states();
    states.removeAll(other.states());
    return states.stream()
        .map(state -> state.split("\t", 2)[0])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Set<String> states() {
    List<String> words = new ArrayList<>(List.of("find", at("/"), "-type", "d", "-empty"));
    words.addAll(List.of("-printf", "/%P\\n", "-o", "-not", "-type", "d"));
    words.addAll(List.of("-printf", "/%P\\t%s %T@ %l\\n"));
    String found = Command.run(words, Map.of(), DEADLINE).text();
    return found.lines().collect(Collectors.toCollection(TreeSet::new));
  }

  /** The command lines of what runs with this tree as its root. */
  List<String> processes() {
    List<String> running = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : all) {
        if (rootOf(process).startsWith(directory)) {
          running.add(Files.readString(process.resolve("cmdline")).replace('\0', ' '));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return running;
  }

  private static Path rootOf(Path process) {
    try {
      return Files.readSymbolicLink(process.resolve("root"));
    } catch (IOException e) {
      // it has ended meanwhile
      return Path.of("/");
    }
  }

  private static Result tool(Map<String, String> environment, String... words) {
    Path lab = Path.of(System.getProperty("sobre.lab", "lab/lab")).toAbsolutePath();
    String program = lab.resolveSibling("sidus").resolve("image").toString();
    return Command.run(
        Stream.concat(Stream.of(program), Stream.of(words)).toList(), environment, DEADLINE);
  }
}
