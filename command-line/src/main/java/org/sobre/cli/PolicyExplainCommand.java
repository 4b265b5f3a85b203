package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sobre.cli.policy.PolicyScript;
import org.sobre.cli.policy.PolicyScript.PolicyScriptException;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.message.Messages;
import org.sobre.slurm.policy.JobRequest;
import org.sobre.slurm.policy.LuaRenderer.Form;
import org.sobre.slurm.policy.SubmissionParser;
import org.sobre.slurm.policy.Verdict;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre policy explain}: what would become of a job, without submitting it. */
@Command(
    name = "explain",
    description = {
      "Say what the controller would make of a batch script, without submitting it.",
      "Options of sbatch may follow it, and go before the script's own; of what they ask for only"
          + " GPUs, constraint, --mem-per-gpu and comment count."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:accepted",
      "65:the compiled script cannot be used",
      "69:refused",
      "74:something cannot be read"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sobre policy explain train.sbatch",
      "  sobre policy explain --compiled /shared/sobre/job_submit.lua train.sbatch",
      "  sobre policy explain train.sbatch --gres=gpu:1 --comment=sobre:vram=24G",
      "  sobre policy explain -- --gres=shard:40"
    })
final class PolicyExplainCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(PolicyExplainCommand.class);

  @Option(
      names = "--compiled",
      paramLabel = "FILE",
      description =
          "Compiled script to ask, instead of /etc/slurm/job_submit.lua; where that is not there,"
              + " one is made for the purpose.")
  private @Nullable Path compiled;

  @Parameters(
      arity = "1..*",
      paramLabel = "SCRIPT",
      description = "Batch script, and options of sbatch. Options alone stand after --.")
  private List<String> words = new ArrayList<>();

  @Mixin private PolicySources sources = new PolicySources();
  @ParentCommand private @Nullable PolicyCommand policy;
  private @Nullable CommandSpec spec;

  /** What follows the script is sbatch's. */
  @Spec
  void setSpec(CommandSpec spec) {
    spec.parser().stopAtPositional(true);
    this.spec = spec;
  }

  @Override
  public Integer call() throws IOException, ConfigurationException {
    boolean hasScript = !words.get(0).startsWith("-");
    String text = hasScript ? script(Path.of(words.get(0))) : "";
    List<JobRequest> requests =
        SubmissionParser.parse(text, words.subList(hasScript ? 1 : 0, words.size()));
    CommandLine line = requireNonNull(spec).commandLine();
    try {
      PolicyScript script = script();
      int status = ExitCode.DONE;
      for (int i = 0; i < requests.size(); i++) {
        if (requests.size() > 1) {
          line.getOut().println(MESSAGES.text("policy.component", i));
        }
        Verdict verdict = script.judge(requests.get(i), PolicyFile.A_USER);
        print(line.getOut(), verdict);
        status = verdict instanceof Verdict.Refused ? ExitCode.UNAVAILABLE : status;
      }
      line.getOut().flush();
      return status;
    } catch (PolicyScriptException e) {
      throw new Failure(
          ExitCode.BAD_DATA, MESSAGES.text("policy.unusable", String.valueOf(e.getMessage())));
    }
  }

  /** To sbatch any bytes are a script's: in another encoding all that is no ASCII is a comment. */
  private static String script(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    }
  }

  private PolicyScript script() throws IOException, ConfigurationException, PolicyScriptException {
    if (compiled != null) {
      return PolicyScript.load(compiled.toString(), Files.readString(compiled));
    }
    return PolicyScript.load("job_submit.lua", installedOrMade());
  }

  /** Who may read neither is told what else there is to ask. */
  private String installedOrMade() throws ConfigurationException {
    try {
      return PolicyFile.isOurs(PolicySources.INSTALLED)
          ? Files.readString(PolicySources.INSTALLED)
          : PolicyFile.text(sources.read(requireNonNull(policy).sobre()).table(), Form.SCRIPT);
    } catch (IOException e) {
      throw new Failure(ExitCode.INPUT_OUTPUT, noScript(Main.inputOutput(e)));
    } catch (Failure e) {
      throw new Failure(e.exitCode(), noScript(String.valueOf(e.getMessage())));
    }
  }

  private static String noScript(String why) {
    return MESSAGES.text("policy.noScript", PolicySources.INSTALLED, why);
  }

  private static void print(PrintWriter out, Verdict verdict) {
    if (verdict instanceof Verdict.Accepted accepted) {
      Map<String, String> rewritten = new TreeMap<>(accepted.rewritten());
      out.println(MESSAGES.text("policy.accepted"));
      if (rewritten.isEmpty()) {
        out.println(MESSAGES.text("policy.asItIs"));
      }
      rewritten.forEach((field, value) -> out.println("  --" + option(field) + "=" + value));
    } else {
      out.println(MESSAGES.text("policy.refusal"));
    }
    verdict.said().forEach(text -> out.println("  " + text));
  }

  private static String option(String field) {
    return field.equals("features") ? "constraint" : field;
  }
}
