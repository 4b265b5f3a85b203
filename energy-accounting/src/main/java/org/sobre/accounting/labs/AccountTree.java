package org.sobre.accounting.labs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Slurm's accounts, each below another, as {@code sacctmgr show association} has them.
 *
 * @param parents by cluster, then by account; an account that is not there has no parent
 */
public record AccountTree(Map<String, Map<String, String>> parents) {

  /** Nobody has asked Slurm: each account stands alone. */
  public static final AccountTree FLAT = new AccountTree(Map.of());

  public AccountTree {
    parents = Map.copyOf(parents);
  }

  public Optional<String> parent(String cluster, String account) {
    return Optional.ofNullable(parents.getOrDefault(cluster, Map.of()).get(account));
  }

  /** The account itself, its parent, and so on to the root; a ring is followed once. */
  public List<String> upwards(String cluster, String account) {
    List<String> path = new ArrayList<>();
    Optional<String> next = Optional.of(account);
    while (next.isPresent() && !path.contains(next.get())) {
      path.add(next.get());
      next = parent(cluster, next.get());
    }
    return path;
  }
}
