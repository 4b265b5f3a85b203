package org.sobre.it.lab;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A terminal with a shell of one of the labs' people on a node: tmux(1) has the pseudo-terminal and
 * tells what somebody would see there.
 */
public final class Terminal implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String PROMPT = "ready>";

  private final Lab lab;
  private final String node;
  private final String user;

  /** Of its own, for the one before may still be ending. */
  private final String server = "t" + System.nanoTime();

  private Terminal(Lab lab, String node, String user) {
    this.lab = lab;
    this.node = node;
    this.user = user;
  }

  /**
   * @param environment of its shell, as {@code LANG=C}
   */
  public static Terminal open(
      Lab lab, String node, String user, int columns, int rows, String... environment) {
    Terminal terminal = new Terminal(lab, node, user);
    List<String> words =
        new ArrayList<>(
            List.of("-f", "/dev/null", "new-session", "-d", "-x", "" + columns, "-y", "" + rows));
    for (String variable : environment) {
      words.addAll(List.of("-e", variable));
    }
    words.add("exec env 'PS1=" + PROMPT + "' bash --noprofile --norc");
    terminal.tmux(words.toArray(String[]::new));
    terminal.tmux("set", "-g", "status", "off");
    terminal.resize(columns, rows);
    terminal.awaitPrompt();
    return terminal;
  }

  public void resize(int columns, int rows) {
    tmux("resize-window", "-x", "" + columns, "-y", "" + rows);
  }

  /** Types a line, with Enter at its end. */
  public void type(String line) {
    tmux("send-keys", "-l", line);
    key("Enter");
  }

  /** Presses one key, by tmux's name: {@code q}, {@code C-c}. */
  public void key(String name) {
    tmux("send-keys", name);
  }

  /** What it shows, line by line as they were written: one that did not fit is one line still. */
  public List<String> screen() {
    return tmux("capture-pane", "-p", "-J").lines().map(String::stripTrailing).toList();
  }

  /** The screen, once it is as wanted. */
  public List<String> awaitScreen(Predicate<List<String>> wanted) {
    return await("what the terminal is to show")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .conditionEvaluationListener(
            condition -> {
              if (condition.getRemainingTimeInMS() < 1_000 && !condition.isSatisfied()) {
                System.out.println(String.join("\n", screen()));
              }
            })
        .until(this::screen, wanted);
  }

  /** The screen, once the shell has it again and waits for a line. */
  public List<String> awaitPrompt() {
    return awaitScreen(
        lines ->
            !isOnAlternateScreen()
                && lines.stream()
                    .filter(line -> !line.isEmpty())
                    .reduce((line, next) -> next)
                    .equals(Optional.of(PROMPT)));
  }

  /** Whether a program has taken the alternate screen. */
  public boolean isOnAlternateScreen() {
    return ask("#{alternate_on}").equals("1");
  }

  public boolean isCursorShown() {
    return ask("#{cursor_flag}").equals("1");
  }

  private String ask(String format) {
    return tmux("display-message", "-p", format);
  }

  @Override
  public void close() {
    tmux("kill-server");
  }

  private String tmux(String... words) {
    List<String> command = new ArrayList<>(List.of("tmux", "-u", "-L", server));
    command.addAll(List.of(words));
    return lab.onAs(node, user, command.toArray(String[]::new)).text();
  }
}
