package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerCodec;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.LedgerVerifier;

/**
 * That the daemon does not grow, while jobs come and go all the time and the share is away for five
 * minutes of each hour: what is on the heap after a collection, memory outside it, threads, open
 * files and classes are at the end what they were after two hours. {@code -Dsobre.growth.hours=20}
 * for an hour at twenty times the speed.
 */
class GrowthTest {

  /** Of the node's clock; 20 are an hour at twenty seconds a second. */
  private static final int HOURS = Integer.getInteger("sobre.growth.hours", 4);

  /** In seconds; the rest of the hour its jobs have ended. */
  private static final int BUSY = 3_400;

  private static final int AWAY_FROM = 1_500;
  private static final int AWAY_UNTIL = 1_800;

  /** What is done for the first time, and caches of the JDK's, are over by then. */
  private static final int WARM = 2;

  /**
   * Of live objects a look has some hundred bytes more or less than the next. One small object a
   * job would be 16 B x 680 each hour.
   */
  private static final long MOST_BYTES = 8_000;

  /** The last line of a histogram: how many there are, and their bytes. */
  private static final Pattern TOTAL = Pattern.compile("Total +\\d+ +(\\d+)");

  /** Of buffers that the JDK keeps for each thread, as large as the largest file that was read. */
  private static final long MOST_OUTSIDE = 65_536;

  /** Of what is done for the first time in a late hour. */
  private static final long MOST_CLASSES = 30;

  private final Logger sobre = (Logger) LoggerFactory.getLogger("org.sobre");
  private Path directory;

  private record Look(long heap, long outside, int threads, long files, long classes) {

    /** The least of some: the ledger's thread may still be at work with what it was offered. */
    static Look atRest() {
      Look least = now();
      for (int i = 0; i < 10; i++) {
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        Look next = now();
        least = next.heap() < least.heap() ? next : least;
      }
      return least;
    }

    /**
     * Of all objects that a collection leaves, class by class; what a heap uses is some 50 kB more
     * or less.
     */
    private static long liveBytes() {
      try {
        String histogram =
            (String)
                ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        Matcher total = TOTAL.matcher(histogram);
        assertThat(total.find()).as(histogram).isTrue();
        return Long.parseLong(total.group(1));
      } catch (JMException e) {
        throw new IllegalStateException(e);
      }
    }

    private static Look now() {
      long live = liveBytes();
      var os = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      return new Look(
          live,
          ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
              .mapToLong(BufferPoolMXBean::getMemoryUsed)
              .sum(),
          ManagementFactory.getThreadMXBean().getThreadCount(),
          os.getOpenFileDescriptorCount(),
          ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
    }
  }

  /** In memory where there is such a place; and in silence: each job has its lines. */
  @BeforeEach
  void makeDirectory() throws IOException {
    sobre.setLevel(Level.OFF);
    Path memory = Path.of("/dev/shm");
    directory =
        Files.isWritable(memory)
            ? Files.createTempDirectory(memory, "sobre-growth")
            : Files.createTempDirectory("sobre-growth");
  }

  @AfterEach
  void removeDirectory() throws IOException {
    sobre.setLevel(null);
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Test
  void hoursOfJobsLeaveNothingBehind() throws Exception {
    BusyNode node = new BusyNode(directory);
    List<Look> looks = new ArrayList<>();
    for (int i = 0; i < HOURS; i++) {
      hour(node);
      looks.add(Look.atRest());
    }
    node.stop();

    Look first = looks.get(WARM - 1);
    Look last = looks.get(HOURS - 1);
    long least =
        looks.subList(WARM - 1, HOURS - 1).stream().mapToLong(Look::heap).min().orElseThrow();
    assertThat(last.heap() - least).as("bytes: %s", looks).isLessThan(MOST_BYTES);
    assertThat(last.outside() - first.outside())
        .as("bytes outside the heap: %s", looks)
        .isLessThan(MOST_OUTSIDE);
    assertThat(last.threads()).as("threads").isLessThanOrEqualTo(first.threads());
    assertThat(last.files()).as("open files").isLessThanOrEqualTo(first.files());
    assertThat(last.classes()).as("classes").isLessThan(first.classes() + MOST_CLASSES);
    assertThat(LedgerVerifier.verify(new LedgerDirectory(node.ledgerDirectory())).findings())
        .isEmpty();
    assertThat(jobsOf(node)).isEqualTo(node.jobsBegun());
    try (Stream<Path> left = Files.list(directory.resolve("jobs"))) {
      assertThat(left).isEmpty();
    }
  }

  /** The share is away for five minutes of it. */
  private static void hour(BusyNode node) throws IOException {
    node.seconds(AWAY_FROM);
    node.shareGoes();
    node.seconds(AWAY_UNTIL - AWAY_FROM);
    node.shareReturns();
    node.seconds(BUSY - AWAY_UNTIL);
    node.untilFullHour();
  }

  private static long jobsOf(BusyNode node) throws Exception {
    long jobs = 0;
    for (LedgerDirectory.LedgerFile file :
        new LedgerDirectory(node.ledgerDirectory()).files("n1")) {
      for (String line : Files.readAllLines(file.path())) {
        jobs += LedgerCodec.decode(line) instanceof JobLine ? 1 : 0;
      }
    }
    return jobs;
  }
}
