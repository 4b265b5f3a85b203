package org.sobre.energy.ledger;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.sobre.hardware.message.Messages;

/** Are the lines there to which other files are chained, of the files without persons? */
final class ForgottenCheck {

  private static final Messages MESSAGES = Messages.of(ForgottenCheck.class);

  private final LedgerDirectory directory;
  private final ForgottenRecord record;

  /** Hashes that the record tells of, before or after. */
  private final Set<String> told = new HashSet<>();

  private final Set<String> seen = new HashSet<>();

  ForgottenCheck(LedgerDirectory directory, ForgottenRecord record) {
    this.directory = directory;
    this.record = record;
    for (ForgottenRecord.Entry entry : record.entries()) {
      for (ForgottenRecord.Link link : entry.links()) {
        link.before().ifPresent(told::add);
        told.add(link.after());
      }
    }
  }

  ForgottenRecord record() {
    return record;
  }

  void see(BootLedger boot) {
    for (PlacedLine line : boot.lines()) {
      if (told.contains(line.hash())) {
        seen.add(line.hash());
      }
    }
  }

  /** Of one that was not replaced, by a process that was killed, the line is as it was before. */
  List<Finding> missing() {
    List<Finding> findings = new ArrayList<>();
    for (ForgottenRecord.Entry entry : record.entries()) {
      for (ForgottenRecord.Link link : entry.links()) {
        if (!seen.contains(link.after()) && link.before().filter(seen::contains).isEmpty()) {
          Path file = directory.root().resolve(entry.path());
          findings.add(
              new Finding(
                  Finding.Severity.FAULT,
                  file,
                  entry.lines(),
                  MESSAGES.text(
                      "forgotten.missing", link.seq(), link.after(), ForgottenRecord.FILE_NAME)));
        }
      }
    }
    return findings;
  }

  /** Those that have a line that the record made so. */
  Optional<Verification.Forgotten> files() {
    List<ForgottenRecord.Entry> entries =
        record.entries().stream()
            .filter(entry -> entry.links().stream().anyMatch(link -> seen.contains(link.after())))
            .toList();
    Optional<Instant> since =
        entries.stream().map(ForgottenRecord.Entry::at).max(Comparator.naturalOrder());
    int months =
        entries.stream().map(ForgottenRecord.Entry::month).collect(Collectors.toSet()).size();
    return since.map(at -> new Verification.Forgotten(entries.size(), months, at));
  }
}
