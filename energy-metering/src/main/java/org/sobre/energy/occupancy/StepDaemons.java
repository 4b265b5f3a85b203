package org.sobre.energy.occupancy;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.accrual.WrapperProcess;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.job.StepTitle;

/**
 * Follows the slurmstepds of this node, which know of every step that runs here, whether hooks told
 * of its job or not. New ones are looked for each {@link #PERIOD}; those that are known are asked
 * after at each poll. Only a trusted user's count: anybody may call a program as he likes. A
 * command line is opened of a program of that name only: the kernel lets its reader wait for the
 * target's memory, which a process that hangs in a driver may never release. Used by one thread.
 */
public final class StepDaemons {

  /**
   * On a real node slurmd runs as root, of root's group. A set-user-ID program of root's, called by
   * whom and as he likes, may have root's real user, and still has its caller's real group.
   */
  public static final Predicate<ProcessFacts> ROOT_ONLY =
      process -> process.uid() == 0 && process.gid() == 0;

  private static final String PROGRAM = "slurmstepd";

  /** Between two searches: each reads the list of processes, and of each new one whose it is. */
  static final Duration PERIOD = Duration.ofSeconds(2);

  /** A pid is given anew some day. */
  private static final Duration OTHERS_FOR = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(StepDaemons.class);

  private final Path proc;
  private final ProcessTable table;
  private final Predicate<ProcessFacts> trusted;
  private final Map<Long, StepDaemon> known = new TreeMap<>();
  private final Set<Long> others = new HashSet<>();
  private Set<Long> lookedAtOnce = Set.of();
  private long searchedAtNanos = Long.MIN_VALUE / 2;
  private long othersSinceNanos = Long.MIN_VALUE / 2;

  /**
   * @param trusted whose processes count; {@link #ROOT_ONLY} outside of tests
   */
  public StepDaemons(SysRoot root, ProcessTable table, Predicate<ProcessFacts> trusted) {
    this.proc = root.proc();
    this.table = table;
    this.trusted = trusted;
  }

  /** Those that run now, in the order of their pids. */
  public List<StepDaemon> poll(long nowNanos) {
    known.values().removeIf(one -> !table.isAlive(one.process()));
    if (nowNanos - searchedAtNanos >= PERIOD.toNanos()) {
      searchedAtNanos = nowNanos;
      search(nowNanos);
    }
    return List.copyOf(known.values());
  }

  /** Whether processes of others can be seen at all: one that is not seen has gone only then. */
  public boolean canSee() {
    return table.of(1).isPresent();
  }

  /**
   * Whose the processes are that they have started, by the id of the job; none for a job of which
   * they have started none yet. Of several users it is the batch step's, else who has most of them:
   * a site's own helper may run as another. Of an extern step, whose own process is root's, only
   * another's count. Looks at every process of the machine, once for all jobs.
   */
  public Map<Long, Integer> usersBelow(Collection<StepDaemon> daemons) {
    Map<Long, StepTitle> parents = new HashMap<>();
    daemons.forEach(one -> parents.put(one.process().pid(), one.title()));
    Map<Long, UserVotes> votes = new HashMap<>();
    for (long pid : parents.isEmpty() ? List.<Long>of() : pids()) {
      Optional<ProcessFacts> process = table.of(pid);
      Optional<StepTitle> parent = process.map(ProcessFacts::parent).map(parents::get);
      if (process.isPresent() && parent.isPresent()) {
        votes
            .computeIfAbsent(parent.get().job(), any -> new UserVotes())
            .add(process.get().uid(), parent.get().step());
      }
    }
    Map<Long, Integer> users = new HashMap<>();
    votes.forEach((job, of) -> of.user().ifPresent(uid -> users.put(job, uid)));
    return users;
  }

  private void search(long nowNanos) {
    if (nowNanos - othersSinceNanos >= OTHERS_FOR.toNanos()) {
      othersSinceNanos = nowNanos;
      others.clear();
    }
    List<Long> pids = pids();
    Set<Long> seenOnce = new HashSet<>();
    for (long pid : pids) {
      if (!known.containsKey(pid) && !others.contains(pid) && !isStepDaemon(pid)) {
        // slurmd's child is for a moment slurmd itself
        (lookedAtOnce.contains(pid) ? others : seenOnce).add(pid);
      }
    }
    lookedAtOnce = seenOnce;
    others.retainAll(new HashSet<>(pids));
  }

  /** Takes it up if it has its title. Another user's command line is his to make: not opened. */
  private boolean isStepDaemon(long pid) {
    Optional<ProcessFacts> process =
        table.of(pid).filter(trusted).filter(facts -> facts.program().startsWith(PROGRAM));
    String cmdline = process.flatMap(facts -> cmdline(pid)).orElse("");
    if (process.isEmpty() || !StepTitle.isStepDaemon(cmdline)) {
      return false;
    }
    StepTitle.parse(cmdline).ifPresent(title -> known.put(pid, daemon(title, process.get())));
    return true;
  }

  private static StepDaemon daemon(StepTitle title, ProcessFacts process) {
    WrapperProcess of = new WrapperProcess(process.pid(), process.startTicks());
    return new StepDaemon(title, of, process.startNanos());
  }

  private List<Long> pids() {
    List<Long> pids = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[1-9]*")) {
      take(entries, pids);
    } catch (IOException e) {
      return pids;
    }
    return pids;
  }

  /** Up to one that cannot be had: the next search finds the others. */
  static void take(Iterable<Path> entries, List<Long> pids) {
    try {
      for (Path entry : entries) {
        pids.add(Long.parseLong(entry.getFileName().toString()));
      }
    } catch (DirectoryIteratorException | NumberFormatException e) {
      LOG.debug("the list of processes was cut short", e);
    }
  }

  private Optional<String> cmdline(long pid) {
    try {
      return Optional.of(ProcessTable.text(proc.resolve(Long.toString(pid)).resolve("cmdline")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
