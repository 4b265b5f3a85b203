package org.sobre.accounting.ingest;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.ForgottenPersons;
import org.sobre.accounting.store.ForgottenPersons.State;
import org.sobre.energy.ledger.ForgottenRecord;
import org.sobre.energy.ledger.LedgerDirectory;

/**
 * Whether a store knows persons that the ledger has forgotten. The ledger's record tells of each
 * file before it is replaced, and once more when all are: a store that has read the whole record
 * before the files has none of them.
 */
final class PersonsKept {

  private final LedgerDirectory ledger;
  private final AccountingStore store;

  PersonsKept(LedgerDirectory ledger, AccountingStore store) {
    this.ledger = ledger;
    this.store = store;
  }

  /** Whether the record says other than when the store was begun to be filled. */
  boolean isBehind() throws IOException {
    return ForgottenRecord.size(ledger) != state().recordBytes();
  }

  /** Empties the store where it is behind, so that no name is left in a free page of its file. */
  void catchUp() throws IOException {
    if (isBehind()) {
      ForgottenRecord record = ForgottenRecord.read(ledger);
      Optional<Instant> keptFrom =
          record.firstKept().map(month -> month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC));
      change(forgotten -> forgotten.begin(record.bytes(), keptFrom));
    }
    if (!state().isSwept() && store.sweep()) {
      change(ForgottenPersons::swept);
    }
  }

  private State state() throws IOException {
    return store.read(
        connection -> {
          try (ForgottenPersons forgotten = new ForgottenPersons(connection)) {
            return forgotten.state();
          }
        });
  }

  private interface Change {
    void in(ForgottenPersons forgotten) throws java.sql.SQLException;
  }

  private void change(Change change) throws IOException {
    store.write(
        connection -> {
          try (ForgottenPersons forgotten = new ForgottenPersons(connection)) {
            change.in(forgotten);
            return true;
          }
        });
  }
}
