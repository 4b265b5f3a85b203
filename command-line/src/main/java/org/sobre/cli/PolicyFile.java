package org.sobre.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.sobre.cli.policy.PolicyScript;
import org.sobre.cli.policy.PolicyScript.PolicyScriptException;
import org.sobre.hardware.message.Messages;
import org.sobre.slurm.policy.JobRequest;
import org.sobre.slurm.policy.LuaRenderer;
import org.sobre.slurm.policy.LuaRenderer.Form;
import org.sobre.slurm.policy.PolicyTable;
import org.sobre.slurm.policy.Verdict;

/** A compiled policy as a text, and as the file of a site. */
final class PolicyFile {

  private static final Messages MESSAGES = Messages.of(PolicyFile.class);

  /** Somebody without rights. */
  static final int A_USER = 1000;

  private PolicyFile() {}

  /**
   * The text, which has been loaded and asked once: slurmctld does not start with a script that it
   * cannot read.
   */
  static String text(PolicyTable table, Form form) {
    String text = LuaRenderer.render(table, form, new Version().getVersion()[0].split(" ", -1)[1]);
    try {
      PolicyScript script = PolicyScript.load("job_submit.lua", text);
      if (script.judge(new JobRequest(Map.of()), A_USER) instanceof Verdict.Refused refused) {
        throw new IllegalStateException("a job that asks for nothing is refused: " + refused);
      }
    } catch (PolicyScriptException e) {
      throw new IllegalStateException("the policy does not run: " + e.getMessage(), e);
    }
    return text;
  }

  /** Whether a file is there and no other program's. */
  static boolean isOurs(Path file) throws IOException {
    return Files.exists(file) && Files.readString(file).startsWith(LuaRenderer.MARK);
  }

  /**
   * @throws Failure if somebody else's file is there
   */
  static void refuseOthers(Path file) throws IOException {
    if (Files.exists(file) && !isOurs(file)) {
      throw new Failure(ExitCode.BAD_DATA, MESSAGES.text("policy.others", file));
    }
  }
}
