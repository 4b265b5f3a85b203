package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.LedgerCopy;
import org.sobre.it.lab.RealCluster;
import org.sobre.it.lab.Result;

/**
 * The ledger that a cluster wrote, harmed in each way that a ledger can be harmed: {@code sobre
 * ledger verify} is content with the original and names the fault of each copy, whether or not who
 * harmed it also mended the chain of hashes behind it.
 */
@RealCluster
@Order(20)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LedgerFaultsIT {

  private static final String NODE = "cpu1";

  private final Lab lab;

  LedgerFaultsIT(Lab lab) {
    this.lab = lab;
  }

  /** Two boots, and in the first of them three balances and the lines of two jobs. */
  @BeforeAll
  void writeALedger() {
    for (int balance = 0; balance < 3; balance++) {
      lab.exec("carol", "srun", "-Q", "-w", NODE, "sleep", "2").text();
      lab.control("daemon", "stop", NODE).text();
      lab.control("daemon", "start", NODE).text();
      lab.awaitDaemon(NODE);
    }
    lab.control("daemon", "stop", NODE).text();
    lab.control("node", "reboot", NODE).text();
    lab.awaitDaemon(NODE);
  }

  @Test
  void theOriginalIsWhole() {
    Result whole = lab.exec("root", "sobre", "ledger", "verify");
    assertThat(whole.exitCode()).as(whole.output()).isZero();
  }

  @Test
  void aMicrojouleMoreInAJobsShareIsSeenByChainAndBalance() {
    LedgerCopy copy = copy("microjoule");
    int place = copy.lineWith("balance", "\"jobs\":[{");
    copy.change(place, LedgerFaultsIT::oneMicrojouleMore);
    assertThat(faults(copy))
        .anySatisfy(
            fault -> assertThat(fault).contains(copy.at(place), "altered after it was written"))
        .anySatisfy(
            fault -> assertThat(fault).contains(copy.at(place), "residual of meter", "1 uJ apart"));
  }

  @Test
  void aMicrojouleMoreIsSeenByTheBalanceAloneToo() {
    LedgerCopy copy = copy("microjoule-rehashed");
    int place = copy.lineWith("balance", "\"jobs\":[{");
    copy.change(place, LedgerFaultsIT::oneMicrojouleMore);
    copy.rehash();
    assertThat(faults(copy))
        .allSatisfy(fault -> assertThat(fault).doesNotContain("altered after it was written"))
        .anySatisfy(
            fault -> assertThat(fault).contains(copy.at(place), "residual of meter", "1 uJ apart"));
  }

  @Test
  void aMicrojouleMoreInAJobLineIsSeenByItsShares() {
    LedgerCopy copy = copy("job-line");
    int place = copy.lineWith("job", "\"counter\":");
    copy.change(place, LedgerFaultsIT::oneMicrojouleMore);
    copy.rehash();
    assertThat(faults(copy))
        .anySatisfy(
            fault ->
                assertThat(fault)
                    .contains(
                        copy.at(place), "the job line says", "its shares in the balances are"));
  }

  @Test
  void aLineRemovedIsMissed() {
    LedgerCopy copy = copy("removed");
    int place = copy.lineWith("balance", "");
    copy.remove(place);
    assertThat(faults(copy))
        .anySatisfy(
            fault ->
                assertThat(fault)
                    .contains(
                        copy.at(place),
                        "seq "
                            + (place + 1)
                            + " is missing before this line: one line was removed"));
  }

  @Test
  void aBalanceRemovedIsMissedAlsoWhereTheRestWasNumberedAndHashedAnew() {
    LedgerCopy copy = copy("removed-rehashed");
    int place = copy.lineWith("balance", "", copy.lineWith("balance", "") + 1);
    copy.remove(place);
    copy.renumber();
    copy.rehash();
    assertThat(faults(copy)).anySatisfy(fault -> assertThat(fault).contains("time missing: "));
  }

  @Test
  void aLineDoubledIsNamed() {
    LedgerCopy copy = copy("doubled");
    int place = copy.lineWith("job", "");
    copy.insert(place + 1, copy.line(place));
    assertThat(faults(copy))
        .anySatisfy(
            fault ->
                assertThat(fault)
                    .contains(
                        copy.at(place + 1),
                        "doubled line: seq " + (place + 1) + " already stands at"));
  }

  @Test
  void aSecondMissingIsSeenByTheChain() {
    LedgerCopy copy = copy("second");
    int place = copy.lineWith("balance", "");
    copy.change(place, LedgerCopy::endASecondEarlier);
    assertThat(faults(copy))
        .anySatisfy(
            fault -> assertThat(fault).contains(copy.at(place), "altered after it was written"));
  }

  @Test
  void aSecondMissingIsSeenByTheBalanceAfterIt() {
    LedgerCopy copy = copy("second-rehashed");
    int place = copy.lineWith("balance", "");
    copy.change(place, LedgerCopy::endASecondEarlier);
    copy.rehash();
    assertThat(faults(copy))
        .anySatisfy(
            fault ->
                assertThat(fault).contains("time missing: 1000 ms between the balance before"));
  }

  @Test
  void theTailCutIsCountedByTheNextBoot() {
    LedgerCopy copy = copy("tail");
    int lines = copy.size();
    copy.remove(lines - 1);
    assertThat(faults(copy))
        .anySatisfy(
            fault ->
                assertThat(fault)
                    .contains(
                        "tail cut: the next boot",
                        "counted " + lines + " lines, the last one here is seq " + (lines - 1)));
  }

  /** The first energy of a share of a job, in a balance, or of a job line. */
  private static String oneMicrojouleMore(String line) {
    int jobs = Math.max(line.indexOf("\"jobs\":[{"), 0);
    return LedgerCopy.add(line, line.indexOf("\"counter\":", jobs), 1);
  }

  private LedgerCopy copy(String name) {
    return LedgerCopy.of(lab, NODE, name);
  }

  private List<String> faults(LedgerCopy copy) {
    copy.write();
    Result found = lab.exec("root", "sobre", "ledger", "verify", "--ledger", copy.asSeenInTheLab());
    assertThat(found.exitCode()).as(found.output() + found.error()).isEqualTo(65);
    return found.output().lines().toList();
  }
}
