package org.sobre.energy.accrual;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.sobre.energy.attribution.Presence;
import org.sobre.energy.meter.MeteredInterval;

/** Whose processes were on GPUs in the time that is not attributed yet. */
final class Presences {

  /** Of a daemon before, which sees nothing more. */
  private final List<Presence> earlier = new ArrayList<>();

  private List<Presence> seen = List.of();

  /** Those that went on when the daemon before was killed end with what its meters saw last. */
  void takeUp(Checkpoint checkpoint) {
    long last =
        checkpoint.unsettled().stream()
            .mapToLong(MeteredInterval::toNanos)
            .reduce(checkpoint.nanos(), Math::max);
    for (Presence one : checkpoint.presences()) {
      long to = Math.max(one.fromNanos(), one.toNanos().orElse(last));
      earlier.add(
          new Presence(one.device(), one.uid(), one.run(), one.fromNanos(), OptionalLong.of(to)));
    }
  }

  void replace(List<Presence> now) {
    seen = List.copyOf(now);
  }

  /** Attribution has come so far. */
  void forget(long nanos) {
    earlier.removeIf(one -> one.toNanos().orElse(Long.MAX_VALUE) <= nanos);
  }

  List<Presence> all() {
    List<Presence> all = new ArrayList<>(earlier);
    all.addAll(seen);
    return all;
  }
}
