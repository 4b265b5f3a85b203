package org.sobre.energy.meter;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The rows of an {@code nvidia-smi} that is told which cards to ask: those that are awake. It is
 * started anew whenever they are others, when the one before is gone, and while none is awake there
 * is no such process.
 */
public final class AwakeRows implements AutoCloseable {

  private final SleepingCards sleeping;
  private final Function<List<String>, RowStream> start;
  private Set<String> asked = Set.of();
  private Optional<RowStream> stream = Optional.empty();
  private int starts;
  private boolean over;
  private final List<RowStream> closed = new ArrayList<>();

  /**
   * @param start from the words that select cards, empty for all of them, to the running tool
   */
  public AwakeRows(SleepingCards sleeping, Function<List<String>, RowStream> start) {
    this.sleeping = sleeping;
    this.start = start;
    select();
  }

  /** What happened since the last call, oldest first; does not wait for a tool that hangs. */
  public List<StreamEvent> drain() {
    List<StreamEvent> events = new ArrayList<>();
    stream.ifPresent(running -> events.addAll(running.drain()));
    select();
    return events;
  }

  private void select() {
    Set<String> awake = sleeping.awake();
    if (!awake.equals(asked)) {
      end();
      asked = awake;
      starts++;
    }
    closed.removeIf(RowStream::holdsNothing);
    // Never two at a time: one that hangs is not waited for here, but by the next one.
    if (!over && stream.isEmpty() && closed.isEmpty() && !asked.isEmpty()) {
      stream = Optional.of(start.apply(sleeping.selecting(asked)));
    }
  }

  /** Whether rows of this card are to be expected. */
  boolean isAsked(String device) {
    return asked.contains(device) || !sleeping.all().contains(device);
  }

  /** How often other cards were to be asked than before. */
  int starts() {
    return starts;
  }

  /** What a row told of a card. */
  void seen(String device, boolean busy) {
    sleeping.seen(device, busy);
  }

  void restart() {
    stream.ifPresent(RowStream::restart);
  }

  private void end() {
    stream.ifPresent(
        running -> {
          running.close();
          closed.add(running);
        });
    stream = Optional.empty();
  }

  @Override
  public void close() {
    over = true;
    end();
  }

  /** Whether no tool that was started here is left. */
  public boolean holdsNothing() {
    return stream.isEmpty() && closed.stream().allMatch(RowStream::holdsNothing);
  }
}
