package org.sobre.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;
import org.sobre.energy.accrual.Checkpoint;
import org.sobre.energy.accrual.CheckpointCodec;
import org.sobre.energy.accrual.JobView;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.slurm.job.JobKey;

/**
 * What a second costs beside the reading of the meters, in a JVM with the flags of {@code
 * packaging/bin/sobre-monitord}: the simple compiler, the simple collector, a small heap. Single
 * calls are timed, so that a busy machine spoils the mean and not the median.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-XX:+UseSerialGC",
      "-Xms6m",
      "-Xmx32m",
      "-XX:TieredStopAtLevel=1",
      "-XX:ReservedCodeCacheSize=16m"
    })
public class StepBenchmark {

  /** To be taken off the others: intervals come ready from their sources. */
  @Benchmark
  public List<MeteredInterval> sources(BusyNode node) {
    return node.readings();
  }

  /** A second is taken in and another attributed; one in 3600 also cuts the hour's balance. */
  @Benchmark
  public void step(BusyNode node) {
    node.step(node.readings());
  }

  /** The state as records. */
  @Benchmark
  public Checkpoint checkpoint(BusyNode node) {
    return node.accrual().checkpoint();
  }

  /** The same as bytes too, as it is put down each second; without the file system. */
  @Benchmark
  public void save(BusyNode node) throws IOException {
    CheckpointCodec.write(node.accrual().checkpoint(), OutputStream.nullOutputStream());
  }

  /** What the jobs are told, should they ask. */
  @Benchmark
  public Map<JobKey, JobView> views(BusyNode node) {
    return node.accrual().views(node.nowNanos()).all();
  }
}
