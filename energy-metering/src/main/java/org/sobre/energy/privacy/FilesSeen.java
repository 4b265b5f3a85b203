package org.sobre.energy.privacy;

/** Told of each file, for a person who waits. */
@FunctionalInterface
public interface FilesSeen {

  /** For those who do not wait. */
  FilesSeen NOBODY = (done, total) -> {};

  void file(int done, int total);
}
