package org.sobre.accounting.privacy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;

/** The line of a job that a later boot closed. */
final class LateLine {

  private LateLine() {}

  static JobLine job(LineHeader header, Instant end) {
    return new JobLine(
        header,
        true,
        new JobFacts(
            new JobKey(77_777_777, 0),
            "user004",
            1_004,
            Optional.of("lab-01"),
            Optional.of("gpu"),
            List.of(),
            1),
        end.minusSeconds(60),
        end,
        JobLine.BeginFrom.PROLOG,
        JobLine.EndFrom.REBOOT,
        OptionalInt.empty(),
        60_000,
        new JobLine.Held(1, OptionalLong.empty(), List.of()),
        List.of(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty());
  }
}
