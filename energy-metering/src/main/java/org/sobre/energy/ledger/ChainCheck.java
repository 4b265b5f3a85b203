package org.sobre.energy.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.message.Messages;

/** Is every line of a boot there, once, unaltered and in its place? */
final class ChainCheck {

  private static final Messages MESSAGES = Messages.of(ChainCheck.class);

  private final LedgerDirectory directory;
  private final String node;
  private final BootLedger boot;
  private final ForgottenRecord forgotten;
  private final List<Finding> findings = new ArrayList<>();

  private ChainCheck(
      LedgerDirectory directory, String node, BootLedger boot, ForgottenRecord forgotten) {
    this.directory = directory;
    this.node = node;
    this.boot = boot;
    this.forgotten = forgotten;
  }

  static List<Finding> check(
      LedgerDirectory directory, String node, BootLedger boot, ForgottenRecord forgotten) {
    ChainCheck check = new ChainCheck(directory, node, boot, forgotten);
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
      findings.add(line.finding(Finding.Severity.NOTE, MESSAGES.text("line.fragment")));
    } else if (line.raw().isFragment() && line.last()) {
      findings.add(
          line.finding(
              Finding.Severity.FAULT,
              MESSAGES.text("line.torn", line.raw().bytes(), line.problem())));
    } else {
      findings.add(
          line.finding(Finding.Severity.FAULT, MESSAGES.text("line.unreadable", line.problem())));
    }
  }

  private void place(PlacedLine line) {
    LineHeader header = line.line().header();
    if (!header.node().equals(node)) {
      findings.add(line.fault(MESSAGES.text("line.otherNode", node, header.node())));
      return;
    }
    String expected =
        String.valueOf(
            directory.fileFor(node, header.boot(), line.line().coversUntil()).getFileName());
    if (!line.file().endsWith(expected)) {
      findings.add(
          line.fault(MESSAGES.text("line.wrongFile", line.line().coversUntil(), expected)));
    }
  }

  private void link(Optional<PlacedLine> previous, PlacedLine line) {
    long lastSeq = previous.map(PlacedLine::seq).orElse(0L);
    if (line.seq() > lastSeq + 1) {
      findings.add(line.fault(missing(lastSeq + 1, line.seq() - 1)));
    } else if (previous.isPresent() && line.seq() == lastSeq) {
      findings.add(line.fault(doubled(previous.get(), line)));
    } else if (previous.isPresent() && !isLinked(previous.get(), line)) {
      findings.add(
          previous
              .get()
              .fault(
                  MESSAGES.text(
                      "line.altered",
                      line,
                      line.line().header().prev().orElseGet(() -> MESSAGES.text("chain.nothing")),
                      previous.get().hash())));
    }
  }

  /** Also to what the line before was while it had its persons. */
  private boolean isLinked(PlacedLine previous, PlacedLine line) {
    Optional<String> prev = line.line().header().prev();
    return prev.isPresent() && forgotten.isLink(prev.get(), previous.hash());
  }

  private static String missing(long first, long last) {
    return first == last
        ? MESSAGES.text("line.removed", first)
        : MESSAGES.text("lines.removed", first, last, last - first + 1);
  }

  private static String doubled(PlacedLine first, PlacedLine second) {
    return first.hash().equals(second.hash())
        ? MESSAGES.text("line.doubled", second.seq(), first)
        : MESSAGES.text("line.seqTwice", second.seq(), first);
  }
}
