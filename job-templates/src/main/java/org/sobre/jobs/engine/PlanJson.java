package org.sobre.jobs.engine;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.jobs.plan.Device;

/** A plan for programs: docs/contracts/plan.schema.json. */
final class PlanJson {

  /** Of the command's environment. */
  static final String VARIABLE = "SOBRE_PLAN";

  private static final int VERSION = 1;

  private PlanJson() {}

  /** In one line. */
  static String plan(String profile, BatchPlan plan) {
    return text(JSON.std, json(profile, plan));
  }

  /** What would be run, on which devices, by which plan; for people to read, too. */
  static String dryRun(Prepared prepared) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("v", VERSION);
    json.put("command", prepared.command());
    json.put("gpus", prepared.devices().stream().map(PlanJson::device).toList());
    prepared
        .plan()
        .ifPresent(
            plan ->
                json.put("plan", json(prepared.request().profile().orElseThrow().name(), plan)));
    return text(JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT), json);
  }

  private static Map<String, Object> json(String profile, BatchPlan plan) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("v", VERSION);
    json.put("profile", profile);
    json.put("variant", plan.variant().name());
    plan.variant().loses().ifPresent(loses -> json.put("loses", loses));
    json.put("batchSize", plan.batch());
    json.put("accumulation", plan.accumulation());
    json.put("processes", plan.world());
    json.put("effectiveBatch", plan.effectiveBatch());
    json.put("needsMiB", plan.needs().mebibytes());
    json.put("budgetMiB", plan.budget().mebibytes());
    json.put("marginPercent", plan.marginPercent());
    json.put("tight", plan.tight());
    json.put("reason", plan.why());
    return json;
  }

  private static Map<String, Object> device(Device device) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("device", device.id());
    json.put("model", device.model());
    json.put("memoryTotalMiB", device.total().mebibytes());
    json.put("memoryFreeMiB", device.free().mebibytes());
    return json;
  }

  private static String text(JSON style, Map<String, Object> json) {
    try {
      return style.asString(json);
    } catch (IOException e) {
      throw new UncheckedIOException("a map of texts and numbers is JSON", e);
    }
  }
}
