package org.sobre.energy.ledger;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.units.Energy;

/** The energies of a line, from JSON. */
final class EnergyFields {

  private EnergyFields() {}

  static EnergyByQuality energy(JsonObject json, String key) throws JsonShapeException {
    Optional<JsonObject> object = json.object(key);
    if (object.isEmpty()) {
      return EnergyByQuality.NONE;
    }
    Map<Quality, Energy> amounts = new EnumMap<>(Quality.class);
    for (String name : object.get().keys()) {
      Quality quality =
          Quality.ofJsonName(name)
              .orElseThrow(
                  () ->
                      new JsonShapeException(
                          key
                              + ": expected the qualities counter, sampled, modelled, found \""
                              + name
                              + "\""));
      amounts.put(quality, Energy.ofMicrojoules(object.get().requiredInteger(name)));
    }
    return new EnergyByQuality(amounts);
  }

  static Optional<Energy> idle(JsonObject json) throws JsonShapeException {
    return microjoules(json, "idleMicrojoules");
  }

  static Optional<CpuBasis> basis(JsonObject json) throws JsonShapeException {
    return basis(microjoules(json, "staticMicrojoules"), microjoules(json, "cpuTimeMicrojoules"));
  }

  static Optional<CpuBasis> basis(Optional<Energy> still, Optional<Energy> cpuTime) {
    return still.map(of -> new CpuBasis(of, cpuTime.orElse(Energy.ZERO)));
  }

  private static Optional<Energy> microjoules(JsonObject json, String key)
      throws JsonShapeException {
    OptionalLong microjoules = json.integer(key);
    return microjoules.isPresent()
        ? Optional.of(Energy.ofMicrojoules(microjoules.getAsLong()))
        : Optional.empty();
  }
}
