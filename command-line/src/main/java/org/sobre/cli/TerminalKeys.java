package org.sobre.cli;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys of this process's terminal, each at once and none shown, while a live view is on it.
 * Java has no call for that; stty(1) sets it and gives back what was set before. Keys that are
 * signals (Ctrl-C, Ctrl-Z) stay signals. Where the terminal is not to be had no key is ever
 * pressed.
 */
final class TerminalKeys implements Closeable {

  private static final Path TERMINAL = Path.of("/dev/tty");
  private static final Path STATUS = Path.of("/proc/self/stat");
  private static final Duration DEADLINE = Duration.ofSeconds(1);

  /** What {@code stty -g} tells: numbers for another stty, and no words of a command. */
  private static final Pattern SETTINGS = Pattern.compile("[0-9a-f:]{1,400}");

  /**
   * A second Ctrl-C, or a shell that has taken its terminal back, must not end a stty that is
   * giving the settings back; and one that waits for a stopped terminal's output would wait for
   * ever.
   */
  private static final String UNDISTURBED =
      "trap '' INT QUIT TSTP TTOU; exec stty \"$@\" </dev/tty 2>/dev/null";

  /**
   * Fields of proc(5)'s stat after the command's name: process group, terminal's foreground group.
   */
  private static final int GROUP = 2;

  private static final int FOREGROUND_GROUP = 5;

  private Optional<String> before = Optional.empty();
  private @Nullable FileInputStream keys;

  /** From now on; does nothing for a process in the background, whose keys are another's. */
  synchronized void take() {
    if (before.isPresent() || !isInForeground()) {
      return;
    }
    before = stty("-g").filter(SETTINGS.asMatchPredicate());
    try {
      if (before.isPresent()) {
        keys = new FileInputStream(TERMINAL.toFile());
        stty("-drain", "-icanon", "-echo", "min", "0", "time", "0");
      }
    } catch (IOException e) {
      giveBack();
    }
  }

  /** As the terminal was. */
  synchronized void giveBack() {
    before.ifPresent(settings -> stty("-drain", settings));
    before = Optional.empty();
    FileInputStream open = keys;
    keys = null;
    try {
      if (open != null) {
        open.close();
      }
    } catch (IOException e) {
      // it was only read from
    }
  }

  /** Whether it is among the keys that were pressed since the last call; does not wait. */
  synchronized boolean isPressed(char key) {
    boolean pressed = false;
    try {
      while (keys != null && keys.available() > 0) {
        int read = keys.read();
        if (read < 0) {
          break;
        }
        pressed |= read == key;
      }
    } catch (IOException e) {
      // a terminal that is gone has no keys
    }
    return pressed;
  }

  @Override
  public void close() {
    giveBack();
  }

  private static boolean isInForeground() {
    try {
      return isInForeground(Files.readString(STATUS));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * @param status text of {@code /proc/PID/stat}
   */
  static boolean isInForeground(String status) {
    String[] fields = status.substring(status.lastIndexOf(')') + 1).strip().split(" ", -1);
    return fields.length > FOREGROUND_GROUP && fields[GROUP].equals(fields[FOREGROUND_GROUP]);
  }

  /** What it printed; empty if it failed. */
  private static Optional<String> stty(String... words) {
    List<String> command = new ArrayList<>(List.of("sh", "-c", UNDISTURBED, "stty"));
    command.addAll(List.of(words));
    try {
      Process stty = new ProcessBuilder(command).start();
      if (!stty.waitFor(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
        stty.destroyForcibly();
        return Optional.empty();
      }
      String printed =
          new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      return stty.exitValue() == 0 ? Optional.of(printed) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
