package org.sobre.energy.ledger;

import static org.sobre.energy.ledger.LineStream.require;
import static org.sobre.energy.ledger.LineStream.requireOnce;
import static org.sobre.energy.ledger.LineStream.required;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.ledger.LineStream.Odd;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;

/** A job line, token by token. One for each line. */
final class JobLineStream {

  private static final int OWN = LineHeaderStream.OWN;
  private static final int ELAPSED = OWN << 7;

  private final LineStream in;
  private final LineHeaderStream header;
  private final JobParts parts;
  private boolean recovered;
  private @Nullable JobFacts facts;
  private @Nullable Instant begin;
  private @Nullable Instant end;
  private JobLine.@Nullable BeginFrom beginFrom;
  private JobLine.@Nullable EndFrom endFrom;
  private OptionalInt waitStatus = OptionalInt.empty();
  private long elapsed;
  private JobLine.@Nullable Held held;
  private List<JobLine.PartEnergy> energy = List.of();
  private Optional<JobLine.GpuUse> use = Optional.empty();
  private List<JobLine.CounterCheck> checks = List.of();
  private Optional<PowerProfile> profile = Optional.empty();
  private Optional<JobLine.Declared> declared = Optional.empty();
  private OptionalLong firstBalance = OptionalLong.empty();
  private OptionalLong lastBalance = OptionalLong.empty();

  JobLineStream(LineStream in) {
    this.in = in;
    this.header = new LineHeaderStream(in);
    this.parts = new JobParts(in);
  }

  /** The rest of a line, after its {@code kind}. */
  JobLine line() throws IOException, Odd {
    int keys = 0;
    long bits = 0;
    for (String key = in.key(); key != null; key = in.key()) {
      keys++;
      bits |= take(key);
    }
    requireOnce(keys, bits);
    require((bits & ELAPSED) != 0);
    JobLine.Held holds = required(held);
    return new JobLine(
        header.header(bits),
        recovered,
        required(facts).withCpus(holds.cpus()),
        required(begin),
        required(end),
        required(beginFrom),
        required(endFrom),
        waitStatus,
        elapsed,
        holds,
        energy,
        use,
        checks,
        profile,
        declared,
        firstBalance,
        lastBalance);
  }

  /** The bit of the key. */
  private long take(String key) throws IOException, Odd {
    switch (key) {
      case "recovered" -> {
        recovered = in.truth();
        return OWN;
      }
      case "job" -> {
        facts = facts();
        return OWN << 1;
      }
      case "begin" -> {
        begin = in.instant();
        return OWN << 2;
      }
      case "end" -> {
        end = in.instant();
        return OWN << 3;
      }
      case "beginFrom" -> {
        beginFrom = JobLineDecoder.beginFrom(openWord());
        return OWN << 4;
      }
      case "endFrom" -> {
        endFrom = JobLineDecoder.endFrom(openWord());
        return OWN << 5;
      }
      case "waitStatus" -> {
        waitStatus = waitStatus();
        return OWN << 6;
      }
      case "elapsedMs" -> {
        elapsed = in.millis();
        return ELAPSED;
      }
      default -> {
        return takePart(key);
      }
    }
  }

  private long takePart(String key) throws IOException, Odd {
    switch (key) {
      case "held" -> {
        held = parts.held();
        return OWN << 8;
      }
      case "energy" -> {
        energy = parts.energy();
        return OWN << 9;
      }
      case "use" -> {
        use = in.optionalObject() ? Optional.of(parts.use()) : Optional.empty();
        return OWN << 10;
      }
      case "counterCheck" -> {
        checks = parts.counterChecks();
        return OWN << 11;
      }
      case "powerProfile" -> {
        profile = in.optionalObject() ? Optional.of(parts.powerProfile()) : Optional.empty();
        return OWN << 12;
      }
      case "declared" -> {
        declared = in.optionalObject() ? Optional.of(parts.declared()) : Optional.empty();
        return OWN << 13;
      }
      case "balances" -> {
        balances();
        return OWN << 14;
      }
      default -> {
        return header.take(key);
      }
    }
  }

  private String openWord() throws IOException, Odd {
    String word = in.requiredText();
    require(LineDecoder.OPEN_WORD.matcher(word).matches());
    return word;
  }

  private OptionalInt waitStatus() throws IOException, Odd {
    OptionalLong status = in.optionalNumber();
    if (status.isEmpty()) {
      return OptionalInt.empty();
    }
    require(status.getAsLong() >= 0 && status.getAsLong() <= Integer.MAX_VALUE);
    return OptionalInt.of((int) status.getAsLong());
  }

  private void balances() throws IOException, Odd {
    if (!in.optionalObject()) {
      return;
    }
    int keys = 0;
    long bits = 0;
    for (String key = in.key(); key != null; key = in.key()) {
      keys++;
      switch (key) {
        case "firstSeq" -> {
          firstBalance = in.optionalNumber();
          bits |= 1;
        }
        case "lastSeq" -> {
          lastBalance = in.optionalNumber();
          bits |= 1 << 1;
        }
        default -> throw new Odd();
      }
    }
    requireOnce(keys, bits);
  }

  private JobFacts facts() throws IOException, Odd {
    long id = 0;
    int restart = -1;
    String user = null;
    int uid = -1;
    Optional<String> account = Optional.empty();
    Optional<String> partition = Optional.empty();
    Optional<String> sluid = Optional.empty();
    int keys = 0;
    long bits = 0;
    in.beginObject();
    for (String key = in.key(); key != null; key = in.key()) {
      keys++;
      switch (key) {
        case "id" -> {
          id = in.number();
          bits |= 1;
        }
        case "restart" -> {
          restart = in.numberFrom0();
          bits |= 1 << 1;
        }
        case "sluid" -> {
          sluid = in.optionalText();
          bits |= 1 << 2;
        }
        case "account" -> {
          account = in.optionalText();
          bits |= 1 << 3;
        }
        case "user" -> {
          user = in.requiredText();
          bits |= 1 << 4;
        }
        case "uid" -> {
          uid = in.numberFrom0();
          bits |= 1 << 5;
        }
        case "partition" -> {
          partition = in.optionalText();
          bits |= 1 << 6;
        }
        default -> throw new Odd();
      }
    }
    requireOnce(keys, bits);
    require(id > 0 && restart >= 0 && uid >= 0);
    return new JobFacts(
        new JobKey(id, restart), required(user), uid, account, partition, List.of(), 0, sluid);
  }
}
