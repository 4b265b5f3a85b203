package org.sobre.energy.accrual;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.sobre.energy.accrual.SimulatedNode.Job;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerFormatException;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.slurm.job.JobKey;

/**
 * The daemon's order of doing things, over a simulated node: poll, advance, checkpoint, write,
 * remove. May be killed between any two of them, and goes on from the text of its checkpoint.
 */
final class SimulatedDaemon {

  private static final NodeIdentity IDENTITY = new NodeIdentity("c", "n1", "boot-1");

  final List<LedgerLine> ledger = new ArrayList<>();
  private final SimulatedNode node;
  private final Random random;
  private final boolean mayDie;
  private final Map<JobKey, Job> spool = new HashMap<>();
  private String checkpoint = "";
  private Accrual accrual;
  int kills;

  SimulatedDaemon(SimulatedNode node, Random random, boolean mayDie) {
    this.node = node;
    this.random = random;
    this.mayDie = mayDie;
    this.accrual = Accrual.fresh(IDENTITY, SimulatedNode.CONFIG, 0, node.wall(0));
    open();
    save();
  }

  private void open() {
    accrual.nodeCpus(SimulatedNode.CPUS);
    accrual.seqBase(0);
  }

  /** Lives through a time, of which each second is seen unless the daemon is down. */
  void live(int fromSecond, int toSecond) throws LedgerFormatException {
    int downUntil = 0;
    for (int second = fromSecond; second < toSecond; second++) {
      if (second < downUntil) {
        continue;
      }
      if (dies(400)) {
        downUntil = second + 1 + random.nextInt(20);
        continue;
      }
      long now = (second + 1) * SimulatedNode.SECOND;
      accrual.observe(node.meters(), node.second(second));
      readSpool(now);
      accrual.advance(now, node.wall(now));
      if (second % 5 == 0 || !accrual.pending().isEmpty()) {
        save();
        write();
      }
    }
  }

  void stop(int second) {
    long now = second * SimulatedNode.SECOND;
    accrual.close(now, node.wall(now));
    save();
    write();
  }

  private void readSpool(long now) {
    for (Job job : node.jobs) {
      if (job.begin() <= now && !spool.containsKey(job.key())) {
        spool.put(job.key(), job);
      }
    }
    spool.values().stream()
        .filter(job -> !removed.contains(job.key()))
        .forEach(
            job -> {
              accrual.begin(job.beginRecord(), job.gpus(), now, node.wall(now));
              if (job.end() <= now) {
                accrual.end(job.endRecord(), now);
              }
            });
  }

  private final List<JobKey> removed = new ArrayList<>();

  private void save() {
    checkpoint = CheckpointCodec.encode(accrual.checkpoint());
  }

  private void write() {
    for (PendingLine line : accrual.pending()) {
      if (mayDieIn(20)) {
        return;
      }
      if (line.ordinal() > ledger.size()) {
        ledger.add(line.line());
      }
      if (mayDieIn(20)) {
        return;
      }
      line.closes().ifPresent(removed::add);
      accrual.written(line.ordinal());
    }
  }

  private boolean mayDieIn(int of) {
    try {
      return dies(of);
    } catch (LedgerFormatException e) {
      throw new AssertionError(e);
    }
  }

  private boolean dies(int of) throws LedgerFormatException {
    if (!mayDie || random.nextInt(of) != 0) {
      return false;
    }
    kills++;
    accrual = Accrual.resume(CheckpointCodec.decode(checkpoint), SimulatedNode.CONFIG);
    open();
    return true;
  }

  List<BalanceLine> balances() {
    return ledger.stream()
        .filter(BalanceLine.class::isInstance)
        .map(BalanceLine.class::cast)
        .toList();
  }

  List<JobLine> jobLines() {
    return ledger.stream().filter(JobLine.class::isInstance).map(JobLine.class::cast).toList();
  }

  /** Powers the node off: what the checkpoint has is closed, as the next boot does it. */
  void recover() throws LedgerFormatException {
    for (PendingLine line : requireNonNull(CheckpointCodec.decode(checkpoint)).closing()) {
      if (line.ordinal() > ledger.size()) {
        ledger.add(line.line());
      }
    }
  }
}
