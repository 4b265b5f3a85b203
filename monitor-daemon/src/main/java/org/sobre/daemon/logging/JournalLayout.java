package org.sobre.daemon.logging;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import java.util.List;

/**
 * A line of the journal: {@code LEVEL Class: message}, and of an error its trace, twelve lines of
 * it. What Logback's pattern {@code %level %logger{0}: %msg%n%ex{12}} gives, without the classes
 * that read a pattern: 120 of them would stay in the daemon's memory.
 */
final class JournalLayout extends LayoutBase<ILoggingEvent> {

  private static final String LINES_OF_TRACE = "12";

  @Override
  public String doLayout(ILoggingEvent event) {
    String logger = event.getLoggerName();
    return event.getLevel()
        + " "
        + logger.substring(logger.lastIndexOf('.') + 1)
        + ": "
        + event.getFormattedMessage()
        + System.lineSeparator()
        + traceOf(event);
  }

  /** Its converter is loaded when there is something to tell. */
  private String traceOf(ILoggingEvent event) {
    if (event.getThrowableProxy() == null) {
      return "";
    }
    ThrowableProxyConverter converter = new ThrowableProxyConverter();
    converter.setContext(getContext());
    converter.setOptionList(List.of(LINES_OF_TRACE));
    converter.start();
    return converter.convert(event);
  }
}
