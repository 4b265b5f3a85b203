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

  /** Begins, where the command reads the store and there is room. */
  static void begin(String... words) {
    if (Runtime.getRuntime().availableProcessors() > 1 && READERS.contains(command(words))) {
      Thread ahead = new Thread(AccountingStore::prepare, "store-ahead");
      ahead.setDaemon(true);
      ahead.start();
    }
  }

  /** Of a wrapper's command nothing is looked at: "sobre run -- report" reads no store. */
  private static String command(String... words) {
    for (int i = 0; i < words.length; i++) {
      if (words[i].equals("--config")) {
        i++;
      } else if (!words[i].startsWith("-")) {
        return words[i];
      }
    }
    return "";
  }
}
