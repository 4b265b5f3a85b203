package org.sobre.energy.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Is every line of a boot there, once, unaltered and in its place? */
final class ChainCheck {

  private final LedgerDirectory directory;
  private final String node;
  private final BootLedger boot;
  private final List<Finding> findings = new ArrayList<>();

  private ChainCheck(LedgerDirectory directory, String node, BootLedger boot) {
    this.directory = directory;
    this.node = node;
    this.boot = boot;
  }

  static List<Finding> check(LedgerDirectory directory, String node, BootLedger boot) {
    ChainCheck check = new ChainCheck(directory, node, boot);
    boot.unreadable().forEach(check::unreadable);
    Optional<PlacedLine> previous = Optional.empty();
    for (PlacedLine line : boot.lines()) {
      check.place(line);
      check.link(previous, line);
      previous = Optional.of(line);
    }
    return check.findings;
  }

  private void unreadable(BootLedger.Unreadable line) {
    boolean wentOn = boot.has(line.before() + 1) && boot.isWhole();
    if (line.raw().isFragment() && wentOn) {
      findings.add(
          line.finding(
              Finding.Severity.NOTE,
              "a fragment of a line that was cut short; the chain goes on after it"));
    } else if (line.raw().isFragment() && line.last()) {
      findings.add(
          line.finding(
              Finding.Severity.FAULT,
              "torn line: the line is cut after "
                  + line.raw().bytes()
                  + " B and nothing follows it; every line before it is good ("
                  + line.problem()
                  + ")"));
    } else {
      findings.add(line.finding(Finding.Severity.FAULT, "unreadable line: " + line.problem()));
    }
  }

  private void place(PlacedLine line) {
    LineHeader header = line.line().header();
    if (!header.node().equals(node)) {
      findings.add(
          line.fault("expected a line of node " + node + ", found one of " + header.node()));
      return;
    }
    String expected =
        String.valueOf(
            directory.fileFor(node, header.boot(), line.line().coversUntil()).getFileName());
    if (!line.file().endsWith(expected)) {
      findings.add(
          line.fault(
              "in the wrong file: it covers time until "
                  + line.line().coversUntil()
                  + " and belongs into "
                  + expected));
    }
  }

  private void link(Optional<PlacedLine> previous, PlacedLine line) {
    long lastSeq = previous.map(PlacedLine::seq).orElse(0L);
    if (line.seq() > lastSeq + 1) {
      findings.add(line.fault(missing(lastSeq + 1, line.seq() - 1)));
    } else if (previous.isPresent() && line.seq() == lastSeq) {
      findings.add(line.fault(doubled(previous.get(), line)));
    } else if (previous.isPresent()
        && !line.line().header().prev().equals(Optional.of(previous.get().hash()))) {
      findings.add(
          previous
              .get()
              .fault(
                  "altered after it was written: the line after it ("
                      + line
                      + ") was chained to "
                      + line.line().header().prev().orElse("nothing")
                      + ", this one now hashes to "
                      + previous.get().hash()));
    }
  }

  private static String missing(long first, long last) {
    return first == last
        ? "seq " + first + " is missing before this line: one line was removed"
        : "seq "
            + first
            + " to "
            + last
            + " are missing before this line: "
            + (last - first + 1)
            + " lines were removed";
  }

  private static String doubled(PlacedLine first, PlacedLine second) {
    return first.hash().equals(second.hash())
        ? "doubled line: seq " + second.seq() + " already stands at " + first
        : "two different lines have seq " + second.seq() + ": this one and " + first;
  }
}
