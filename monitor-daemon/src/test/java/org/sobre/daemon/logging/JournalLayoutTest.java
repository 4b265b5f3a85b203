package org.sobre.daemon.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The journal's lines, beside those of the pattern whose place the layout takes. */
class JournalLayoutTest {

  private final LoggerContext context = new LoggerContext();
  private final JournalLayout layout = new JournalLayout();

  JournalLayoutTest() {
    layout.setContext(context);
    layout.start();
  }

  @Test
  void aLineIsLevelClassAndMessage() {
    LoggingEvent event = event("org.sobre.daemon.JobSpool", "job {} began", null, "7.0");

    assertThat(layout.doLayout(event)).isEqualTo("WARN JobSpool: job 7.0 began\n");
    assertThat(layout.doLayout(event)).isEqualTo(byPattern(event));
  }

  @Test
  void aLoggerOfNoPackageKeepsItsName() {
    LoggingEvent event = event("ROOT", "hello", null);

    assertThat(layout.doLayout(event)).isEqualTo("WARN ROOT: hello\n").isEqualTo(byPattern(event));
  }

  @Test
  void anErrorHasTwelveLinesOfItsTraceAndItsCause() {
    Exception deep = deep(40);
    LoggingEvent event = event("org.sobre.daemon.Main", "a defect", deep);

    String said = layout.doLayout(event);

    assertThat(said).isEqualTo(byPattern(event));
    assertThat(said).contains("IllegalStateException: far down").contains("Caused by: ");
    assertThat(said.lines().filter(line -> line.contains("JournalLayoutTest.deep")))
        .hasSizeBetween(12, 24);
  }

  private static Exception deep(int levels) {
    return levels == 0
        ? new IllegalStateException("far down", new IOException("the share"))
        : deep(levels - 1);
  }

  private LoggingEvent event(
      String logger, String message, @Nullable Throwable thrown, Object... arguments) {
    return new LoggingEvent(
        JournalLayoutTest.class.getName(),
        context.getLogger(logger),
        Level.WARN,
        message,
        thrown,
        arguments);
  }

  private String byPattern(LoggingEvent event) {
    PatternLayout pattern = new PatternLayout();
    pattern.setContext(context);
    pattern.setPattern("%level %logger{0}: %msg%n%ex{12}");
    pattern.start();
    return pattern.doLayout(event);
  }
}
