package org.sobre.daemon.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.health.CardLook;
import org.sobre.slurm.health.CauseKind;
import org.sobre.slurm.health.HealthCard;

/**
 * Reads the driver's files of AMD's cards, each card in a thread of its own: a read of a sick card
 * may never return and cannot be interrupted. A card is not asked again before it has answered.
 */
final class AmdLooker implements CardLooker {

  private final Reader reader;
  private final Duration deadline;
  private final Map<HealthCard, Future<CardLook>> asked = new HashMap<>();

  /** Reads the files of one card. */
  interface Reader {
    /**
     * @param evenAsleep whether it is to be asked though it sleeps
     */
    CardLook read(HealthCard card, boolean evenAsleep);
  }

  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "sobre-amd-health");
            thread.setDaemon(true);
            return thread;
          });

  AmdLooker(Reader reader, Duration deadline) {
    this.reader = reader;
    this.deadline = deadline;
  }

  static AmdLooker of(SysRoot machine, Duration deadline) {
    return new AmdLooker(
        (card, evenAsleep) -> new AmdCardFiles(machine, card).look(evenAsleep), deadline);
  }

  @Override
  public List<CardLook> look(List<HealthCard> cards, Set<HealthCard> ill) {
    List<HealthCard> ours = cards.stream().filter(c -> c.vendor() == GpuVendor.AMD).toList();
    for (HealthCard card : ours) {
      asked.computeIfAbsent(card, c -> threads.submit(() -> reader.read(c, ill.contains(c))));
    }
    long until = System.nanoTime() + deadline.toNanos();
    List<CardLook> looks = new ArrayList<>();
    for (HealthCard card : ours) {
      looks.add(answer(card, until - System.nanoTime()));
    }
    return looks;
  }

  private CardLook answer(HealthCard card, long nanos) {
    Future<CardLook> future = asked.get(card);
    if (future == null) {
      throw new IllegalStateException(card + " was not asked");
    }
    try {
      CardLook look = future.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
      asked.remove(card);
      return look;
    } catch (TimeoutException e) {
      return CardLook.ill(
          card, CauseKind.HANGING, "no answer in time from the files of its driver");
    } catch (ExecutionException e) {
      asked.remove(card);
      return CardLook.ill(card, CauseKind.FAILING, String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return CardLook.unknown(card, "interrupted");
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
