package org.sobre.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sobre.hardware.node.NodeJson;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.slurm.cards.CardClass;

/** What {@code sobre fit} says to scripts: the contract fit.schema.json. */
final class FitJson {

  private FitJson() {}

  static String render(List<FitRow> rows, int gpus) {
    return NodeJson.render(rows.stream().map(row -> json(row, gpus)).toList());
  }

  private static Map<String, Object> json(FitRow row, int gpus) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("profile", row.profile().name());
    row.card().name().ifPresent(name -> json.put("gpu", name));
    long total = row.card().device().total().mebibytes();
    if (row.card().isMainMemory()) {
      json.put("mainMemoryMiB", total);
    } else {
      json.put("vramMiB", total);
      row.card().gigabytes().ifPresent(size -> json.put("vramGB", number(size)));
      json.put("gpus", gpus);
    }
    if (row.card().isHere()) {
      json.put("freeMiB", row.card().device().free().mebibytes());
    }
    row.card().ofCluster().ifPresent(one -> cluster(one, json));
    json.put("verdict", row.verdict().word());
    row.plan().ifPresent(plan -> plan(plan, json));
    json.put("reason", row.reason());
    row.smallestGigabytes().ifPresent(size -> json.put("smallestVramGB", size));
    json.put("sbatch", row.sbatch());
    return json;
  }

  private static void cluster(CardClass one, Map<String, Object> json) {
    json.put("total", one.total());
    json.put("free", one.free());
    one.partition().ifPresent(partition -> json.put("partition", partition));
  }

  private static void plan(BatchPlan plan, Map<String, Object> json) {
    json.put("variant", plan.variant().name());
    plan.variant().loses().ifPresent(loses -> json.put("loses", loses));
    json.put("batchSize", plan.batch());
    json.put("accumulation", plan.accumulation());
    json.put("effectiveBatch", plan.effectiveBatch());
    json.put("needsMiB", plan.needs().mebibytes());
    json.put("marginPercent", plan.marginPercent());
    json.put("tight", plan.tight());
  }

  /** A whole number as one. */
  private static Object number(double value) {
    return value == Math.rint(value) ? (Object) Math.round(value) : (Object) value;
  }
}
