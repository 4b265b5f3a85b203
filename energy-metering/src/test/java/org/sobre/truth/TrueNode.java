package org.sobre.truth;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A node of which everything is known: what each of its devices draws at every instant, and which
 * jobs hold what of it and when, and how hard they work. Times are nanoseconds since boot.
 *
 * @param packages CPU packages
 * @param floorWatts what a package draws whatever is done, which the first minutes without any job
 *     show; absent where there are none, and nobody tells how long the processors worked
 */
public record TrueNode(
    long nanos,
    int cpus,
    List<Device> boards,
    List<Device> packages,
    List<Job> jobs,
    OptionalDouble floorWatts) {

  /** How a device tells what it draws. */
  public enum Told {
    /** Rows of nvidia-smi with the mean power of the last second. */
    MEAN_POWER("sampled", 0),
    /** Rows of nvidia-smi with the power of that instant. */
    INSTANT_POWER("sampled", 0),
    /** The energy counter of NVIDIA's library. */
    MILLIJOULES("counter", 0.1),
    /** The kernel's powercap tree. */
    MICROJOULES("counter", 0.001);

    private final String quality;
    private final double lateSeconds;

    Told(String quality, double lateSeconds) {
      this.quality = quality;
      this.lateSeconds = lateSeconds;
    }

    /** What the ledger calls it. */
    String quality() {
      return quality;
    }

    /** Of a counter: what was drawn is in it after so long at most. */
    double lateSeconds() {
      return lateSeconds;
    }
  }

  /**
   * @param part as in the ledger
   */
  public record Device(String part, String name, Told told, PowerFunction power) {}

  /**
   * @param begin in hundredths of a second, as the hooks' clock has it; {@code end} alike
   * @param boards how much it holds of which
   * @param working how many processors, on average and at any time
   */
  public record Job(
      long id, long begin, long end, Map<String, Double> boards, int cpus, double working) {
    boolean isThere(long from, long to) {
      return begin <= from && to <= end;
    }
  }

  private static final long SECOND = 1_000_000_000L;
  private static final long HUNDREDTH = SECOND / 100;
  private static final int CPUS = 64;
  private static final Shape.Range GPU_WATTS = new Shape.Range(20, 400);
  private static final double FLOOR_WATTS = 40;
  private static final Shape.Range PACKAGE_WATTS = new Shape.Range(FLOOR_WATTS, 220);

  /** In which no job is there, where the floor is to be seen. */
  private static final long QUIET = 180 * SECOND;

  /** Processors that work for the system itself. */
  private static final double HOUSEKEEPING = 0.5;

  /** The boards, by how many jobs at a time hold how much of each. */
  private enum Layout {
    WHOLE(1, 1.0),
    /** Whole GPUs that shards let several jobs hold. */
    SHARED(3, 1.0),
    QUARTERS(4, 0.25);

    final int lanes;
    final double fraction;

    Layout(int lanes, double fraction) {
      this.lanes = lanes;
      this.fraction = fraction;
    }
  }

  private record Plan(String name, Told told, Layout layout) {}

  private static final List<Plan> PLANS =
      List.of(
          new Plan("GPU-mean", Told.MEAN_POWER, Layout.WHOLE),
          new Plan("GPU-instant", Told.INSTANT_POWER, Layout.WHOLE),
          new Plan("GPU-counter", Told.MILLIJOULES, Layout.WHOLE),
          new Plan("GPU-shared", Told.MILLIJOULES, Layout.SHARED),
          new Plan("GPU-shared-mean", Told.MEAN_POWER, Layout.SHARED),
          new Plan("GPU-parts", Told.MEAN_POWER, Layout.QUARTERS));

  /** One drawn from a seed; those of even seeds show their packages' floor. */
  public static TrueNode of(long seed, int seconds) {
    Random random = new Random(seed);
    boolean hasFloor = seed % 2 == 0;
    long nanos = seconds * SECOND;
    List<Job> jobs = new ArrayList<>();
    for (Plan plan : PLANS) {
      for (int lane = 0; lane < plan.layout.lanes; lane++) {
        fillLane(jobs, plan, hasFloor ? QUIET : 0, nanos, random);
      }
    }
    List<Device> boards = new ArrayList<>();
    for (Plan plan : PLANS) {
      List<Long> marks = marks(jobs, job -> job.boards.containsKey(plan.name));
      boards.add(
          new Device(
              "gpu",
              plan.name,
              plan.told,
              Shape.day(new PowerFunction.Builder(), nanos, GPU_WATTS, marks, random)));
    }
    List<Device> packages = new ArrayList<>();
    for (String name : List.of("0", "1")) {
      PowerFunction.Builder begin = new PowerFunction.Builder();
      if (hasFloor) {
        begin.constant(QUIET, FLOOR_WATTS);
      }
      PowerFunction power =
          Shape.day(begin, nanos, PACKAGE_WATTS, marks(jobs, job -> true), random);
      packages.add(new Device("cpu-package", name, Told.MICROJOULES, power));
    }
    OptionalDouble floor = hasFloor ? OptionalDouble.of(FLOOR_WATTS) : OptionalDouble.empty();
    return new TrueNode(nanos, CPUS, boards, packages, jobs, floor);
  }

  /** One after another: some of some seconds, often two within one second, now and then none. */
  private static void fillLane(
      List<Job> jobs, Plan plan, long fromNanos, long nanos, Random random) {
    long at = fromNanos + 10 * SECOND + hundredths(random, 60);
    while (at < nanos - 60 * SECOND) {
      int longest = random.nextInt(3) == 0 ? 30 : 1_500;
      long end = Math.min(at + 3 * SECOND + hundredths(random, longest), nanos - 20 * SECOND);
      Map<String, Double> boards = new TreeMap<>(Map.of(plan.name, plan.layout.fraction));
      if (random.nextInt(8) == 0) {
        boards.putIfAbsent(PLANS.get(random.nextInt(3)).name, 1.0);
      }
      int cpus = random.nextInt(5);
      double working = random.nextInt(4) == 0 ? 0 : random.nextDouble() * cpus;
      jobs.add(new Job(100L + jobs.size(), at, end, Map.copyOf(boards), cpus, working));
      at = end + (random.nextBoolean() ? 2 * HUNDREDTH : hundredths(random, 300));
    }
  }

  private static List<Long> marks(List<Job> jobs, Predicate<Job> which) {
    List<Long> marks = new ArrayList<>();
    for (Job job : jobs) {
      if (which.test(job)) {
        marks.add(job.begin);
        marks.add(job.end);
      }
    }
    return marks;
  }

  private static long hundredths(Random random, int seconds) {
    return random.nextInt(seconds * 100) * HUNDREDTH;
  }

  /** How many processors work for a job over a stretch, on average. */
  public static double working(Job job, long from, long to) {
    long there = Math.min(to, job.end) - Math.max(from, job.begin);
    return there <= 0 ? 0 : job.working * there / (to - from);
  }

  /** How many work at all. */
  public double busy(long from, long to) {
    double sum = HOUSEKEEPING;
    for (Job job : jobs) {
      sum += working(job, from, to);
    }
    return sum;
  }

  /** All of them. */
  public List<Device> devices() {
    List<Device> all = new ArrayList<>(boards);
    all.addAll(packages);
    return all;
  }
}
