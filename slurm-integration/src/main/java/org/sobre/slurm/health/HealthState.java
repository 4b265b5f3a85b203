package org.sobre.slurm.health;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.sobre.hardware.units.PciAddress;
import org.sobre.slurm.health.Verdict.Word;

/**
 * What the daemon last said of the node's health: the content of {@code /run/sobre/health}.
 *
 * @param uptime of the node when it was said
 * @param causes {@link Cause#token()} of each, by urgency
 * @param reason for Slurm; empty where there is no cause
 * @param unknown what could not be told, for a person
 */
public record HealthState(
    Duration uptime,
    HealthPolicy policy,
    Word verdict,
    List<String> causes,
    String reason,
    List<Card> cards,
    KernelLog kernelLog,
    List<String> unknown) {

  /** A state older than this is a dead daemon's: the health check does nothing then. */
  public static final Duration STALE = Duration.ofMinutes(2);

  /** Whether Xids can be seen. */
  public enum KernelLog {
    READ,
    /** {@code kernel.dmesg_restrict} is 1 and the daemon has no CAP_SYSLOG. */
    NO_PERMISSION,
    /** There is no {@code /dev/kmsg}, or it cannot be read. */
    ABSENT;

    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * One card that was given to Slurm.
   *
   * @param state {@code ok}, {@code asleep}, {@code unknown}, or what is wrong: {@code lost,xid-79}
   * @param detail for a person; may be empty
   */
  public record Card(int index, PciAddress address, String device, String state, String detail) {
    public Card {
      requireNonNull(address, "address");
      requireNonNull(device, "device");
      requireNonNull(state, "state");
      requireNonNull(detail, "detail");
    }
  }

  public HealthState {
    requireNonNull(uptime, "uptime");
    requireNonNull(policy, "policy");
    requireNonNull(verdict, "verdict");
    causes = List.copyOf(causes);
    requireNonNull(reason, "reason");
    cards = List.copyOf(cards);
    requireNonNull(kernelLog, "kernelLog");
    unknown = List.copyOf(unknown);
    if (causes.isEmpty() == (verdict == Word.BAD)) {
      throw new IllegalArgumentException(
          "a bad verdict has causes and no other has, found " + verdict + " with " + causes);
    }
  }

  /**
   * @param now the node's uptime
   */
  public boolean isStale(Duration now) {
    return now.minus(uptime).compareTo(STALE) > 0 || now.compareTo(uptime) < 0;
  }
}
