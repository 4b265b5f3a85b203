package org.sobre.accounting.year;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Who runs what on a pair of nodes: short jobs and long ones, requeues, jobs on both nodes, ids
 * that Slurm used again, jobs without account, jobs that run at the year's end.
 */
final class YearJobs {

  private static final String[] PROFILES = {"sd21-infer", "llama31-8b-infer", "sd21-finetune"};
  private static final int ONE_IN = 100;
  private static final long DAY_MILLIS = 24 * YearShape.HOUR_MILLIS;

  /** Longer apart than runs of one job can be. */
  private static final long REUSE_AFTER_MILLIS = 40 * DAY_MILLIS;

  private final YearShape shape;
  private final SplittableRandom random;
  private final long meanCycleMillis;
  private final List<YearJob> jobs = new ArrayList<>();
  private long nextId;

  YearJobs(YearShape shape, long firstId, long meanCycleMillis, SplittableRandom random) {
    this.shape = shape;
    this.random = random;
    this.nextId = firstId;
    this.meanCycleMillis = meanCycleMillis;
  }

  /** All jobs of two nodes of the same kind. */
  List<YearJob> of(YearNode a, YearNode b) {
    fill(a, b);
    fill(b, a);
    return jobs;
  }

  private void fill(YearNode node, YearNode other) {
    for (int slot = 0; slot < node.slots(); slot++) {
      for (YearNode.Up up : node.ups()) {
        fill(node, slot, up, other);
      }
    }
  }

  private void fill(YearNode node, int slot, YearNode.Up up, YearNode other) {
    long to = YearShape.millisOf(up.to());
    boolean last = up.to() == YearShape.hours();
    int gpu = node.gpus() == 0 ? -1 : slot % node.gpus();
    long at = YearShape.millisOf(up.from()) + gap();
    while (at < to) {
      long length = length();
      // what runs when the machine goes down ends with it; at the year's end it goes on
      long end = last ? at + length : Math.min(to, at + length);
      YearJob job = job(at);
      at = run(job, 0, node, gpu, at, end) + gap();
      if (random.nextInt(ONE_IN) == 0 && at < to) {
        end = last ? at + length : Math.min(to, at + length);
        at = run(job, 1, node, gpu, at, end) + gap();
      } else if (random.nextInt(ONE_IN) == 0) {
        YearRun first = job.runs.get(0);
        if (isUp(other, first.begin, first.end)) {
          run(job, 0, other, -1, first.begin, first.end);
        }
      }
    }
  }

  private static boolean isUp(YearNode node, long begin, long end) {
    return node.ups().stream()
        .anyMatch(
            up -> YearShape.millisOf(up.from()) <= begin && end <= YearShape.millisOf(up.to()));
  }

  private long run(YearJob job, int restart, YearNode node, int gpu, long begin, long end) {
    YearRun run = new YearRun(job, restart, node, gpu, begin, end, random);
    job.runs.add(run);
    return end;
  }

  private long gap() {
    return 1 + (long) (-Math.log(1 - random.nextDouble()) * meanCycleMillis / 4);
  }

  /** From seconds to days; the mean is three quarters of a cycle. */
  private long length() {
    double mean = meanCycleMillis * 0.75;
    int kind = random.nextInt(10);
    double of = kind < 5 ? mean / 10 : kind < 9 ? mean : mean * 5.5;
    return 1_000 + (long) (-Math.log(1 - random.nextDouble()) * of);
  }

  private YearJob job(long begin) {
    int user = (int) (shape.users() * Math.pow(random.nextDouble(), 2));
    int lab = user % shape.labs();
    // some work for a second lab, too
    if (random.nextInt(ONE_IN) < 5) {
      lab = (lab + 1) % shape.labs();
    }
    boolean declares = random.nextInt(10) < 3;
    YearJob job =
        new YearJob(
            id(begin),
            1_000 + user,
            String.format(Locale.ROOT, "user%03d", user),
            random.nextInt(ONE_IN) == 0 ? null : account(lab),
            declares ? PROFILES[random.nextInt(PROFILES.length)] : null,
            declares ? random.nextInt(100_000) : 0);
    jobs.add(job);
    return job;
  }

  static @Nullable String account(int lab) {
    return String.format(Locale.ROOT, "lab-%02d", lab);
  }

  /** Now and then the id of a job of long before. */
  private long id(long begin) {
    if (jobs.size() > ONE_IN && random.nextInt(10 * ONE_IN) == 0) {
      YearJob old = jobs.get(random.nextInt(ONE_IN));
      boolean free =
          jobs.stream()
              .filter(job -> job.id == old.id)
              .flatMap(job -> job.runs.stream())
              .allMatch(run -> Math.abs(begin - run.end) > REUSE_AFTER_MILLIS);
      if (free) {
        return old.id;
      }
    }
    return nextId++;
  }
}
