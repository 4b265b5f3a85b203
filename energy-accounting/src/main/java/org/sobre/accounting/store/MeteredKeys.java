package org.sobre.accounting.store;

/** The keys of metered_day: a whole cluster, a user's processes outside of jobs, or one meter. */
final class MeteredKeys {

  private static final long NO_USER = -1;

  private MeteredKeys() {}

  static DayTable.Key cluster(long cluster) {
    return new DayTable.Key(cluster, Names.NONE, Names.NONE, NO_USER);
  }

  static DayTable.Key user(long cluster, int uid) {
    return new DayTable.Key(cluster, Names.NONE, Names.NONE, uid);
  }

  /** One that contains others. */
  static DayTable.Key meter(long cluster, long node, long meter) {
    return new DayTable.Key(cluster, node, meter, NO_USER);
  }

  static boolean isMeter(DayTable.Key key) {
    return key.c() != Names.NONE;
  }

  static boolean isUser(DayTable.Key key) {
    return key.d() != NO_USER;
  }
}
