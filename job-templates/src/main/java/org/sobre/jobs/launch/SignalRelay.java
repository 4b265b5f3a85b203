package org.sobre.jobs.launch;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes signals on to the child, so that what Slurm sends to the wrapper alone ({@code
 * --signal=B:USR1@60}, {@code scancel --batch}) reaches the job's own program, and so that the
 * wrapper never dies before its child: its exit status is the job's.
 *
 * <p>{@code scancel} without options, and a time limit, signal the wrapper and its child. The child
 * may then be signalled twice: Java cannot tell who sent a signal. A program that checkpoints on a
 * signal must stand a repetition in any case, since Slurm itself repeats SIGTERM.
 *
 * <p>SIGINT is not passed on if there is a controlling terminal, from which the kernel has sent it
 * to both. SIGQUIT belongs to the JVM.
 */
public final class SignalRelay {

  private static final Logger LOG = LoggerFactory.getLogger(SignalRelay.class);

  private static final String INTERRUPT = "INT";
  private static final List<String> USUAL = List.of("TERM", "HUP", "USR1", "USR2", INTERRUPT);

  private final List<String> names;
  private final boolean terminal;
  private final Queue<String> early = new ArrayDeque<>();
  private @Nullable Process child;
  private boolean ended;

  /**
   * @param names of the signals to take over, without SIG; none, if this JVM's belong to another
   * @param terminal whether there is a controlling terminal
   */
  public SignalRelay(List<String> names, boolean terminal) {
    this.names = List.copyOf(names);
    this.terminal = terminal;
  }

  /** For this process, whose controlling terminal {@code /proc/self/stat} tells. */
  public static SignalRelay forThisProcess() {
    return new SignalRelay(USUAL, ControllingTerminal.isThere());
  }

  /**
   * Takes the signals over from the JVM. Before the child starts: signals that are handled are at
   * their default in a new program, those that were ignored by the launcher stay ignored in it.
   */
  void install() {
    names.forEach(name -> handle(name, !(terminal && name.equals(INTERRUPT))));
  }

  private void handle(String name, boolean passOn) {
    JvmSignals.handle(name, passOn ? () -> received(name) : () -> {})
        .ifPresent(why -> LOG.debug("SIG{} cannot be passed on: {}", name, why));
  }

  synchronized void childStarted(Process process) {
    child = process;
    early.forEach(name -> send(name, process));
    early.clear();
  }

  /** What arrives from now on finds nobody to be told. */
  synchronized void childEnded() {
    ended = true;
  }

  private synchronized void received(String name) {
    if (ended) {
      return;
    }
    Process process = child;
    if (process == null) {
      early.add(name);
    } else {
      send(name, process);
    }
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
