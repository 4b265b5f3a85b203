package org.sobre.accounting.ingest;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerCodec;
import org.sobre.energy.ledger.LedgerFormatException;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.RawLine;

/**
 * A line of a file, and what it says or why it says nothing.
 *
 * @param line null where it cannot be taken
 * @param reason what was expected and found; empty where it can
 */
record DecodedLine(RawLine raw, @Nullable LedgerLine line, String reason) {

  /** 2.5 MWh, of one meter in one balance: what is more would make sums overflow. */
  private static final long MOST_MICROJOULES = 1L << 53;

  /** The same for a whole run. */
  private static final long MOST_OF_RUN = 1L << 60;

  /** In characters: what the tables' columns take (001-ledger.sql). */
  private static final int LONGEST_NAME = 255;

  private static final int LONGEST_BOOT = 200;

  /**
   * @param latest a line that tells of a later instant is not taken
   */
  static DecodedLine of(RawLine raw, Instant latest) {
    try {
      LedgerLine line = LedgerCodec.decode(raw);
      refuseEndlessSums(line);
      refuseLongNames(line.header());
      refuseFuture(line, latest);
      return new DecodedLine(raw, line, "");
    } catch (LedgerFormatException e) {
      return new DecodedLine(raw, null, (raw.isFragment() ? "cut short: " : "") + e.getMessage());
    }
  }

  /** Tables add up what lines have; a sum that no long has would end the whole ingest. */
  private static void refuseEndlessSums(LedgerLine line) throws LedgerFormatException {
    if (line instanceof BalanceLine balance) {
      for (BalanceLine.MeterBalance meter : balance.meters()) {
        try {
          refuse(meter.meter(), meter.accounted().total().microjoules(), MOST_MICROJOULES);
          refuse(meter.meter(), meter.total().total().microjoules(), MOST_MICROJOULES);
        } catch (ArithmeticException e) {
          throw new LedgerFormatException(
              "meter " + meter.meter() + ": its parts are more than a long has");
        }
      }
    } else if (line instanceof JobLine job) {
      for (JobLine.PartEnergy part : job.energy()) {
        try {
          refuse(part.meter(), part.energy().total().microjoules(), MOST_OF_RUN);
        } catch (ArithmeticException e) {
          throw new LedgerFormatException(
              "energy of " + part.meter() + ": its qualities are more than a long has");
        }
      }
    }
  }

  private static void refuseLongNames(LineHeader header) throws LedgerFormatException {
    refuseLong("cluster", header.cluster(), LONGEST_NAME);
    refuseLong("node", header.node(), LONGEST_NAME);
    refuseLong("boot", header.boot(), LONGEST_BOOT);
  }

  private static void refuseLong(String key, String name, int most) throws LedgerFormatException {
    int length = name.codePointCount(0, name.length());
    if (length > most) {
      throw new LedgerFormatException(
          key + ": expected at most " + most + " characters, found " + length);
    }
  }

  /** A report goes through all hours up to the last one that it knows of. */
  private static void refuseFuture(LedgerLine line, Instant latest) throws LedgerFormatException {
    Instant last = line.coversUntil();
    if (line instanceof JobLine job) {
      last = later(last, job.begin());
    } else if (line instanceof BalanceLine balance) {
      for (BalanceLine.MeterBalance meter : balance.meters()) {
        for (BalanceLine.JobShare share : meter.jobs()) {
          last = later(last, share.begin());
        }
      }
    }
    if (last.isAfter(latest)) {
      throw new LedgerFormatException(
          "it tells of "
              + last
              + ", expected nothing after "
              + latest
              + ", a day after this reading; check the node's clock, and this machine's");
    }
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static void refuse(Object meter, long microjoules, long most)
      throws LedgerFormatException {
    if (microjoules > most) {
      throw new LedgerFormatException(
          "meter " + meter + ": expected at most " + most + " uJ, found " + microjoules);
    }
  }
}
