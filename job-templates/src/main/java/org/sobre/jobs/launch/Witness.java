package org.sobre.jobs.launch;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An idle shell beside the command, a child of the wrapper as the command is. Java cannot tell who
 * sent a signal, nor to whom else: what the witness gets, too, was sent to all processes of the job
 * or of the terminal, the command among them, and is not for the wrapper to pass on.
 *
 * <p>The shell is in the same process group, session and cgroup as the command. It ends with the
 * wrapper, however that ends: its standard input does.
 */
final class Witness {

  /** For which an answer is waited for on a machine that has no time for the shell. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /**
   * Says each signal's name, and repeats each line that it reads: a signal that came before a line
   * is told before it. A read that ends by a signal fails like one at the end of the input.
   */
  private static final String SCRIPT =
      "got=; for s in TERM HUP INT USR1 USR2; do trap \"echo $s; got=1\" $s; done; "
          + "while n=; read -r n || [ \"$got\" ]; do got=; [ -z \"$n\" ] || echo \"$n\"; done";

  /** Of a shell that had not come so far; Linux's numbers, the same wherever there are GPUs. */
  private static final Map<Integer, String> DEATHS =
      Map.of(129, "HUP", 130, "INT", 138, "USR1", 140, "USR2", 143, "TERM");

  /** Who else got a signal that the wrapper got. */
  enum Sight {
    /** The witness, and so everybody. */
    TOO,
    /** Nobody. */
    ALONE,
    /** The witness has gone, or is kept from answering. */
    UNKNOWN
  }

  private record Sighting(String name, long atNanos) {}

  private final Process shell;
  private final Writer questions;
  private final List<Sighting> sightings = new ArrayList<>();
  private long asked;
  private long answered;
  private boolean gone;

  private Witness(Process shell) {
    this.shell = shell;
    this.questions = shell.outputWriter();
  }

  /**
   * @return empty where no shell can be started
   */
  static Optional<Witness> start() {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-c", SCRIPT, "sobre-witness")
            .directory(new File("/"))
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    try {
      Witness witness = new Witness(builder.start());
      Thread listener = new Thread(witness::listen, "witness");
      listener.setDaemon(true);
      listener.start();
      return Optional.of(witness);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether the witness got this signal, too; each that it got answers for one.
   *
   * @param spread how long it may take from the wrapper to the witness; as long as this takes, if
   *     it got none
   */
  Sight saw(String name, Duration spread) {
    return saw(name, spread, true);
  }

  /** Whether it got this signal, too, now or within the last second. */
  Sight sawLately(String name, Duration spread) {
    return saw(name, spread, false);
  }

  private synchronized Sight saw(String name, Duration spread, boolean each) {
    if (await(name, Long.MAX_VALUE, spread, each)) {
      return Sight.TOO;
    }
    long question = ++asked;
    try {
      questions.write(question + "\n");
      questions.flush();
    } catch (IOException e) {
      return take(name, each) ? Sight.TOO : Sight.UNKNOWN;
    }
    if (await(name, question, PATIENCE, each)) {
      return Sight.TOO;
    }
    return answered >= question ? Sight.ALONE : Sight.UNKNOWN;
  }

  /** Waits until the name has been said, the question is answered, or the time is up. */
  private boolean await(String name, long question, Duration atMost, boolean each) {
    long until = System.nanoTime() + atMost.toNanos();
    long left = atMost.toMillis();
    while (!take(name, each)) {
      if (left <= 0 || answered >= question || gone) {
        return false;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
      left = (until - System.nanoTime()) / 1_000_000;
    }
    return true;
  }

  /** One of them that is recent: an older one was sent to the witness, and never to the wrapper. */
  private boolean take(String name, boolean each) {
    long now = System.nanoTime();
    sightings.removeIf(one -> now - one.atNanos() > PATIENCE.toNanos());
    for (int i = 0; i < sightings.size(); i++) {
      if (sightings.get(i).name().equals(name)) {
        if (each) {
          sightings.remove(i);
        }
        return true;
      }
    }
    return false;
  }

  private void listen() {
    try (BufferedReader lines = shell.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        heard(line);
      }
      Optional.ofNullable(DEATHS.get(shell.waitFor())).ifPresent(this::heard);
    } catch (IOException e) {
      // as if it had ended
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (this) {
      gone = true;
      notifyAll();
    }
  }

  private synchronized void heard(String line) {
    if (Character.isDigit(line.charAt(0))) {
      answered = Long.parseLong(line);
    } else {
      sightings.add(new Sighting(line, System.nanoTime()));
    }
    notifyAll();
  }

  long pid() {
    return shell.pid();
  }

  /** Lets it go, not waiting for it. */
  synchronized void dismiss() {
    try {
      questions.close();
    } catch (IOException e) {
      // it has gone by itself
    }
  }
}
