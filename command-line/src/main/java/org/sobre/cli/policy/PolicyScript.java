package org.sobre.cli.policy;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LoadState;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.compiler.LuaC;
import org.luaj.vm2.lib.BaseLib;
import org.luaj.vm2.lib.PackageLib;
import org.luaj.vm2.lib.StringLib;
import org.luaj.vm2.lib.TableLib;
import org.luaj.vm2.lib.VarArgFunction;
import org.luaj.vm2.lib.jse.JseMathLib;
import org.sobre.slurm.policy.JobRequest;
import org.sobre.slurm.policy.Verdict;

/**
 * A job_submit.lua, loaded as Slurm's plugin loads it, without the libraries that reach files and
 * processes. Not thread-safe.
 */
public final class PolicyScript {

  /** A script that cannot be loaded, or that failed when it was asked. */
  public static final class PolicyScriptException extends Exception {
    private static final long serialVersionUID = 1;

    PolicyScriptException(String message) {
      super(message);
    }
  }

  private static final List<String> UNREACHABLE =
      List.of("dofile", "loadfile", "load", "require", "package", "collectgarbage");

  private final Globals globals = new Globals();
  private final List<String> said = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();

  private PolicyScript() {}

  /**
   * @param source to call the text in messages
   * @throws PolicyScriptException if Slurm's plugin would not load it
   */
  public static PolicyScript load(String source, String text) throws PolicyScriptException {
    PolicyScript script = new PolicyScript();
    script.install();
    try {
      script.take(script.globals.load(text, source).call());
    } catch (LuaError e) {
      throw new PolicyScriptException(String.valueOf(e.getMessage()));
    }
    for (String function : List.of("slurm_job_submit", "slurm_job_modify")) {
      if (!script.globals.get(function).isfunction()) {
        throw new PolicyScriptException(source + ": no function " + function);
      }
    }
    return script;
  }

  /** What a site's own script would do with a module. */
  private void take(LuaValue loaded) {
    if (loaded.istable()) {
      globals.set("slurm_job_submit", loaded.get("submit"));
      globals.set("slurm_job_modify", loaded.get("modify"));
    }
  }

  private void install() {
    globals.load(new BaseLib());
    globals.load(new PackageLib());
    globals.load(new TableLib());
    globals.load(new StringLib());
    globals.load(new JseMathLib());
    LoadState.install(globals);
    LuaC.install(globals);
    UNREACHABLE.forEach(name -> globals.set(name, LuaValue.NIL));
    LuaTable slurm = new LuaTable();
    slurm.set("SUCCESS", 0);
    slurm.set("ERROR", -1);
    slurm.set("log_user", into(said));
    slurm.set("log_error", into(errors));
    slurm.set("log_info", into(new ArrayList<>()));
    globals.set("slurm", slurm);
  }

  /** Slurm's functions format as string.format does. */
  private VarArgFunction into(List<String> texts) {
    return new VarArgFunction() {
      @Override
      public Varargs invoke(Varargs arguments) {
        LuaValue format = globals.get("string").get("format");
        texts.add(format.invoke(arguments).arg1().tojstring());
        return LuaValue.NONE;
      }
    };
  }

  /**
   * @param uid of who submits it
   * @throws PolicyScriptException if the script fails at it, whatever becomes of the job then
   */
  public Verdict judge(JobRequest request, int uid) throws PolicyScriptException {
    said.clear();
    errors.clear();
    LuaTable job = new LuaTable();
    request.fields().forEach(job::set);
    int status;
    try {
      status =
          globals
              .get("slurm_job_submit")
              .call(job, new LuaTable(), LuaValue.valueOf(uid))
              .checkint();
    } catch (LuaError e) {
      throw new PolicyScriptException(String.valueOf(e.getMessage()));
    }
    if (!errors.isEmpty()) {
      throw new PolicyScriptException(String.join("\n", errors));
    }
    return status == 0
        ? new Verdict.Accepted(said, rewritten(request, job))
        : new Verdict.Refused(said, status);
  }

  private static Map<String, String> rewritten(JobRequest request, LuaTable job) {
    Map<String, String> rewritten = new TreeMap<>();
    for (LuaValue key : job.keys()) {
      String name = key.tojstring();
      String value = job.get(key).tojstring();
      if (!value.equals(requireNonNull(request.fields().getOrDefault(name, "")))) {
        rewritten.put(name, value);
      }
    }
    return rewritten;
  }
}
