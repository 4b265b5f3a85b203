package org.sobre.hardware.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sobre.hardware.probe.SysRoot;

/** The name under which a machine stands in Slurm, in the ledger and in sobre.yaml. */
public final class HostName {

  private HostName() {}

  /**
   * The kernel's host name without its domain.
   *
   * @throws IOException if the kernel gives none
   */
  public static String of(SysRoot root) throws IOException {
    Path file = root.proc().resolve("sys/kernel/hostname");
    String name = shortName(Files.readString(file).strip());
    if (name.isEmpty()) {
      throw new IOException("expected a host name in " + file + ", found none");
    }
    return name;
  }

  /** Without the domain, if it has one. */
  public static String shortName(String name) {
    int dot = name.indexOf('.');
    return dot <= 0 ? name : name.substring(0, dot);
  }
}
