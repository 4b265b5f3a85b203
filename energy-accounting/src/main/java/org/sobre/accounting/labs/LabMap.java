package org.sobre.accounting.labs;

import static java.util.Objects.requireNonNull;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sobre.accounting.factors.Days;

/**
 * The document {@code labs.yaml}: which lab pays for an account.
 *
 * @param rules no two of which speak of one account of one cluster on one day
 * @param others what an account that no rule has is
 */
public record LabMap(List<Rule> rules, Others others, Allocation allocation, AccountTree accounts) {

  /** The lab of a run of which Slurm told no account, and of accounts that are nobody's. */
  public static final String UNASSIGNED = "unassigned";

  /** Without a file: each account is a lab of its own. */
  public static final LabMap BY_ACCOUNT =
      new LabMap(List.of(), Others.ACCOUNT, Allocation.NONE, AccountTree.FLAT);

  /** What an account that no rule has is. */
  public enum Others {
    /** A lab of the account's name. */
    ACCOUNT,
    /** Nobody's: in the row {@link LabMap#UNASSIGNED}. */
    UNASSIGNED
  }

  /** Who pays for what no job pays. */
  public enum Allocation {
    /** Nobody: it is shown. */
    NONE,
    /** The labs, in proportion to what they had reserved. */
    BY_RESERVED_SHARE
  }

  /**
   * An account, and with it all accounts below it, is a lab's.
   *
   * @param cluster of which it is an account; absent: of every cluster
   * @param account itself or a parent
   */
  public record Rule(String lab, Optional<String> cluster, String account, Days days) {

    public Rule {
      requireNonNull(cluster, "cluster");
      requireNonNull(days, "days");
      if (lab.isBlank() || account.isBlank()) {
        throw new IllegalArgumentException("expected a lab and an account with a name");
      }
    }

    boolean has(String itsCluster, String name, LocalDate day) {
      return account.equals(name)
          && cluster.map(itsCluster::equals).orElse(true)
          && days.contains(day);
    }

    /** Whether both speak of one account of one cluster on one day. */
    boolean collidesWith(Rule other) {
      boolean oneCluster =
          cluster.isEmpty() || other.cluster.isEmpty() || cluster.equals(other.cluster);
      return oneCluster && account.equals(other.account) && days.overlaps(other.days);
    }
  }

  public LabMap {
    rules = List.copyOf(rules);
    requireNonNull(others, "others");
    requireNonNull(allocation, "allocation");
    requireNonNull(accounts, "accounts");
  }

  /** The same rules on Slurm's own tree. */
  public LabMap with(AccountTree tree) {
    return new LabMap(rules, others, allocation, tree);
  }

  /**
   * The lab that pays. A rule on the account itself comes before one on its parent.
   *
   * @param account absent for a run without one
   */
  public String lab(String cluster, Optional<String> account, LocalDate day) {
    if (account.isEmpty()) {
      return UNASSIGNED;
    }
    return accounts.upwards(cluster, account.get()).stream()
        .flatMap(name -> rules.stream().filter(rule -> rule.has(cluster, name, day)).limit(1))
        .map(Rule::lab)
        .findFirst()
        .orElse(others == Others.ACCOUNT ? account.get() : UNASSIGNED);
  }

  /** The days after the first and before the last on which some account may go to another lab. */
  public List<LocalDate> changes(LocalDate from, LocalDate until) {
    return rules.stream()
        .flatMap(rule -> Stream.concat(rule.days().from().stream(), rule.days().until().stream()))
        .filter(day -> day.isAfter(from) && day.isBefore(until))
        .distinct()
        .sorted()
        .toList();
  }

  /** Spelled out: a record's own is made when it is first asked for, which a report waits for. */
  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof LabMap map
            && others == map.others
            && allocation == map.allocation
            && rules.equals(map.rules)
            && accounts.equals(map.accounts));
  }

  @Override
  public int hashCode() {
    return rules.hashCode();
  }
}
