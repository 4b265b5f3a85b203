package org.sobre.accounting.year;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The JSON of lines, after their heads, and what of a balance no job pays. */
final class YearLines {

  private static final int ROOT_AND_SOME = 3;

  private final YearTruth truth;
  private final SplittableRandom random;

  YearLines(YearTruth truth, SplittableRandom random) {
    this.truth = truth;
    this.random = random;
  }

  static String boot(long at, YearNode.@Nullable Up previous, long previousSeq) {
    return ",\"at\":\""
        + Instant.ofEpochMilli(at)
        + "\",\"previousBoot\":"
        + (previous == null ? "null" : "\"" + previous.boot() + "\"")
        + ",\"previousSeq\":"
        + (previous == null ? "null" : previousSeq)
        + "}";
  }

  CharSequence balance(YearNode node, int hour, List<YearRun> runs) {
    StringBuilder json = new StringBuilder(1_000);
    json.append(",\"recovered\":false,\"from\":\"")
        .append(Instant.ofEpochMilli(YearShape.millisOf(hour)))
        .append("\",\"to\":\"")
        .append(Instant.ofEpochMilli(YearShape.millisOf(hour + 1)))
        .append("\",\"elapsedMs\":3600000,\"meters\":[");
    long seen = 0;
    for (int meter = 0; meter < node.meters(); meter++) {
      if (node.isGpu(meter) || node.readable()) {
        seen = Math.addExact(seen, meter(json, node, meter, hour, runs));
        json.append(',');
      }
    }
    if (node.board() && seen > 0) {
      board(json, seen);
    }
    if (json.charAt(json.length() - 1) == ',') {
      json.setLength(json.length() - 1);
    }
    return json.append("]}");
  }

  private long meter(StringBuilder json, YearNode node, int meter, int hour, List<YearRun> runs) {
    boolean counts = !node.isGpu(meter) || node.counts();
    long platform = random.nextLong(60_000_000_000L);
    long unknown = random.nextInt(30) == 0 ? random.nextLong(1_000_000_000L) : 0;
    long outside = random.nextInt(5) == 0 ? random.nextLong(2_000_000_000L) : 0;
    int uid = random.nextInt(ROOT_AND_SOME) * 1_000;
    long counter = counts ? platform + unknown + outside : 0;
    long sampled = counts ? 0 : platform + unknown + outside;
    StringBuilder shares = new StringBuilder();
    for (YearRun run : runs) {
      Optional<YearDraw> draw = run.draws.get(meter);
      if (draw.isPresent()) {
        counter += draw.get().counter[hour - run.firstHour];
        sampled += draw.get().sampled[hour - run.firstHour];
        shares.append(shares.length() == 0 ? "" : ",");
        share(shares, run, draw.get(), node.isGpu(meter), hour - run.firstHour);
      }
    }
    truth.unbilled(hour, "platform", platform);
    truth.unbilled(hour, "unknown", unknown);
    truth.unbilled(hour, "outside " + uid, outside);
    json.append("{\"part\":\"").append(node.part(meter));
    json.append("\",\"device\":\"").append(node.device(meter));
    json.append("\",\"source\":\"").append(node.isGpu(meter) ? "nvidia-smi" : "powercap");
    json.append("\",\"within\":").append(node.board() ? "\"node/bmc\"" : "null");
    json.append(",\"observedMs\":3600000,\"microjoules\":");
    energy(json, counter, sampled).append(",\"jobs\":[").append(shares);
    json.append("],\"outsideSlurm\":[");
    if (outside > 0) {
      json.append("{\"uid\":").append(uid).append(",\"microjoules\":");
      energy(json, counts ? outside : 0, counts ? 0 : outside).append('}');
    }
    energy(json.append("],\"platformMicrojoules\":"), counts ? platform : 0, counts ? 0 : platform);
    energy(json.append(",\"unknownMicrojoules\":"), counts ? unknown : 0, counts ? 0 : unknown);
    json.append('}');
    return Math.addExact(counter, sampled);
  }

  /** The board's own meter sees all of it and its fans. */
  private void board(StringBuilder json, long within) {
    long all = within + random.nextLong(100_000_000_000L);
    json.append("{\"part\":\"node\",\"device\":\"bmc\",\"source\":\"ipmi\",\"within\":null,")
        .append("\"observedMs\":3600000,\"microjoules\":{\"sampled\":")
        .append(all)
        .append("},\"jobs\":[],\"outsideSlurm\":[],\"platformMicrojoules\":{\"sampled\":")
        .append(all)
        .append("},\"unknownMicrojoules\":{}}");
  }

  private static void share(StringBuilder json, YearRun run, YearDraw draw, boolean ofGpu, int at) {
    json.append("{\"job\":\"").append(run.job.id).append('.').append(run.restart);
    json.append("\",\"begin\":\"").append(Instant.ofEpochMilli(run.begin));
    json.append("\",\"account\":").append(quoted(run.job.account));
    json.append(",\"uid\":").append(run.job.uid).append(",\"microjoules\":");
    energy(json, draw.counter[at], draw.sampled[at]);
    if (ofGpu) {
      json.append(",\"idleMicrojoules\":").append(draw.idle[at]);
      if (run.node.shared()) {
        json.append(",\"fraction\":0.5");
      }
    }
    json.append(",\"observedMs\":").append(draw.observedMillis[at]).append('}');
  }

  static StringBuilder energy(StringBuilder json, long counter, long sampled) {
    json.append('{');
    if (counter > 0) {
      json.append("\"counter\":").append(counter).append(sampled > 0 ? "," : "");
    }
    if (sampled > 0) {
      json.append("\"sampled\":").append(sampled);
    }
    return json.append('}');
  }

  static String quoted(@Nullable String text) {
    return text == null ? "null" : "\"" + text + "\"";
  }
}
