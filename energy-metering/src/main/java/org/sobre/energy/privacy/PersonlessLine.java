package org.sobre.energy.privacy;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.BalanceLine.JobShare;
import org.sobre.energy.ledger.BalanceLine.MeterBalance;
import org.sobre.energy.ledger.BalanceLine.OutsideShare;
import org.sobre.energy.ledger.BootLine;
import org.sobre.energy.ledger.BootLine.PreviousBoot;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;

/**
 * A line without persons: energies, times and devices as they were. Made of what this version knows
 * of a line and nothing else, for a key of a later one may tell of a person. Pure.
 *
 * @param hidden what goes besides users
 * @param publicWords profiles and units that are the site's or shipped: a job may declare any text,
 *     and these stay
 */
public record PersonlessLine(Pseudonyms pseudonyms, Set<Hidden> hidden, Set<String> publicWords) {

  /** What can go besides users. */
  public enum Hidden {
    /** Slurm's numbers of jobs, by which its accounting finds the user. */
    JOBS,
    /** Accounts, and partitions, which are often named after them. */
    ACCOUNTS,
    /** Nodes, their boots and the numbers of their GPUs. */
    NODES
  }

  private static final String WORD = "w-";

  public PersonlessLine {
    requireNonNull(pseudonyms, "pseudonyms");
    hidden = Set.copyOf(hidden);
    publicWords = Set.copyOf(publicWords);
  }

  /**
   * @param place what it has in its new chain; its node and boot are those of {@link #node} and
   *     {@link #boot}
   */
  public LedgerLine of(LedgerLine line, LineHeader place) {
    if (line instanceof BalanceLine balance) {
      return of(balance, place);
    }
    return line instanceof JobLine job ? of(job, place) : of((BootLine) line, place);
  }

  /** A node's name: itself, or its pseudonym, which is a host name too. */
  public String node(String node) {
    return hides(Hidden.NODES) ? pseudonyms.name("n-", node) : node;
  }

  public String boot(String boot) {
    return hides(Hidden.NODES) ? pseudonyms.boot(boot) : boot;
  }

  private boolean hides(Hidden what) {
    return hidden.contains(what);
  }

  private BootLine of(BootLine line, LineHeader place) {
    return new BootLine(
        place,
        line.at(),
        line.previous().map(before -> new PreviousBoot(boot(before.boot()), before.seq())));
  }

  private BalanceLine of(BalanceLine line, LineHeader place) {
    return new BalanceLine(
        place,
        line.recovered(),
        line.from(),
        line.to(),
        line.elapsedMillis(),
        line.clockSetMillis(),
        line.meters().stream().map(this::meter).toList());
  }

  private MeterBalance meter(MeterBalance meter) {
    return new MeterBalance(
        meter(meter.meter()),
        meter.source(),
        meter.within().map(this::meter),
        meter.observedMillis(),
        meter.total(),
        meter.jobs().stream().map(this::share).toList(),
        meter.outsideSlurm().stream().map(this::share).toList(),
        meter.platform(),
        meter.unknown());
  }

  private OutsideShare share(OutsideShare share) {
    return new OutsideShare(pseudonyms.uid(share.uid()), share.energy());
  }

  private JobShare share(JobShare share) {
    return new JobShare(
        job(share.job()),
        share.begin(),
        share.account().map(this::account),
        pseudonyms.uid(share.uid()),
        share.energy(),
        share.idle(),
        share.observedMillis(),
        share.fraction(),
        share.basis());
  }

  private JobLine of(JobLine line, LineHeader place) {
    return new JobLine(
        place,
        line.recovered(),
        facts(line.facts()),
        line.begin(),
        line.end(),
        line.beginFrom(),
        line.endFrom(),
        line.waitStatus(),
        line.elapsedMillis(),
        held(line.held()),
        line.energy().stream().map(this::part).toList(),
        line.use(),
        line.counterCheck().stream().map(this::check).toList(),
        line.powerProfile(),
        line.declared().map(this::declared),
        line.firstBalance(),
        line.lastBalance());
  }

  private JobFacts facts(JobFacts facts) {
    return new JobFacts(
        job(facts.key()),
        pseudonyms.user(facts.user(), facts.uid()),
        pseudonyms.uid(facts.uid()),
        facts.account().map(this::account),
        facts.partition().map(this::partition),
        List.of(),
        facts.cpus(),
        hides(Hidden.JOBS) ? Optional.empty() : facts.sluid());
  }

  private JobKey job(JobKey key) {
    return hides(Hidden.JOBS) ? new JobKey(pseudonyms.job(key.id()), key.restart()) : key;
  }

  private String account(String account) {
    return hides(Hidden.ACCOUNTS) ? pseudonyms.name("a-", account) : account;
  }

  private String partition(String partition) {
    return hides(Hidden.ACCOUNTS) ? pseudonyms.name("p-", partition) : partition;
  }

  private JobLine.Held held(JobLine.Held held) {
    return new JobLine.Held(
        held.cpus(),
        held.memoryMebibytes(),
        held.gpus().stream()
            .map(
                gpu ->
                    new JobLine.HeldGpu(
                        gpu(gpu.device()),
                        gpu.type(),
                        gpu.partition(),
                        gpu.shards(),
                        gpu.fraction(),
                        gpu.memoryTotalMebibytes()))
            .toList());
  }

  private JobLine.PartEnergy part(JobLine.PartEnergy part) {
    return new JobLine.PartEnergy(
        meter(part.meter()),
        part.energy(),
        part.idle(),
        part.observedMillis(),
        part.missing(),
        part.basis());
  }

  private JobLine.CounterCheck check(JobLine.CounterCheck check) {
    return new JobLine.CounterCheck(
        gpu(check.device()), check.counter(), check.integrated(), check.trusted());
  }

  private JobLine.Declared declared(JobLine.Declared declared) {
    return new JobLine.Declared(
        pseudonyms.uid(declared.byUid()),
        declared.profile().map(this::word),
        declared.batchSize(),
        declared.unit().map(this::word),
        declared.items(),
        declared.tokensIn(),
        declared.tokensOut());
  }

  private String word(String word) {
    return publicWords.contains(word) ? word : pseudonyms.name(WORD, word);
  }

  private MeterId meter(MeterId meter) {
    return meter.part() == Part.GPU ? new MeterId(Part.GPU, gpu(meter.device())) : meter;
  }

  private String gpu(String device) {
    return hides(Hidden.NODES) ? pseudonyms.name("GPU-", device) : device;
  }
}
