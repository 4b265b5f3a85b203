package org.sobre.cli;

import java.util.List;
import org.sobre.accounting.store.AccountingStore;

/**
 * Gets the database's driver ready on another processor, while this one reads the words and the
 * configuration: a report of a month takes a third of its time to open the database.
 */
final class StoreAhead {

  private static final List<String> READERS = List.of("report", "statement");

  private StoreAhead() {}

  /** Begins, where a command that reads the store may be among the words and there is room. */
  static void begin(String... words) {
    if (Runtime.getRuntime().availableProcessors() > 1
        && List.of(words).stream().anyMatch(READERS::contains)) {
      Thread ahead = new Thread(AccountingStore::prepare, "store-ahead");
      ahead.setDaemon(true);
      ahead.start();
    }
  }
}
