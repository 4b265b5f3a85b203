package org.sobre.jobs.oom;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tracebacks of Python in what a command wrote. A program that gets over a want of memory may
 * say so, and end of something else an hour later: then that is what its last traceback is of.
 */
final class Tracebacks {

  private static final Pattern BEGIN =
      Pattern.compile("Traceback \\(most recent call last\\)", Pattern.CASE_INSENSITIVE);

  /** Python's words between an exception and that which came of it. */
  private static final Pattern CHAINED =
      Pattern.compile("(?:handling of )?the above exception[^\\n]*", Pattern.CASE_INSENSITIVE);

  /** Before the traceback that goes on: a blank line, and a rank's name in each of them. */
  private static final int NEAR = 200;

  /**
   * What launchers and other ranks say of a process that has failed already: torchrun, accelerate,
   * torch.multiprocessing, its collectives, vLLM.
   */
  private static final Pattern FOLLOWS =
      Pattern.compile(
          "ChildFailedError|CalledProcessError|ProcessExitedException|SignalException"
              + "|Dist(?:Backend|Network)Error|NCCL error|Connection(?:Reset|Refused|Aborted)?Error"
              + "|Connection (?:reset|closed) by|BrokenPipeError"
              + "|Engine core initialization failed|Engine process failed|EngineDeadError",
          Pattern.CASE_INSENSITIVE);

  private Tracebacks() {}

  /** From the last traceback on that is of the command's own end; all where there is none. */
  static String end(String text) {
    Matcher m = BEGIN.matcher(text);
    int from = 0;
    int own = 0;
    boolean found = m.find();
    while (found) {
      int begin = m.start();
      found = m.find();
      String one = text.substring(begin, found ? m.start() : text.length());
      String before = text.substring(Math.max(from, begin - NEAR), begin);
      if (!CHAINED.matcher(before).find() && !FOLLOWS.matcher(one).find()) {
        own = begin;
      }
      from = begin;
    }
    return text.substring(own);
  }
}
