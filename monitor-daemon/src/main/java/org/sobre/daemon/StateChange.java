package org.sobre.daemon;

import org.slf4j.Logger;

/** Logs a trouble when it begins, when it changes and when it is over, not each second of it. */
final class StateChange {

  private final Logger log;
  private final String subject;
  private String trouble = "";

  StateChange(Logger log, String subject) {
    this.log = log;
    this.subject = subject;
  }

  void trouble(String what) {
    if (!what.equals(trouble)) {
      trouble = what;
      log.warn("{}: {}", subject, what);
    }
  }

  void fine() {
    if (!trouble.isEmpty()) {
      trouble = "";
      log.info("{}: well again", subject);
    }
  }
}
