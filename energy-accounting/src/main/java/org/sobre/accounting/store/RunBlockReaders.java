package org.sobre.accounting.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Adds up blocks of runs on all processors, the caller's thread among them: that one alone reads
 * the database, and what the others have no time for it adds up itself.
 */
final class RunBlockReaders implements AutoCloseable {

  /** Beyond as many the one thread that reads has all to do. */
  private static final int MOST = 8;

  /** Blocks that wait, for each of the others. */
  private static final int WAITING = 4;

  private final Supplier<RunSums> sums;
  private final ConcurrentLinkedQueue<RunSums> idle = new ConcurrentLinkedQueue<>();
  private final List<CompletableFuture<Void>> given = new ArrayList<>();
  private final ThreadPoolExecutor others;

  /**
   * @param sums that are empty, for each thread its own
   */
  RunBlockReaders(Supplier<RunSums> sums) {
    this.sums = sums;
    int threads = Math.max(1, Math.min(MOST, Runtime.getRuntime().availableProcessors()) - 1);
    this.others =
        new ThreadPoolExecutor(
            threads,
            threads,
            /* keepAliveTime= */ 0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(threads * WAITING),
            RunBlockReaders::thread,
            new ThreadPoolExecutor.CallerRunsPolicy());
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "run-blocks");
    thread.setDaemon(true);
    return thread;
  }

  void add(StoredRuns.Block block) {
    given.add(CompletableFuture.runAsync(() -> addUp(block), others));
  }

  private void addUp(StoredRuns.Block block) {
    RunSums known = idle.poll();
    RunSums own = known == null ? sums.get() : known;
    own.add(block);
    idle.add(own);
  }

  /** All together, once every block was given. */
  RunSums total() {
    try {
      CompletableFuture.allOf(given.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException defect) {
        throw defect;
      }
      throw e;
    }
    RunSums total = sums.get();
    Collection<RunSums> parts = idle;
    parts.forEach(total::addAll);
    return total;
  }

  @Override
  public void close() {
    others.shutdownNow();
  }
}
