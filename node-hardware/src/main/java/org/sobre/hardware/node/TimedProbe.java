package org.sobre.hardware.node;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.probe.ProbeReport.Outcome;

/** One probe that runs beside the others and is waited for until a common moment. */
final class TimedProbe<T> {

  /**
   * @param value absent where the probe failed or was late
   * @param report how it went
   */
  record Answer<T>(Optional<T> value, ProbeReport report) {}

  private final String name;
  private final long begin = System.nanoTime();
  private final FutureTask<T> task;

  private TimedProbe(String name, FutureTask<T> task) {
    this.name = name;
    this.task = task;
  }

  static <T> TimedProbe<T> start(String name, Executor executor, Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    executor.execute(task);
    return new TimedProbe<>(name, task);
  }

  /**
   * Waits until the deadline, counted from the start. A probe that is late is abandoned, not
   * stopped: a read that hangs in the kernel cannot be.
   */
  Answer<T> await(Duration deadline) {
    try {
      long left = deadline.toNanos() - (System.nanoTime() - begin);
      T value = task.get(Math.max(0, left), TimeUnit.NANOSECONDS);
      return new Answer<>(Optional.of(value), report(Outcome.OK, Optional.empty()));
    } catch (TimeoutException e) {
      return none(Outcome.TIMED_OUT, "gave no answer within " + deadline.toMillis() + " ms");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return none(Outcome.FAILED, cause.getClass().getSimpleName() + ": " + cause.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return none(Outcome.TIMED_OUT, "interrupted");
    }
  }

  private Answer<T> none(Outcome outcome, String detail) {
    return new Answer<>(Optional.empty(), report(outcome, Optional.of(detail)));
  }

  private ProbeReport report(Outcome outcome, Optional<String> detail) {
    return new ProbeReport(name, outcome, Duration.ofNanos(System.nanoTime() - begin), detail);
  }
}
