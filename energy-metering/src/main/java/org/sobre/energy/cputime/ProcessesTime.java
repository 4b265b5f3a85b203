package org.sobre.energy.cputime;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongFunction;

/**
 * The CPU time of a control group that knows its processes and not their time. What a process did
 * until it was seen last stays counted when it goes, and is not counted again when its parent waits
 * for it, which adds it to the parent's.
 */
final class ProcessesTime {

  private Map<Long, ProcessTime> last = Map.of();
  private long counted;

  /** Of processes that have gone, by who is to wait for them and had not at the last look. */
  private Map<Long, Long> unwaited = Map.of();

  /**
   * Microseconds, of all that was seen since the first look, and until it of those that were there.
   *
   * @param pids in the group
   * @param times of a pid, as they are now
   */
  long poll(List<Long> pids, LongFunction<Optional<ProcessTime>> times) {
    Map<Long, ProcessTime> now = look(pids, times);
    Map<Long, Long> gone = gone(now);
    Map<Long, Long> still = new HashMap<>();
    now.forEach(
        (pid, time) -> {
          Optional<ProcessTime> before = sameBefore(pid, time);
          counted += grown(time.ownMicros(), before.map(ProcessTime::ownMicros));
          long waited = grown(time.waitedMicros(), before.map(ProcessTime::waitedMicros));
          count(pid, waited, gone.getOrDefault(pid, 0L), still);
        });
    last = now;
    unwaited = still;
    return counted;
  }

  private Map<Long, ProcessTime> look(List<Long> pids, LongFunction<Optional<ProcessTime>> times) {
    Set<Long> listed = Set.copyOf(pids);
    // A parent before its child, as pids nearly always are: a child that is read first and then
    // ends would be in both.
    Set<Long> all = new TreeSet<>(listed);
    all.addAll(last.keySet());
    Map<Long, ProcessTime> now = new HashMap<>();
    for (long pid : all) {
      times
          .apply(pid)
          .filter(one -> listed.contains(pid) || one.isOver())
          .ifPresent(time -> now.put(pid, time));
    }
    return now;
  }

  /** What those did that were there at the last look and are not now, by who may wait for it. */
  private Map<Long, Long> gone(Map<Long, ProcessTime> now) {
    Map<Long, Long> gone = new HashMap<>();
    last.forEach(
        (pid, time) -> {
          if (!isStillThere(pid, now)) {
            heir(time, now).ifPresent(heir -> gone.merge(heir, time.micros(), Long::sum));
          }
        });
    return gone;
  }

  /**
   * The nearest of its ancestors that is still there: one that went meanwhile has left it what it
   * had waited for. Of a process without such a one, as a step's first, nothing ever comes.
   */
  private OptionalLong heir(ProcessTime gone, Map<Long, ProcessTime> now) {
    Set<Long> asked = new HashSet<>();
    long pid = gone.parent();
    ProcessTime parent = last.get(pid);
    while (parent != null && asked.add(pid)) {
      if (isStillThere(pid, now)) {
        return OptionalLong.of(pid);
      }
      pid = parent.parent();
      parent = last.get(pid);
    }
    return OptionalLong.empty();
  }

  private boolean isStillThere(long pid, Map<Long, ProcessTime> now) {
    return Optional.ofNullable(now.get(pid)).flatMap(time -> sameBefore(pid, time)).isPresent();
  }

  /** Not of another process that has its pid now. */
  private Optional<ProcessTime> sameBefore(long pid, ProcessTime time) {
    return Optional.ofNullable(last.get(pid))
        .filter(before -> before.startTicks() == time.startTicks());
  }

  /**
   * A child that went just after its parent was read is in the parent's time at the next look only:
   * it is expected there that long.
   */
  private void count(long pid, long waited, long gone, Map<Long, Long> still) {
    long more = Math.max(0, waited - unwaited.getOrDefault(pid, 0L));
    counted += Math.max(0, more - gone);
    if (gone > more) {
      still.put(pid, gone - more);
    }
  }

  private static long grown(long micros, Optional<Long> before) {
    return Math.max(0, micros - before.orElse(0L));
  }
}
