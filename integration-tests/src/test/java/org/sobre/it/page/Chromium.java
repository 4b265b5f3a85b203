package org.sobre.it.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** A headless browser, driven by its own protocol over a local socket. */
final class Chromium implements AutoCloseable, WebSocket.Listener {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger next = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final List<JsonNode> events = new CopyOnWriteArrayList<>();
  private final StringBuilder part = new StringBuilder();

  private Chromium(Process process, URI page) {
    this.process = process;
    this.socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(page, this).join();
  }

  /**
   * Starts it.
   *
   * @param profile a directory of its own, new
   */
  static Chromium start(Path profile) throws IOException {
    Process process =
        new ProcessBuilder(
                "chromium",
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(profile.resolveSibling("chromium.log").toFile())
            .start();
    try {
      Path port = profile.resolve("DevToolsActivePort");
      Awaitility.await().atMost(DEADLINE).until(() -> Files.exists(port) && Files.size(port) > 0);
      Chromium browser = new Chromium(process, page(Files.readAllLines(port).get(0)));
      for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
        browser.ask(domain + ".enable", Map.of());
      }
      return browser;
    } catch (IOException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** Its one page, as soon as it has it. */
  private static URI page(String port) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list")).build();
    return Awaitility.await()
        .atMost(DEADLINE)
        .until(
            () -> {
              String list =
                  HttpClient.newHttpClient()
                      .send(request, HttpResponse.BodyHandlers.ofString())
                      .body();
              for (JsonNode target : JSON.readTree(list)) {
                if (target.path("type").asText().equals("page")) {
                  return URI.create(target.path("webSocketDebuggerUrl").asText());
                }
              }
              return URI.create("");
            },
            uri -> !uri.toString().isEmpty());
  }

  /** Opens a file, and waits until all of it is there. */
  void open(Path file) {
    events.clear();
    ask("Page.navigate", Map.of("url", file.toUri().toString()));
    Awaitility.await().atMost(DEADLINE).until(() -> !events("Page.loadEventFired").isEmpty());
  }

  /** The reader's setting: {@code light} or {@code dark}. */
  void prefer(String scheme) {
    ask(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** What an expression of JavaScript comes to. */
  JsonNode evaluate(String expression) {
    JsonNode answer =
        ask("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
    if (answer.has("exceptionDetails")) {
      throw new IllegalStateException(answer.toString());
    }
    return answer.path("result").path("value");
  }

  byte[] screenshot() {
    return decoded(ask("Page.captureScreenshot", Map.of("format", "png")));
  }

  /** Of the size that the page's own style sheet asks for. */
  byte[] pdf() {
    return decoded(ask("Page.printToPDF", Map.of("preferCSSPageSize", true)));
  }

  /** What came since the page was opened. */
  List<JsonNode> events(String method) {
    return events.stream().filter(event -> event.path("method").asText().equals(method)).toList();
  }

  private static byte[] decoded(JsonNode answer) {
    return Base64.getDecoder().decode(answer.path("data").asText());
  }

  private JsonNode ask(String method, Map<String, Object> parameters) {
    int id = next.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    ObjectNode request = JSON.createObjectNode().put("id", id).put("method", method);
    request.set("params", JSON.valueToTree(parameters));
    socket.sendText(request.toString(), true).join();
    JsonNode answered = answer.orTimeout(DEADLINE.toSeconds(), TimeUnit.SECONDS).join();
    if (answered.has("error")) {
      throw new IllegalStateException(method + ": " + answered.get("error"));
    }
    return answered.path("result");
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    part.append(data);
    if (last) {
      take(part.toString());
      part.setLength(0);
    }
    from.request(1);
    return CompletableFuture.completedStage(null);
  }

  private void take(String message) {
    try {
      JsonNode said = JSON.readTree(message);
      CompletableFuture<JsonNode> waiting = answers.remove(said.path("id").asInt(-1));
      if (waiting == null) {
        events.add(said);
      } else {
        waiting.complete(said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
