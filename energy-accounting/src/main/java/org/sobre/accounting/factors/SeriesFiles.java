package org.sobre.accounting.factors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the files lie that a document names. */
interface SeriesFiles {

  /** A series of ten years of hours has 3 MB. */
  long MAX_BYTES = 64L << 20;

  /**
   * The text of a file.
   *
   * @param name as the document has it
   */
  String read(String name) throws IOException;

  /** Names are relative to the document's own directory. */
  static SeriesFiles beside(Path document) {
    return name -> {
      Path file = document.resolveSibling(name);
      if (Files.size(file) > MAX_BYTES) {
        throw new IOException(file + ": expected at most 64 MiB, found " + Files.size(file) + " B");
      }
      return Files.readString(file);
    };
  }
}
