package org.sobre.energy.meter;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.sobre.hardware.gpu.RuntimePower;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;

/**
 * Which cards may be asked now. A card that sleeps is not: the question would wake it. And one that
 * the kernel may put to sleep cannot while somebody has it open, as a meter has: so one that has
 * been idle for a while, and that no job holds, is let go of for {@link #REST}, in which it falls
 * asleep unless others use it. If they do, it is asked again, and the next such rest comes later.
 *
 * <p>Where the kernel may not put a card to sleep ({@code power/control} is {@code on}, as servers
 * have it) it is always asked. For one thread.
 */
public final class SleepingCards {

  /** A driver that manages power puts a card to sleep some seconds after it was closed. */
  static final Duration REST = Duration.ofSeconds(45);

  static final Duration FIRST_PATIENCE = Duration.ofMinutes(1);
  static final Duration LONGEST_PATIENCE = Duration.ofHours(1);

  private static final class Card {
    final PciAddress address;
    long usedAtNanos;
    long restUntilNanos;
    Duration patience = FIRST_PATIENCE;

    Card(PciAddress address, long nowNanos) {
      this.address = address;
      this.usedAtNanos = nowNanos;
    }
  }

  private final SysRoot machine;
  private final UptimeClock clock;
  private final Map<String, Card> cards = new TreeMap<>();
  private Set<String> held = Set.of();

  /**
   * @param addresses by the id by which the ledger knows a card
   */
  public SleepingCards(SysRoot machine, UptimeClock clock, Map<String, PciAddress> addresses) {
    this.machine = machine;
    this.clock = clock;
    addresses.forEach(
        (device, address) -> cards.put(device, new Card(address, clock.nanosSinceBoot())));
  }

  /** The cards that jobs hold: they are not let go of, whether used or not. */
  public void held(Set<String> devices) {
    held = Set.copyOf(devices);
  }

  /** What a reading told of a card. */
  void seen(String device, boolean busy) {
    Card card = cards.get(device);
    if (busy && card != null) {
      card.usedAtNanos = clock.nanosSinceBoot();
      card.patience = FIRST_PATIENCE;
    }
  }

  /** Those that may be asked, by id. */
  public Set<String> awake() {
    long now = clock.nanosSinceBoot();
    Set<String> awake = new TreeSet<>();
    cards.forEach(
        (device, card) -> {
          if (!RuntimePower.maySleep(machine, card.address) || mayAsk(device, card, now)) {
            awake.add(device);
          }
        });
    return awake;
  }

  /** By id, whether awake or not. */
  Set<String> all() {
    return Set.copyOf(cards.keySet());
  }

  /**
   * What nvidia-smi is to be told so that it asks only these: nothing where they are all.
   *
   * @param devices by id
   */
  List<String> selecting(Set<String> devices) {
    if (devices.containsAll(cards.keySet())) {
      return List.of();
    }
    return List.of(
        "-i",
        cards.entrySet().stream()
            .filter(card -> devices.contains(card.getKey()))
            .map(card -> card.getValue().address.toString())
            .collect(Collectors.joining(",")));
  }

  private boolean mayAsk(String device, Card card, long now) {
    if (RuntimePower.isSuspended(machine, card.address)) {
      card.restUntilNanos = 0;
      card.usedAtNanos = now;
      return false;
    }
    if (held.contains(device)) {
      card.restUntilNanos = 0;
      card.usedAtNanos = now;
      return true;
    }
    if (card.restUntilNanos > now) {
      return false;
    }
    if (card.restUntilNanos > 0) {
      // it did not fall asleep: others have it open
      card.restUntilNanos = 0;
      card.usedAtNanos = now;
      Duration twice = card.patience.multipliedBy(2);
      card.patience = twice.compareTo(LONGEST_PATIENCE) < 0 ? twice : LONGEST_PATIENCE;
    }
    if (now - card.usedAtNanos < card.patience.toNanos()) {
      return true;
    }
    card.restUntilNanos = now + REST.toNanos();
    return false;
  }
}
