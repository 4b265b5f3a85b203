package org.sobre.daemon;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.energy.accrual.JobView;
import org.sobre.slurm.job.JobKey;

/** A daemon as its socket sees it, whose jobs the test names. */
final class FakeState implements JobAnswers.State {

  final Map<JobKey, JobView> jobs = new HashMap<>();
  final Map<JobKey, Integer> newcomers = new HashMap<>();
  final List<JobAnswers.Declaration> declared = new ArrayList<>();
  final List<LastRuns.Ended> ended = new ArrayList<>();
  NodeView node = NodeView.empty("n1");
  Optional<String> ledgerTrouble = Optional.empty();

  @Override
  public Map<JobKey, JobView> jobs() {
    return Map.copyOf(jobs);
  }

  @Override
  public List<LastRuns.Ended> ended(long id) {
    return ended.stream().filter(run -> run.job().id() == id).toList();
  }

  @Override
  public NodeView node() {
    return node;
  }

  @Override
  public Optional<String> ledgerTrouble() {
    return ledgerTrouble;
  }

  @Override
  public OptionalInt newcomer(JobKey job) {
    Integer uid = newcomers.get(job);
    return uid == null ? OptionalInt.empty() : OptionalInt.of(uid);
  }

  @Override
  public void declare(JobAnswers.Declaration declaration) {
    declared.add(declaration);
  }
}
