package org.sobre.energy.ledger;

import java.nio.file.Path;

/** A good line and where it stands. */
record PlacedLine(Path file, long number, String hash, LedgerLine line) {

  long seq() {
    return line.header().seq();
  }

  Finding fault(String message) {
    return new Finding(Finding.Severity.FAULT, file, number, message);
  }

  @Override
  public String toString() {
    return file.getFileName() + ":" + number;
  }
}
