package org.sobre.daemon;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** One line of JSON, as everything that goes over the socket is. */
final class JsonLine {

  static final int VERSION = 1;

  private static final JsonFactory JSON = new JsonFactory();

  interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  private JsonLine() {}

  /** An object that begins with the version. */
  static String of(Body body) {
    return object(
        json -> {
          json.writeNumberField("v", VERSION);
          body.write(json);
        });
  }

  /** An object that stands within one. */
  static String object(Body body) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      body.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.toString();
  }
}
