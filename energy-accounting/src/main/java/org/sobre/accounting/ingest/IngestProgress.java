package org.sobre.accounting.ingest;

/** Told of each file, for a person who waits. */
@FunctionalInterface
public interface IngestProgress {

  /** For those who do not wait. */
  IngestProgress NONE = (done, total) -> {};

  /**
   * @param done files read so far
   * @param total files in the ledger
   */
  void file(int done, int total);
}
