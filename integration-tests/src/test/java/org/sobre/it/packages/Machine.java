package org.sobre.it.packages;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.sobre.it.lab.Command;
import org.sobre.it.lab.Components;
import org.sobre.it.lab.Result;

/**
 * A machine with a clean Debian and its own systemd, through {@code
 * integration-tests/lab/machine/machine}. The checkout is at {@link #SOURCE}, the built packages
 * are at {@link #PACKAGES}, both read-only.
 */
final class Machine implements AutoCloseable {

  static final String SOURCE = "/source";
  static final String PACKAGES = "/packages";

  /** Its own Debian before anything was installed on it. */
  static final String BASE = "/base";

  private static final Duration DEADLINE = Duration.ofMinutes(5);

  private final String name;

  private Machine(String name) {
    this.name = name;
  }

  /** Boots it; it is off with this JVM at the latest. The Debian is made where there is none. */
  static Machine up(String name) {
    Path base = Components.directory("sobre.machine", "../target/machine");
    if (!Files.isDirectory(base)) {
      tool("base", base.toString()).text();
    }
    Path debs = Components.directory("sobre.debs", "../target/deb");
    Path source = lab().resolveSibling("../..").normalize();
    String owner = Long.toString(ProcessHandle.current().pid());
    tool(
            "up",
            base.toString(),
            name,
            "--owner",
            owner,
            "--bind",
            source + ":" + SOURCE,
            "--bind",
            debs + ":" + PACKAGES,
            "--bind",
            base + ":" + BASE)
        .text();
    return new Machine(name);
  }

  /** A shell command, as root; gives its output and refuses one that fails. */
  String run(String script) {
    return tool("on", name, "--", "bash", "-euc", script).text();
  }

  /** One of packaging/debian/tests, where the packages lie. */
  String test(String test, String... words) {
    List<String> script = new ArrayList<>(List.of("cd", PACKAGES, "&&"));
    script.add(SOURCE + "/packaging/debian/tests/" + test);
    script.addAll(List.of(words));
    return run(String.join(" ", script));
  }

  /** The built package of that name, as the machine sees it. */
  static String deb(String packageName) {
    Path built = Components.directory("sobre.debs", "../target/deb");
    try (DirectoryStream<Path> files = Files.newDirectoryStream(built, packageName + "_*.deb")) {
      for (Path file : files) {
        return PACKAGES + "/" + file.getFileName();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new AssertionError("no " + packageName + " in " + built + ": packaging/build-deb.sh");
  }

  @Override
  public void close() {
    tool("down", name);
  }

  /** The lab's script, beside which the machine's is. */
  private static Path lab() {
    return Path.of(System.getProperty("sobre.lab", "lab/lab")).toAbsolutePath();
  }

  private static Result tool(String... words) {
    Path machine = lab().resolveSibling("machine/machine");
    List<String> command = Stream.concat(Stream.of(machine.toString()), Stream.of(words)).toList();
    return Command.run(command, Map.of(), DEADLINE);
  }
}
