package org.sobre.energy.accrual;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sobre.energy.attribution.CpuUse;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.job.JobKey;

/** What a checkpoint carries of processors: no key where it is nothing. */
final class CpuStateJson {

  private CpuStateJson() {}

  static void write(JsonGenerator json, CpuState state) throws IOException {
    if (!state.uses().isEmpty()) {
      json.writeArrayFieldStart("cpuUses");
      for (CpuUse use : state.uses()) {
        write(json, use);
      }
      json.writeEndArray();
    }
    if (!state.floors().isEmpty()) {
      json.writeArrayFieldStart("cpuFloors");
      for (CpuFloor floor : state.floors()) {
        write(json, floor);
      }
      json.writeEndArray();
    }
  }

  private static void write(JsonGenerator json, CpuUse use) throws IOException {
    json.writeStartObject();
    json.writeNumberField("fromNanos", use.fromNanos());
    json.writeNumberField("toNanos", use.toNanos());
    json.writeNumberField("busyMicros", use.busyMicros());
    json.writeBooleanField("jobsAreSeen", use.jobsAreSeen());
    json.writeObjectFieldStart("jobMicros");
    for (Map.Entry<JobKey, Long> job : new TreeMap<>(use.jobMicros()).entrySet()) {
      json.writeNumberField(job.getKey().toString(), job.getValue());
    }
    json.writeEndObject();
    json.writeObjectFieldStart("userMicros");
    for (Map.Entry<Integer, Long> user : use.userMicros().entrySet()) {
      json.writeNumberField(user.getKey().toString(), user.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, CpuFloor floor) throws IOException {
    json.writeStartObject();
    json.writeStringField("part", floor.meter().part().jsonName());
    json.writeStringField("device", floor.meter().device());
    if (floor.microwatts().isPresent()) {
      json.writeNumberField("microwatts", floor.microwatts().getAsLong());
    }
    if (floor.minute().isPresent()) {
      CpuFloor.Minute minute = floor.minute().get();
      json.writeNumberField("fromNanos", minute.fromNanos());
      json.writeNumberField("toNanos", minute.toNanos());
      json.writeNumberField("microjoules", minute.microjoules());
      json.writeBooleanField("quiet", minute.quiet());
    }
    json.writeEndObject();
  }

  static CpuState read(JsonObject head) throws JsonShapeException {
    List<CpuUse> uses = new ArrayList<>();
    for (JsonObject use : head.objects("cpuUses")) {
      uses.add(use(use));
    }
    List<CpuFloor> floors = new ArrayList<>();
    for (JsonObject floor : head.objects("cpuFloors")) {
      floors.add(floor(floor));
    }
    return new CpuState(uses, floors);
  }

  private static CpuUse use(JsonObject json) throws JsonShapeException {
    Map<JobKey, Long> jobs = new HashMap<>();
    JsonObject ofJobs = json.requiredObject("jobMicros");
    for (String job : ofJobs.keys()) {
      JobKey key =
          JobKey.parse(job).orElseThrow(() -> new JsonShapeException("jobMicros: no key: " + job));
      jobs.put(key, ofJobs.requiredInteger(job));
    }
    SortedMap<Integer, Long> users = new TreeMap<>();
    JsonObject ofUsers = json.requiredObject("userMicros");
    for (String uid : ofUsers.keys()) {
      users.put(Integer.valueOf(uid), ofUsers.requiredInteger(uid));
    }
    return new CpuUse(
        json.requiredInteger("fromNanos"),
        json.requiredInteger("toNanos"),
        jobs,
        users,
        json.requiredInteger("busyMicros"),
        json.bool("jobsAreSeen").orElse(false));
  }

  private static CpuFloor floor(JsonObject json) throws JsonShapeException {
    OptionalLong from = json.integer("fromNanos");
    Optional<CpuFloor.Minute> minute =
        from.isPresent()
            ? Optional.of(
                new CpuFloor.Minute(
                    from.getAsLong(),
                    json.requiredInteger("toNanos"),
                    json.requiredInteger("microjoules"),
                    json.bool("quiet").orElse(false)))
            : Optional.empty();
    return new CpuFloor(IntervalJson.meter(json), json.integer("microwatts"), minute);
  }
}
