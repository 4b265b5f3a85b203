package org.sobre.energy.ledger;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.message.Messages;

/**
 * Proves that nothing in a ledger is missing, doubled or altered, or names what is: see
 * docs/ledger.md for the list. Reads only. The end of the running boot has nothing after it that
 * counts its lines: a tail cut there is seen when the next boot begins.
 */
public final class LedgerVerifier {

  private static final Messages MESSAGES = Messages.of(LedgerVerifier.class);

  /** What the succession of boots needs to know of one. */
  private record BootEnd(PlacedLine first, PlacedLine last) {}

  private final LedgerDirectory directory;
  private final ForgottenCheck forgotten;
  private final List<Finding> findings = new ArrayList<>();
  private int boots;
  private long lines;

  private LedgerVerifier(LedgerDirectory directory, ForgottenRecord record) {
    this.directory = directory;
    this.forgotten = new ForgottenCheck(directory, record);
  }

  /**
   * @throws IOException if a file cannot be read
   */
  public static Verification verify(LedgerDirectory directory) throws IOException {
    LedgerVerifier verifier = new LedgerVerifier(directory, ForgottenRecord.read(directory));
    List<String> nodes = directory.nodes();
    for (String node : nodes) {
      verifier.node(node);
    }
    verifier.findings.addAll(verifier.forgotten.missing());
    return new Verification(
        nodes.size(),
        verifier.boots,
        verifier.lines,
        verifier.findings,
        verifier.forgotten.files());
  }

  private void node(String node) throws IOException {
    Map<String, List<LedgerDirectory.LedgerFile>> byBoot = new LinkedHashMap<>();
    for (LedgerDirectory.LedgerFile file : directory.files(node)) {
      byBoot.computeIfAbsent(file.bootStart(), start -> new ArrayList<>()).add(file);
    }
    Map<String, BootEnd> ends = new LinkedHashMap<>();
    for (List<LedgerDirectory.LedgerFile> files : byBoot.values()) {
      BootLedger boot = BootLedger.read(files);
      boots++;
      lines += boot.lines().size();
      forgotten.see(boot);
      findings.addAll(ChainCheck.check(directory, node, boot, forgotten.record()));
      findings.addAll(BalanceCheck.check(boot));
      if (boot.isWhole()) {
        findings.addAll(JobCheck.check(boot));
      }
      if (!boot.lines().isEmpty()) {
        BootEnd end = new BootEnd(boot.lines().get(0), boot.lines().get(boot.lines().size() - 1));
        ends.put(end.last().line().header().boot(), end);
      }
    }
    ends.values().forEach(end -> succession(end, ends));
  }

  private void succession(BootEnd boot, Map<String, BootEnd> all) {
    Optional<BootLine.PreviousBoot> previous =
        boot.first().line() instanceof BootLine line ? line.previous() : Optional.empty();
    if (previous.isEmpty()) {
      return;
    }
    long counted = previous.get().seq();
    BootEnd end = all.get(previous.get().boot());
    if (end == null) {
      findings.add(
          boot.first().fault(MESSAGES.text("boot.absent", previous.get().boot(), counted)));
    } else if (end.last().seq() < counted) {
      findings.add(
          end.last().fault(MESSAGES.text("boot.tailCut", boot.first(), counted, end.last().seq())));
    } else if (end.last().seq() > counted) {
      findings.add(
          end.last().fault(MESSAGES.text("boot.added", boot.first(), counted, end.last().seq())));
    }
  }
}
