package org.sobre.energy.ledger;

import static org.sobre.energy.ledger.LineStream.require;
import static org.sobre.energy.ledger.LineStream.requireOnce;
import static org.sobre.energy.ledger.LineStream.required;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.ledger.BalanceLine.JobShare;
import org.sobre.energy.ledger.BalanceLine.MeterBalance;
import org.sobre.energy.ledger.BalanceLine.OutsideShare;
import org.sobre.energy.ledger.LineStream.Odd;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;

/** A balance line, token by token. */
final class BalanceStream {

  private final LineStream in;

  BalanceStream(LineStream in) {
    this.in = in;
  }

  /** The rest of a line, after its {@code kind}. */
  BalanceLine line() throws IOException, Odd {
    LineHeaderStream header = new LineHeaderStream(in);
    boolean recovered = false;
    Instant from = null;
    Instant to = null;
    long elapsed = -1;
    long clockSet = 0;
    List<MeterBalance> meters = new ArrayList<>();
    int keys = 0;
    long bits = 0;
    for (String key = in.key(); key != null; key = in.key()) {
      keys++;
      switch (key) {
        case "recovered" -> {
          recovered = in.truth();
          bits |= LineHeaderStream.OWN;
        }
        case "from" -> {
          from = in.instant();
          bits |= LineHeaderStream.OWN << 1;
        }
        case "to" -> {
          to = in.instant();
          bits |= LineHeaderStream.OWN << 2;
        }
        case "elapsedMs" -> {
          elapsed = in.millis();
          bits |= LineHeaderStream.OWN << 3;
        }
        case "clockSetMs" -> {
          clockSet = in.millis();
          bits |= LineHeaderStream.OWN << 4;
        }
        case "meters" -> {
          meters(meters);
          bits |= LineHeaderStream.OWN << 5;
        }
        default -> bits |= header.take(key);
      }
    }
    requireOnce(keys, bits);
    require(elapsed >= 0);
    return new BalanceLine(
        header.header(bits), recovered, required(from), required(to), elapsed, clockSet, meters);
  }

  private void meters(List<MeterBalance> meters) throws IOException, Odd {
    in.beginArray();
    while (in.nextObject()) {
      meters.add(meter());
    }
  }

  private MeterBalance meter() throws IOException, Odd {
    Part part = null;
    String device = null;
    String source = null;
    Optional<MeterId> within = Optional.empty();
    long observed = 0;
    EnergyByQuality total = EnergyByQuality.NONE;
    List<JobShare> jobs = List.of();
    List<OutsideShare> outside = List.of();
    EnergyByQuality platform = EnergyByQuality.NONE;
    EnergyByQuality unknown = EnergyByQuality.NONE;
    int keys = 0;
    long bits = 0;
    for (String key = in.key(); key != null; key = in.key()) {
      keys++;
      switch (key) {
        case "part" -> {
          part = in.part();
          bits |= 1;
        }
        case "device" -> {
          device = in.requiredText();
          bits |= 1 << 1;
        }
        case "source" -> {
          source = in.requiredText();
          bits |= 1 << 2;
        }
        case "within" -> {
          within = within(in.text());
          bits |= 1 << 3;
        }
        case "observedMs" -> {
          observed = in.millis();
          bits |= 1 << 4;
        }
        case "microjoules" -> {
          total = in.energies();
          bits |= 1 << 5;
        }
        case "jobs" -> {
          jobs = shares();
          bits |= 1 << 6;
        }
        case "outsideSlurm" -> {
          outside = outside();
          bits |= 1 << 7;
        }
        case "platformMicrojoules" -> {
          platform = in.energies();
          bits |= 1 << 8;
        }
        case "unknownMicrojoules" -> {
          unknown = in.energies();
          bits |= 1 << 9;
        }
        default -> throw new Odd();
      }
    }
    requireOnce(keys, bits);
    require((bits & 1 << 4) != 0);
    return new MeterBalance(
        new MeterId(required(part), required(device)),
        required(source),
        within,
        observed,
        total,
        jobs,
        outside,
        platform,
        unknown);
  }

  private static Optional<MeterId> within(@Nullable String name) throws Odd {
    return name == null ? Optional.empty() : Optional.of(MeterId.parse(name).orElseThrow(Odd::new));
  }

  private List<OutsideShare> outside() throws IOException, Odd {
    List<OutsideShare> outside = new ArrayList<>();
    in.beginArray();
    while (in.nextObject()) {
      int uid = -1;
      EnergyByQuality energy = EnergyByQuality.NONE;
      int keys = 0;
      long bits = 0;
      for (String key = in.key(); key != null; key = in.key()) {
        keys++;
        switch (key) {
          case "uid" -> {
            uid = in.numberFrom0();
            bits |= 1;
          }
          case "microjoules" -> {
            energy = in.energies();
            bits |= 1 << 1;
          }
          default -> throw new Odd();
        }
      }
      requireOnce(keys, bits);
      require(uid >= 0);
      outside.add(new OutsideShare(uid, energy));
    }
    return outside;
  }

  private List<JobShare> shares() throws IOException, Odd {
    List<JobShare> shares = new ArrayList<>();
    in.beginArray();
    while (in.nextObject()) {
      shares.add(share());
    }
    return shares;
  }

  private JobShare share() throws IOException, Odd {
    JobKey job = null;
    Instant begin = null;
    Optional<String> account = Optional.empty();
    int uid = -1;
    EnergyByQuality energy = EnergyByQuality.NONE;
    Optional<Energy> idle = Optional.empty();
    long observed = 0;
    Optional<BigDecimal> fraction = Optional.empty();
    Optional<Energy> still = Optional.empty();
    Optional<Energy> cpuTime = Optional.empty();
    int keys = 0;
    long bits = 0;
    for (String key = in.key(); key != null; key = in.key()) {
      keys++;
      switch (key) {
        case "job" -> {
          job = JobKey.parse(in.requiredText()).orElseThrow(Odd::new);
          bits |= 1;
        }
        case "begin" -> {
          begin = in.instant();
          bits |= 1 << 1;
        }
        case "account" -> {
          account = in.optionalText();
          bits |= 1 << 2;
        }
        case "uid" -> {
          uid = in.numberFrom0();
          bits |= 1 << 3;
        }
        case "microjoules" -> {
          energy = in.energies();
          bits |= 1 << 4;
        }
        case "idleMicrojoules" -> {
          idle = in.energy();
          bits |= 1 << 5;
        }
        case "observedMs" -> {
          observed = in.millis();
          bits |= 1 << 6;
        }
        case "fraction" -> {
          fraction = Optional.of(in.fraction());
          bits |= 1 << 7;
        }
        case "staticMicrojoules" -> {
          still = in.energy();
          bits |= 1 << 8;
        }
        case "cpuTimeMicrojoules" -> {
          cpuTime = in.energy();
          bits |= 1 << 9;
        }
        default -> throw new Odd();
      }
    }
    requireOnce(keys, bits);
    require(uid >= 0 && (bits & 1 << 6) != 0);
    return new JobShare(
        required(job),
        required(begin),
        account,
        uid,
        energy,
        idle,
        observed,
        fraction,
        EnergyFields.basis(still, cpuTime));
  }
}
