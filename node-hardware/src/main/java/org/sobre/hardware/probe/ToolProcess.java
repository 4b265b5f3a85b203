package org.sobre.hardware.probe;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.commons.exec.ExecuteException;
import org.apache.commons.exec.ExecuteResultHandler;
import org.apache.commons.exec.ProcessDestroyer;
import org.jspecify.annotations.Nullable;

/**
 * One start of a tool: how it ended, and how to end it with everything it has started. Commons Exec
 * hands the process over as to a destroyer and the result as to a handler.
 */
final class ToolProcess implements ExecuteResultHandler, ProcessDestroyer {

  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
  private @Nullable Process process;
  private volatile boolean beingKilled;
  private volatile int exitStatus;

  @Override
  public void onProcessComplete(int status) {
    exitStatus = status;
    ended.countDown();
  }

  @Override
  public void onProcessFailed(ExecuteException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    failure.set(String.valueOf(cause.getMessage()));
    ended.countDown();
  }

  /** A process that is only now started after its deadline is killed at once. */
  @Override
  public synchronized boolean add(Process started) {
    process = started;
    if (beingKilled) {
      killTree();
    }
    return true;
  }

  @Override
  public boolean remove(Process stopped) {
    return true;
  }

  @Override
  public int size() {
    return 1;
  }

  boolean awaitEnd(Duration limit) throws InterruptedException {
    return ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  boolean beingKilled() {
    return beingKilled;
  }

  int exitStatus() {
    return exitStatus;
  }

  /** Why the tool could not be started, if it could not. */
  Optional<String> failure() {
    return Optional.ofNullable(failure.get());
  }

  /**
   * SIGKILL to the tool and to all below it. The descendants are listed before their parent dies,
   * for then they belong to init; listed again until no new one shows, for they may be forking.
   */
  synchronized void killTree() {
    beingKilled = true;
    Process root = process;
    if (root == null) {
      return;
    }
    Set<ProcessHandle> tree = new LinkedHashSet<>();
    List<ProcessHandle> found = List.of(root.toHandle());
    while (tree.addAll(found)) {
      found = tree.stream().flatMap(ProcessHandle::descendants).toList();
    }
    tree.forEach(ProcessHandle::destroyForcibly);
  }
}
