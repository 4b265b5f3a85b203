package org.sobre.slurm.registration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.hardware.probe.ToolRunner;

/**
 * A controller with one node's record and {@code ReturnToService=1}, that does what was seen of
 * 22.05.8 or stands in its node_mgr.c: a record is only made by a registration, keeps its gres
 * until it is deleted, and loses everything said of it with that; DRAIN stays beside DOWN; a
 * registration with less than the record says is invalid, drains the node where nothing else holds
 * it out, and no RESUME is taken until a valid one has come.
 */
final class SimulatedSlurm implements ToolRunner {

  private static final Pattern OPTION = Pattern.compile("--conf '([^']*)'");
  private static final Pattern GPUS = Pattern.compile("gpu:[^:,]+:(\\d+)");
  private static final String FEATURES = "AvailableFeatures";
  private static final Duration A_CALL = Duration.ofMillis(5);
  private static final String BY_ROOT = " [root@2026-11-21T10:00:00]";

  private final Map<String, String> record = new LinkedHashMap<>();
  private final List<String> asked = new ArrayList<>();
  private final SimulatedState state = new SimulatedState();
  private int cpus = 2;
  private long mebibytes = 24105;
  private long nanos;
  private boolean away;
  private int busyFor;
  private Runnable beforeDelete = () -> {};
  private Runnable beforeUpdate = () -> {};

  /** What slurmd finds of processors and memory from here on, whatever the node says of itself. */
  void slurmdFinds(int logicalProcessors, long memoryMebibytes) {
    cpus = logicalProcessors;
    mebibytes = memoryMebibytes;
  }

  /** Makes the record, or registers with what the options say against the one that stands. */
  void slurmdStarts(String slurmdEnv) {
    Map<String, String> conf = conf(slurmdEnv);
    if (record.isEmpty()) {
      create(conf);
      return;
    }
    List<String> tooLow = new ArrayList<>();
    int gpus = gpus(conf.getOrDefault("Gres", "(null)"));
    int promised = gpus(record.getOrDefault("Gres", "(null)"));
    if (gpus < promised) {
      tooLow.add("gres/gpu count reported lower than configured (" + gpus + " < " + promised + ")");
    }
    if (cpus < Integer.parseInt(record.getOrDefault("CPUTot", "0"))) {
      tooLow.add("Low CPUs");
    }
    if (mebibytes < Long.parseLong(record.getOrDefault("RealMemory", "0"))) {
      tooLow.add("Low RealMemory (reported:" + mebibytes + " < 100.00% of configured:24105)");
    }
    if (state.registers(tooLow.isEmpty(), shown("Reason"))) {
      record.putIfAbsent("Reason", String.join(", ", tooLow) + " [slurm@2026-11-21T10:00:00]");
    }
    if (tooLow.isEmpty() && record.remove("NextState") != null && !state.isHeldOut()) {
      record.remove("Reason");
    }
  }

  private void create(Map<String, String> conf) {
    state.created(conf.containsKey("State"));
    record.putAll(Map.of("Gres", "(null)", "AvailableFeatures", "(null)", "Weight", "1"));
    record.put("CPUTot", Integer.toString(cpus));
    record.put("RealMemory", Long.toString(mebibytes));
    conf.forEach((key, value) -> record.put(key.equals("Feature") ? FEATURES : key, value));
    record.remove("State");
  }

