package org.sobre.accounting.ingest;

import java.util.List;
import org.sobre.accounting.store.FileProgress.Quarantined;

/**
 * What an ingest did.
 *
 * @param files in the ledger
 * @param lines in these files: known, new and not taken
 * @param newLines taken now for the first time
 * @param quarantined every line of the ledger that could not be taken, this time or before
 */
public record IngestResult(int files, long lines, long newLines, List<Quarantined> quarantined) {

  public IngestResult {
    quarantined = List.copyOf(quarantined);
  }
}
