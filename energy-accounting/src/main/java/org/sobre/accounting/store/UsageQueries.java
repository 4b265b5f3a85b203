package org.sobre.accounting.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What reports ask of the store. A period has the UTC hours that begin in it. A meter that contains
 * others is not added to them, in the balances in which one of those was seen.
 */
public final class UsageQueries implements AutoCloseable {

  private static final Set<UsageKey> SUMMED_BY_DAY = EnumSet.of(UsageKey.ACCOUNT, UsageKey.CLUSTER);

  private final Statements sql;
  private final StoredDays usageDays;
  private final StoredDays meteredDays;
  private final Names names;
  private final Map<UserNames.User, String> users;
  private final UsageNames called;

  public UsageQueries(Connection connection) throws SQLException {
    this.sql = new Statements(connection);
    this.usageDays = new StoredDays(sql, DayTable.USAGE);
    this.meteredDays = new StoredDays(sql, DayTable.METERED);
    this.names = new Names(sql);
    this.users = UserNames.read(sql, names);
    this.called = new UsageNames(names, users);
  }

  /**
   * The names of users, by uid, from the job lines that tell them; the latest one of a uid. None of
   * a uid that is another user's on another cluster.
   */
  public Map<Integer, String> userNames() {
    Map<Integer, Set<String>> all = new HashMap<>();
    users.forEach(
        (user, name) -> all.computeIfAbsent(user.uid(), absent -> new HashSet<>()).add(name));
    Map<Integer, String> agreed = new HashMap<>();
    all.forEach(
        (uid, some) -> {
          if (some.size() == 1) {
            some.forEach(name -> agreed.put(uid, name));
          }
        });
    return agreed;
  }

  /**
   * What runs used in a period, by keys; several rows may have the same names.
   *
   * @param keys each once; none asks for one row of all
   */
  public List<UsageRow> usage(List<UsageKey> keys, UsageFilter filter, Period period)
      throws SQLException {
    return usage(keys, filter, period, List.of(), List.of(0));
  }

  /**
   * The same, with the energy by kinds of spans, in one look at the database however many spans
   * they are.
   *
   * @param cuts within the period, in order: at each begins another span
   * @param kinds of the spans, one more than cuts, in their order, numbered from 0 on
   */
  public List<UsageRow> usage(
      List<UsageKey> keys,
      UsageFilter filter,
      Period period,
      List<Instant> cuts,
      List<Integer> kinds)
      throws SQLException {
    Spans spans = Spans.cutAt(cuts, kinds);
    Set<UsageKey> asked = keys.isEmpty() ? EnumSet.noneOf(UsageKey.class) : EnumSet.copyOf(keys);
    HourRange range = HourRange.of(period);
    if (filter.isAll() && SUMMED_BY_DAY.containsAll(asked)) {
      AccountUsage usage = new AccountUsage(sql, usageDays, names, asked, range, spans);
      return named(keys, usage.rows(), usage.drawn());
    }
    RunSums sums = new RunUsage(sql, names, called, asked, filter, range).rows(spans);
    return named(keys, sums.rows(), sums.drawn());
  }

  /**
   * When the runs that declared work and ended in a period drew their energy: a look at each run.
   *
   * @param keys each once
   * @param drawn in which they drew what counts
   * @param cuts within that, in order, at least one: at each begins another span
   * @param kinds of the spans, one more than cuts, in their order, numbered from 0 on; at least two
   */
  public List<DeclaredDrawn> declaredDrawn(
      List<UsageKey> keys,
      UsageFilter filter,
      Period period,
      Period drawn,
      List<Instant> cuts,
      List<Integer> kinds)
      throws SQLException {
    Set<UsageKey> asked = keys.isEmpty() ? EnumSet.noneOf(UsageKey.class) : EnumSet.copyOf(keys);
    return new DeclaredRuns(
            asked,
            new RunChoice(filter, called),
            HourRange.of(period),
            HourRange.of(drawn),
            Spans.cutAt(cuts, kinds))
        .read(sql, keys, called);
  }