  private static Map<String, String> conf(String slurmdEnv) {
    Map<String, String> conf = new LinkedHashMap<>();
    Matcher option = OPTION.matcher(slurmdEnv);
    for (String word : option.find() ? option.group(1).split(" ", -1) : new String[0]) {
      conf.put(word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
    }
    return conf;
  }

  private static int gpus(String gres) {
    return GPUS.matcher(gres).results().mapToInt(gpus -> Integer.parseInt(gpus.group(1))).sum();
  }

  /** What scontrol would show under this name; empty where nothing does. */
  Optional<String> shown(String key) {
    return key.equals("State") && !record.isEmpty()
        ? Optional.of(state.text())
        : Optional.ofNullable(record.get(key));
  }

  /** As an admin with scontrol. */
  void adminSays(String key, String value) {
    record.put(key, value);
  }

  void adminDrains(String reason) {
    state.drains();
    record.put("Reason", reason);
  }

  void adminSetsDown(String reason) {
    state.goesDown();
    record.put("Reason", reason);
  }

  void adminFails(String reason) {
    state.fails();
    record.put("Reason", reason);
  }

  /** {@code scontrol reboot}, of a node that is idle: Slurm puts its own words behind a reason. */
  void adminReboots(boolean asap) {
    state.reboots(asap);
    String reason = record.getOrDefault("Reason", asap ? "Reboot ASAP" : "reboot requested");
    record.put(
        "Reason", reason.replaceAll(" \\[.*", "") + " : reboot issued [slurm@2026-11-21T10:00:00]");
    if (asap) {
      record.put("NextState", "RESUME");
    }
  }

  void adminResumes() {
    resume();
  }

  /** slurmctld lost its state, or somebody deleted the record. */
  void forgetsTheNode() {
    record.clear();
  }

  void goesAway() {
    away = true;
  }

  void comesBack() {
    away = false;
  }

  /** A job or a reservation holds the record for so many tries, or until the node is down. */
  void isBusyFor(int tries) {
    busyFor = tries;
  }

  void beforeDelete(Runnable once) {
    beforeDelete = once;
  }

  void beforeUpdate(Runnable once) {
    beforeUpdate = once;
  }

  List<String> asked() {
    return asked;
  }

  CallBudget budget() {
    return new CallBudget(CallBudget.BEFORE_SLURMD, () -> nanos, wait -> nanos += wait.toNanos());
  }

  long elapsedMillis() {
    return nanos / 1_000_000;
  }

  @Override
  public ToolResult run(
      List<String> command, Map<String, String> extraEnvironment, Duration deadline) {
    asked.add(String.join(" ", command));
    if (command.get(1).equals("delete")) {
      beforeDelete = once(beforeDelete);
    } else if (command.get(1).equals("update")) {
      beforeUpdate = once(beforeUpdate);
    }
    if (away) {
      nanos += deadline.toNanos();
      return new ToolResult(command, Ending.TIMED_OUT, OptionalInt.empty(), "", "", deadline);
    }
    nanos += A_CALL.toNanos();
    return switch (command.get(1)) {
      case "show" ->
          record.isEmpty() ? exited(command, 1, "Node n1 not found\n") : exited(command, 0, text());
      case "update" -> update(command);
      default -> delete(command);
    };
  }

  private static Runnable once(Runnable hook) {
    hook.run();
    return () -> {};
  }

  private ToolResult update(List<String> command) {
    Map<String, String> said = new LinkedHashMap<>();
    for (String word : command.subList(3, command.size())) {
      said.put(word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
    }
    String to = said.getOrDefault("State", "");
    if (to.equals("RESUME") && !resume()) {
      return refused(command, "slurm_update error: Invalid node state specified");
    }
    if (List.of("DRAIN", "DOWN").contains(to) && !said.containsKey("Reason")) {
      return refused(command, "You must specify a reason when DOWNING or DRAINING a node");
    }
    if (to.equals("DRAIN")) {
      state.drains();
    } else if (to.equals("DOWN")) {
      state.goesDown();
    }
    said.remove("State");
    said.computeIfPresent("Reason", (key, reason) -> reason + BY_ROOT);
    record.putAll(said);
    return exited(command, 0, "");
  }

  private boolean resume() {
    boolean taken = state.resumes();
    if (taken) {
      record.remove("Reason");
    }
    return taken;
  }

  private ToolResult delete(List<String> command) {
    if (busyFor > 0) {
      busyFor--;
      return refused(command, "Requested nodes are busy");
    }
    record.clear();
    return exited(command, 0, "");
  }

  private String text() {
    return "NodeName=n1 Arch=x86_64\n   State="
        + state.text()
        + "+DYNAMIC_NORM\n"
        + record.entrySet().stream()
            .map(entry -> "   " + entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining("\n"))
        + "\n";
  }

  private static ToolResult refused(List<String> command, String why) {
    return new ToolResult(command, Ending.EXITED, OptionalInt.of(1), "", why, A_CALL);
  }

  private static ToolResult exited(List<String> command, int status, String stdout) {
    return new ToolResult(command, Ending.EXITED, OptionalInt.of(status), stdout, "", A_CALL);
  }
}
