package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.ledger.AtomicFile;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.message.Messages;
import org.sobre.slurm.fleet.HostRange;
import org.sobre.slurm.policy.LuaRenderer.Form;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre policy compile}: the submit plugin's script, out of what the site has. */
@Command(
    name = "compile",
    description = {
      "Write the controller's job_submit.lua: the site's cards and profiles, and the rules.",
      "slurmctld takes a new one at the next submission. Without --output it is only printed."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:written, or nothing has changed",
      "65:a node's document cannot be used, no node has a GPU, or the file is somebody else's",
      "74:something cannot be read or written",
      "78:policy.yaml or a profile has problems"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sobre policy compile --output /etc/slurm/job_submit.lua",
      "  sobre policy compile --module /etc/slurm/sobre_policy.lua"
    })
final class PolicyCompileCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(PolicyCompileCommand.class);

  /** Where the text goes. */
  static final class Target {
    @Option(
        names = "--output",
        paramLabel = "FILE",
        description =
            "Write FILE, which Slurm loads itself: job_submit.lua beside slurm.conf. A file that is"
                + " not from here is left alone.")
    private @Nullable Path output;

    @Option(
        names = "--module",
        paramLabel = "FILE",
        description =
            "Write FILE for a job_submit.lua of the site's own, which has it by dofile() and calls"
                + " its submit and modify.")
    private @Nullable Path module;
  }

  @Mixin private PolicySources sources = new PolicySources();

  @ArgGroup(exclusive = true)
  private @Nullable Target target;

  @ParentCommand private @Nullable PolicyCommand policy;
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, ConfigurationException {
    PrintWriter out = requireNonNull(spec).commandLine().getOut();
    Path file = target == null ? null : target.output == null ? target.module : target.output;
    if (file != null) {
      PolicyFile.refuseOthers(file);
    }
    PolicySources.Read read = sources.read(requireNonNull(policy).sobre());
    Form form = target != null && target.module != null ? Form.MODULE : Form.SCRIPT;
    if (!read.silent().isEmpty()) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("sobre: " + MESSAGES.text("policy.silent", HostRange.compress(read.silent())));
      err.flush();
    }
    String text = PolicyFile.text(read.table(), form);
    if (file == null) {
      out.print(text);
    } else {
      out.println(written(file, text, read));
      if (form == Form.MODULE) {
        out.println(MESSAGES.text("policy.touch"));
      }
    }
    out.flush();
    return ExitCode.DONE;
  }

  private static String written(Path file, String text, PolicySources.Read read)
      throws IOException {
    if (Files.exists(file) && Files.readString(file).equals(text)) {
      return MESSAGES.text("policy.unchanged", file);
    }
    if (!Files.isDirectory(requireNonNull(file.toAbsolutePath().getParent()))) {
      throw new Failure(ExitCode.INPUT_OUTPUT, MESSAGES.text("fleet.output", file));
    }
    // slurmctld reads it as its own user
    AtomicFile.replaceKeeping(file, text, PosixFilePermissions.fromString("rw-r--r--"));
    return MESSAGES.text(
        "policy.written",
        file,
        read.table().cards().size(),
        read.nodes(),
        read.table().profiles().size());
  }
}
