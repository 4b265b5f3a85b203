package org.sobre.accounting.store;

import java.util.Set;

/** The numbers by which runs are told apart; 0 where a key was not asked for. */
record RowKey(long cluster, long node, long account, long uid, long user, long gpus, long profile) {

  /** Of the keys that are asked for. */
  static RowKey of(Set<UsageKey> keys, RunBlocks.Entry run) {
    RunBlocks.Owner owner = run.owner();
    boolean byUser = keys.contains(UsageKey.USER);
    long gpus = run.ended() ? owner.gpus() : UsageNames.NOT_ENDED;
    return new RowKey(
        // a uid is a cluster's own
        byUser || keys.contains(UsageKey.CLUSTER) ? owner.cluster() : 0,
        keys.contains(UsageKey.NODE) ? owner.node() : 0,
        keys.contains(UsageKey.ACCOUNT) ? owner.account() : 0,
        byUser ? owner.uid() : 0,
        byUser ? owner.user() : 0,
        keys.contains(UsageKey.GPU) ? gpus : 0,
        keys.contains(UsageKey.PROFILE) ? owner.profile() : 0);
  }

  static RowKey of(Set<UsageKey> keys, DayTable.Key day) {
    return new RowKey(
        keys.contains(UsageKey.CLUSTER) ? day.a() : 0,
        0,
        keys.contains(UsageKey.ACCOUNT) ? day.b() : 0,
        0,
        0,
        0,
        0);
  }

  RowKey withGpus(long number) {
    return new RowKey(cluster, node, account, uid, user, number, profile);
  }

  /** Asked a million times by reports, which run without C2: there a record by itself is slow. */
  @Override
  public boolean equals(Object other) {
    return other instanceof RowKey key
        && user == key.user
        && uid == key.uid
        && gpus == key.gpus
        && account == key.account
        && node == key.node
        && profile == key.profile
        && cluster == key.cluster;
  }

  @Override
  public int hashCode() {
    long hash = cluster;
    hash = hash * 31 + node;
    hash = hash * 31 + account;
    hash = hash * 31 + uid;
    hash = hash * 31 + user;
    hash = hash * 31 + gpus;
    hash = hash * 31 + profile;
    return Long.hashCode(hash);
  }
}
