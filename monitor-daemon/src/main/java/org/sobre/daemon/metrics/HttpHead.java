package org.sobre.daemon.metrics;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first line of a request of HTTP/1.1, and answers after which the connection ends (RFC 9112).
 * The JDK's own server listens on network addresses alone; what a scrape needs of HTTP is this.
 *
 * @param method as sent: methods are case-sensitive
 * @param path without what follows a question mark
 */
record HttpHead(String method, String path) {

  private static final String LINE_END = "\r\n";
  private static final Pattern FIRST_LINE =
      Pattern.compile("([!-~]{1,32}) (/[!-~]{0,1024}) HTTP/1\\.[0-9]\r?");

  /** Whether the empty line that ends a request's head has come. */
  static boolean isOver(String head) {
    return head.contains("\n\r\n") || head.contains("\n\n");
  }

  /** Empty if it is no request for a path. */
  static Optional<HttpHead> parse(String head) {
    Matcher m = FIRST_LINE.matcher(head.substring(0, head.indexOf('\n')));
    return m.matches()
        ? Optional.of(new HttpHead(m.group(1), m.group(2).split("\\?", 2)[0]))
        : Optional.empty();
  }

  boolean mayRead() {
    return method.equals("GET") || method.equals("HEAD");
  }

  /** What was asked for; to a HEAD only how long it is. */
  byte[] answer(String contentType, byte[] body) {
    return answer("200 OK", contentType, body, method.equals("GET"));
  }

  static byte[] malformed() {
    return refusal("400 Bad Request", "expected a request of HTTP/1.1");
  }

  /**
   * @param status with its number
   * @param headers more of them
   */
  static byte[] refusal(String status, String why, String... headers) {
    byte[] body = (why + "\n").getBytes(StandardCharsets.UTF_8);
    return answer(status, "text/plain; charset=utf-8", body, /* withBody= */ true, headers);
  }

  private static byte[] answer(
      String status, String contentType, byte[] body, boolean withBody, String... headers) {
    StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(LINE_END);
    head.append("Content-Type: ").append(contentType).append(LINE_END);
    head.append("Content-Length: ").append(body.length).append(LINE_END);
    for (String header : headers) {
      head.append(header).append(LINE_END);
    }
    head.append("Connection: close").append(LINE_END).append(LINE_END);
    ByteArrayOutputStream answer = new ByteArrayOutputStream(head.length() + body.length);
    answer.writeBytes(head.toString().getBytes(StandardCharsets.US_ASCII));
    if (withBody) {
      answer.writeBytes(body);
    }
    return answer.toByteArray();
  }
}
