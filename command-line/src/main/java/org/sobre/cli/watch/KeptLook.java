package org.sobre.cli.watch;

import java.util.Optional;

/** Keeps the last look of a live view, for when the terminal has its own screen back. */
public final class KeptLook implements WatchFormat {

  private final WatchFormat live;
  private final WatchFormat lines;
  private Optional<Look> last = Optional.empty();

  /**
   * @param live what is shown meanwhile
   * @param lines how the last one is written afterwards
   */
  public KeptLook(WatchFormat live, WatchFormat lines) {
    this.live = live;
    this.lines = lines;
  }

  @Override
  public String head() {
    return live.head();
  }

  @Override
  public String look(Look look) {
    last = Optional.of(look);
    return live.look(look);
  }

  /** With its head; nothing where there was no look. */
  public String last() {
    return last.map(look -> lines.head() + lines.look(look)).orElse("");
  }
}
