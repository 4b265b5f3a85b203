package org.sobre.hardware.probe;

import java.nio.file.Path;

/**
 * Where the kernel's trees are. Every reader gets one, so that a test reads a recorded tree through
 * the same door.
 *
 * @param root {@code /} on a real machine
 */
public record SysRoot(Path root) {

  public static SysRoot machine() {
    return new SysRoot(Path.of("/"));
  }

  public Path sys() {
    return root.resolve("sys");
  }

  public Path proc() {
    return root.resolve("proc");
  }

  public Path dev() {
    return root.resolve("dev");
  }

  public Path run() {
    return root.resolve("run");
  }
}
