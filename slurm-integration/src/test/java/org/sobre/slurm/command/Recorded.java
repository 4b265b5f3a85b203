package org.sobre.slurm.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Texts of {@code src/test/resources/slurm}: see PROVENANCE.md there. */
public final class Recorded {

  private Recorded() {}

  public static String text(String name) throws IOException {
    return Files.readString(Path.of("src/test/resources/slurm").resolve(name));
  }

  public static NodeRecord node(String name) throws IOException, ScontrolException {
    return NodeRecord.parse(text(name));
  }

  public static List<ListedNode> listed(String name) throws IOException {
    return SinfoParser.parse(text(name));
  }
}
