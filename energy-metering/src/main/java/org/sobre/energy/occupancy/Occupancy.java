package org.sobre.energy.occupancy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.sobre.energy.accrual.WrapperProcess;
import org.sobre.energy.attribution.Presence;
import org.sobre.energy.occupancy.GpuProcesses.Sighting;
import org.sobre.slurm.job.JobKey;

/**
 * Follows the processes on the node's GPUs and names their owners. A process counts from the later
 * of its start and one period before it was first seen, until it was last known to live or has not
 * been seen on that GPU for three periods. Used by one thread.
 */
public final class Occupancy {

  private static final long PERIOD_NANOS = GpuProcesses.PERIOD.toNanos();
  private static final long SILENCE_NANOS = 3 * PERIOD_NANOS;

  /** More at once are not followed: a GPU has room for far fewer. */
  private static final int MOST_PROCESSES = 4096;

  private record OnGpu(String device, long pid) {}

  /** Processes of one owner on one GPU are one presence. */
  private record Owner(String device, int uid, Optional<JobKey> run) {}

  private static final class Tracked {
    final long startTicks;
    Owner owner;
    long seenAtNanos;
    long aliveAtNanos;

    Tracked(long startTicks, Owner owner, long seenAtNanos) {
      this.startTicks = startTicks;
      this.owner = owner;
      this.seenAtNanos = seenAtNanos;
      this.aliveAtNanos = seenAtNanos;
    }
  }

  private static final class Span {
    final Set<OnGpu> processes = new HashSet<>();
    long fromNanos;
    long toNanos;

    Span(long fromNanos) {
      this.fromNanos = fromNanos;
      this.toNanos = fromNanos;
    }
  }

  private final ProcessTable table;
  private final long keepNanos;
  private final Map<OnGpu, Tracked> tracked = new LinkedHashMap<>();
  private final Map<Owner, Span> open = new HashMap<>();
  private final List<Presence> closed = new ArrayList<>();

  /**
   * @param keep for how long a presence that is over is still told
   */
  public Occupancy(ProcessTable table, Duration keep) {
    this.table = table;
    this.keepNanos = keep.toNanos();
  }

  /**
   * @param runs that began, by their wrapper: a process belongs to the run of the nearest of its
   *     ancestors that has one
   * @return who is there, and who was within the time to keep
   */
  public List<Presence> update(
      List<Sighting> sightings, Map<WrapperProcess, JobKey> runs, long nowNanos) {
    sightings.forEach(sighting -> see(sighting, runs));
    closeThoseGone(nowNanos);
    closed.removeIf(one -> nowNanos - one.toNanos().orElse(nowNanos) > keepNanos);
    List<Presence> all = new ArrayList<>(closed);
    open.forEach((owner, span) -> all.add(presence(owner, span.fromNanos, OptionalLong.empty())));
    return all;
  }

  private void see(Sighting sighting, Map<WrapperProcess, JobKey> runs) {
    OnGpu place = new OnGpu(sighting.device(), sighting.pid());
    Tracked known = tracked.get(place);
    if (known != null) {
      known.seenAtNanos = sighting.nanos();
      findRun(place, known, sighting, runs);
      return;
    }
    Optional<ProcessFacts> process = table.of(sighting.pid());
    if (process.isEmpty() || tracked.size() >= MOST_PROCESSES) {
      return;
    }
    Owner owner = new Owner(sighting.device(), process.get().uid(), run(process.get(), runs));
    tracked.put(place, new Tracked(process.get().startTicks(), owner, sighting.nanos()));
    long start = Math.min(process.get().startNanos(), sighting.nanos());
    open(place, owner, Math.max(start, sighting.nanos() - PERIOD_NANOS));
  }

  private void open(OnGpu place, Owner owner, long from) {
    Span span = open.computeIfAbsent(owner, one -> new Span(from));
    span.fromNanos = Math.min(span.fromNanos, from);
    span.processes.add(place);
  }

  /** A run may become known after its first process: from then on that is the run's. */
  private void findRun(
      OnGpu place, Tracked known, Sighting sighting, Map<WrapperProcess, JobKey> runs) {
    if (known.owner.run().isPresent() || runs.isEmpty()) {
      return;
    }
    Optional<ProcessFacts> process =
        table.of(place.pid()).filter(now -> now.startTicks() == known.startTicks);
    Optional<JobKey> run = process.flatMap(one -> run(one, runs));
    if (run.isPresent()) {
      close(place, known, sighting.nanos());
      known.owner = new Owner(known.owner.device(), known.owner.uid(), run);
      open(place, known.owner, sighting.nanos());
    }
  }

  private Optional<JobKey> run(ProcessFacts process, Map<WrapperProcess, JobKey> runs) {
    return runs.isEmpty()
        ? Optional.empty()
        : table.chain(process).stream()
            .map(one -> new WrapperProcess(one.pid(), one.startTicks()))
            .flatMap(one -> Optional.ofNullable(runs.get(one)).stream())
            .findFirst();
  }

  /**
   * Up to when it was known to live: its run or job may have ended with it, and what is left until
   * now would be charged to its user as if it had been outside of both.
   */
  private void closeThoseGone(long now) {
    Iterator<Map.Entry<OnGpu, Tracked>> all = tracked.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<OnGpu, Tracked> one = all.next();
      Tracked process = one.getValue();
      boolean alive = table.isAlive(new WrapperProcess(one.getKey().pid(), process.startTicks));
      if (alive) {
        process.aliveAtNanos = Math.max(process.aliveAtNanos, now);
      }
      if (!alive || now - process.seenAtNanos > SILENCE_NANOS) {
        all.remove();
        close(
            one.getKey(),
            process,
            Math.min(process.aliveAtNanos, process.seenAtNanos + PERIOD_NANOS));
      }
    }
  }

  private void close(OnGpu place, Tracked process, long atNanos) {
    Span span = open.get(process.owner);
    if (span == null) {
      return;
    }
    span.processes.remove(place);
    span.toNanos = Math.max(span.toNanos, atNanos);
    if (span.processes.isEmpty()) {
      open.remove(process.owner);
      closed.add(presence(process.owner, span.fromNanos, OptionalLong.of(span.toNanos)));
    }
  }

  private static Presence presence(Owner owner, long from, OptionalLong to) {
    return new Presence(owner.device(), owner.uid(), owner.run(), from, to);
  }
}
