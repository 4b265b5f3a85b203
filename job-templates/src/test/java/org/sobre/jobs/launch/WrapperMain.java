package org.sobre.jobs.launch;

import java.util.List;

/**
 * The smallest wrapper, to be run in a JVM of its own: signals, standard input and exit statuses
 * cannot be tried on the JVM of the tests.
 */
final class WrapperMain {

  private WrapperMain() {}

  public static void main(String[] command) {
    ChildProcess.Result result =
        new ChildProcess(SignalRelay.forThisProcess()).run(List.of(command), System.getenv());
    if (!result.detail().isEmpty()) {
      System.err.println(result.detail());
    }
    System.exit(result.status());
  }
}
