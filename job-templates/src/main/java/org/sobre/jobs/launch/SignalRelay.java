package org.sobre.jobs.launch;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.hardware.probe.SysRoot;

/**
 * Passes on to the child what was meant for it and did not reach it, so that it gets each signal as
 * often as without a wrapper ({@link SignalRule}, {@link Witness}); and lets the wrapper outlive
 * its child, whose exit status is the job's.
 *
 * <p>SIGQUIT belongs to the JVM.
 */
public final class SignalRelay {

  private static final Logger LOG = LoggerFactory.getLogger(SignalRelay.class);

  private static final String INTERRUPT = "INT";
  private static final List<String> USUAL = List.of("TERM", "HUP", "USR1", "USR2", INTERRUPT);

  /** Those by which a program is asked to end, with their numbers. */
  private static final Map<String, Integer> ENDING = Map.of("HUP", 1, INTERRUPT, 2, "TERM", 15);

  private final List<String> names;
  private final SignalRule rule;
  private final boolean terminal;
  private final Queue<String> early = new ArrayDeque<>();
  private final Set<String> seen = new TreeSet<>();
  private @Nullable Process child;
  private @Nullable Witness witness;
  private boolean starting;

  /**
   * @param names of the signals to take over, without SIG; none, if this JVM's belong to another
   * @param terminal whether there is a controlling terminal, whose interrupts reach the child by
   *     themselves
   */
  SignalRelay(List<String> names, SignalRule rule, boolean terminal) {
    this.names = List.copyOf(names);
    this.rule = rule;
    this.terminal = terminal;
  }

  /**
   * For this process, whose parents tell which step of a job it runs in, and whose {@code
   * /proc/self/stat} tells of its controlling terminal.
   *
   * @param environment of this process
   */
  public static SignalRelay forThisProcess(Map<String, String> environment) {
    SignalRule rule =
        SignalRule.of(environment, StepAbove.of(SysRoot.machine(), ProcessHandle.current().pid()));
    return new SignalRelay(USUAL, rule, ControllingTerminal.isThere());
  }

  /** For a JVM whose signals belong to another. */
  public static SignalRelay none() {
    return new SignalRelay(List.of(), SignalRule.STEP, false);
  }

  /**
   * Takes the signals over from the JVM. Before the child starts: signals that are handled are at
   * their default in a new program, those that were ignored by the launcher stay ignored in it.
   * What came since the child before ended is the next one's.
   */
  void install() {
    names.forEach(
        name ->
            JvmSignals.handle(name, () -> received(name))
                .ifPresent(why -> LOG.debug("SIG{} cannot be passed on: {}", name, why)));
  }

  /**
   * The signal that has asked this process to end: no further child is to be started then, as if it
   * had come before {@link #install}.
   */
  synchronized Optional<String> endedBy() {
    return seen.stream().filter(ENDING::containsKey).findFirst();
  }

  /** The exit status of a program that died by such a signal. */
  static int status(String ending) {
    return 128 + ENDING.getOrDefault(ending, 0);
  }

  /** Names of all that came, without SIG. */
  public synchronized Set<String> seen() {
    return Collections.unmodifiableSet(new TreeSet<>(seen));
  }

  /**
   * From now on there may be a child that signals reach by themselves, which this process does not
   * know yet: what comes is kept for it until it does. What came before never reached it.
   */
  void childStarts() {
    Optional<Witness> beside = names.isEmpty() ? Optional.empty() : Witness.start();
    synchronized (this) {
      witness = beside.orElse(null);
      starting = true;
    }
  }

  synchronized void childStarted(Process process) {
    child = process;
    early.forEach(name -> send(name, process));
    early.clear();
    notifyAll();
  }

  /** What arrives from now on finds nobody to be told, but for a next child. */
  synchronized void childEnded() {
    starting = false;
    child = null;
    if (witness != null) {
      witness.dismiss();
      witness = null;
    }
    notifyAll();
  }

  /** In a thread of its own for each signal. */
  void received(String name) {
    Witness beside;
    synchronized (this) {
      seen.add(name);
      beside = witness;
      if (!starting || (child == null && !isForked(beside))) {
        early.add(name);
        return;
      }
    }
    Witness.Sight sight = rule.seen(name, beside);
    boolean typed = terminal && name.equals(INTERRUPT) && sight == Witness.Sight.UNKNOWN;
    if (!typed && rule.passesOn(name, sight)) {
      awaitChild().ifPresent(process -> send(name, process));
    }
  }

  /** Whether this process has another child than its witness: what was not there got nothing. */
  private static boolean isForked(@Nullable Witness beside) {
    return ProcessHandle.current()
        .children()
        .anyMatch(process -> beside == null || process.pid() != beside.pid());
  }

  /** Empty if it has ended, or was never started. */
  private synchronized Optional<Process> awaitChild() {
    try {
      while (starting && child == null) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.ofNullable(child);
  }

  /**
   * Through the shell's kill, since Java itself knows SIGTERM and SIGKILL only, and kill(1) is in a
   * package of its own.
   */
  private static void send(String name, Process process) {
    if (!process.isAlive()) {
      return;
    }
    if (name.equals("TERM")) {
      process.destroy();
      return;
    }
    String command = "kill -s " + name + " " + process.pid();
    try {
      new ProcessBuilder("/bin/sh", "-c", command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .getOutputStream()
          .close();
    } catch (IOException e) {
      LOG.warn("SIG{} could not be passed on to the job's command: {}", name, e.getMessage());
    }
  }
}
