package org.sobre.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sobre.accounting.store.StoreConfig;
import org.sobre.energy.ledger.LedgerConfig;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.SobreConfig;
import picocli.CommandLine.Option;

/** The options that say where ledger and store are, and the configuration they stand before. */
final class AccountingFiles {

  @Option(
      names = "--ledger",
      paramLabel = "DIR",
      description = "Ledger to read instead of ledger.directory of the configuration.")
  private @Nullable Path ledger;

  @Option(
      names = "--store",
      paramLabel = "URL",
      description = "Accounting database (jdbc:sqlite:FILE) instead of store.url.")
  private @Nullable String store;

  /**
   * @param ledger may not be there yet
   * @param zone for months and days; the system's own if none is configured
   */
  record Resolved(LedgerDirectory ledger, String storeUrl, ZoneId zone) {}

  Resolved resolve(SobreCommand command) throws IOException, ConfigurationException {
    SobreConfig config = command.loadConfig();
    LedgerConfig ledgerConfig = LedgerConfig.from(config.ledger());
    StoreConfig storeConfig = StoreConfig.from(config.store());
    config.problems().refuseIfAny();
    String url = Optional.ofNullable(store).orElse(storeConfig.url());
    if (!StoreConfig.isUsable(url)) {
      throw new Failure(
          ExitCode.USAGE,
          "--store: expected " + StoreConfig.SQLITE + "FILE, found \"" + url + "\"");
    }
    return new Resolved(
        new LedgerDirectory(Optional.ofNullable(ledger).orElse(ledgerConfig.directory())),
        url,
        config.timeZone().orElseGet(ZoneId::systemDefault));
  }
}