  /**
   * Usage without spans, where a run that held several types of GPU is in rows by what it held of
   * each: the name of its GPUs is {@link HeldTypes#text()}.
   */
  public List<UsageRow> usageByHeld(List<UsageKey> keys, UsageFilter filter, Period period)
      throws SQLException {
    HourRange range = HourRange.of(period);
    RunSums sums = new RunUsage(sql, names, called, EnumSet.copyOf(keys), filter, range).byHeld();
    return named(keys, sums.rows(), sums.drawn());
  }

  private List<UsageRow> named(
      List<UsageKey> keys, Map<RowKey, UsageSum> rows, Map<RowKey, SpanEnergy> drawn) {
    List<UsageRow> named = new ArrayList<>();
    rows.forEach(
        (row, sum) -> {
          SpanEnergy bySpan = drawn.get(row);
          named.add(
              new UsageRow(
                  keys.stream().map(key -> called.name(key, row)).toList(),
                  sum,
                  bySpan == null ? List.of(sum.energy().total()) : bySpan.microjoules()));
        });
    return named;
  }

  /** What all runs used in a period; a job that has several rows is one. */
  public UsageSum total(UsageFilter filter, Period period) throws SQLException {
    return usage(List.of(), filter, period).stream()
        .map(UsageRow::sum)
        .findFirst()
        .orElseGet(UsageSum::new);
  }

  /** The jobs of one run that ended in a period and told what they did. */
  public List<DeclaredJob> declaredJobs(UsageFilter filter, Period period) throws SQLException {
    return new DeclaredJobs(names, new RunChoice(filter, called), HourRange.of(period)).read(sql);
  }

  /** What the meters saw in the balances of a period. */
  public Metered metered(Period period) throws SQLException {
    Map<MeteredField, QualitySums> sums = new EnumMap<>(MeteredField.class);
    SortedMap<Integer, QualitySums> outside = new TreeMap<>();
    meteredDays.read(
        HourRange.of(period),
        (key, fields) -> {
          if (MeteredKeys.isUser(key)) {
            outside.merge((int) key.d(), MeteredField.TOTAL.of(fields), QualitySums::plus);
          } else if (!MeteredKeys.isMeter(key)) {
            for (MeteredField field : MeteredField.values()) {
              sums.merge(field, field.of(fields), QualitySums::plus);
            }
          }
        });
    outside.values().removeIf(energy -> energy.total().signum() == 0);
    return new Metered(
        sums.getOrDefault(MeteredField.TOTAL, QualitySums.ZERO),
        sums.getOrDefault(MeteredField.PLATFORM, QualitySums.ZERO),
        sums.getOrDefault(MeteredField.OUTSIDE, QualitySums.ZERO),
        outside,
        sums.getOrDefault(MeteredField.UNKNOWN, QualitySums.ZERO));
  }

  /** The meters that contain others which were seen with them in a period's balances. */
  public List<ContainingMeter> containing(Period period) throws SQLException {
    List<ContainingMeter> meters = new ArrayList<>();
    Map<DayTable.Key, QualitySums[]> sums = new HashMap<>();
    meteredDays.read(
        HourRange.of(period),
        (key, fields) -> {
          if (MeteredKeys.isMeter(key)) {
            QualitySums[] both =
                sums.computeIfAbsent(
                    key, absent -> new QualitySums[] {QualitySums.ZERO, QualitySums.ZERO});
            both[0] = both[0].plus(MeteredField.TOTAL.of(fields));
            both[1] = both[1].plus(MeteredField.WITHIN.of(fields));
          }
        });
    sums.forEach((key, both) -> meters.add(containing(key, both[0], both[1])));
    meters.sort(
        Comparator.comparing(ContainingMeter::cluster)
            .thenComparing(ContainingMeter::node)
            .thenComparing(ContainingMeter::part)
            .thenComparing(ContainingMeter::device));
    return meters;
  }

  private ContainingMeter containing(DayTable.Key key, QualitySums seen, QualitySums within) {
    String meter = names.text(key.c());
    int slash = meter.indexOf('/');
    return new ContainingMeter(
        names.text(key.a()),
        names.text(key.b()),
        meter.substring(0, slash),
        meter.substring(slash + 1),
        seen,
        within);
  }

  /** The first and the last millisecond that the store knows anything of; absent if it is empty. */
  public Optional<Period> extent() throws SQLException {
    return Extent.read(sql);
  }

  @Override
  public void close() throws SQLException {
    sql.close();
  }
}
