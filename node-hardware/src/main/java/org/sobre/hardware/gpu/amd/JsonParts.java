package org.sobre.hardware.gpu.amd;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON documents device by device: of a document that is cut off, those that ended before the
 * cut are there, and no other value is.
 */
final class JsonParts {

  private final JSON json;
  private final List<Object> documents = new ArrayList<>();
  private List<Object> items = new ArrayList<>();
  private Map<String, Object> fields = new LinkedHashMap<>();
  private boolean inside;

  /**
   * @param json how values are read
   */
  JsonParts(JSON json) {
    this.json = json;
  }

  /** Whether reading ended in a document and not between two. */
  boolean inside() {
    return inside;
  }

  /** Whole ones, and the finished lists and objects of the last. */
  List<Object> documents() {
    List<Object> all = new ArrayList<>(documents);
    if (inside) {
      fields.values().removeIf(value -> !(value instanceof Map || value instanceof List));
      all.add(items);
      all.add(fields);
      all.removeIf(part -> part.equals(List.of()) || part.equals(Map.of()));
    }
    return all;
  }

  /**
   * @throws IOException where the text is no JSON, or ends too early
   */
  void read(JsonParser parser) throws IOException {
    while (parser.nextToken() != null) {
      inside = parser.currentToken().isStructStart();
      if (parser.currentToken() == JsonToken.START_ARRAY) {
        readItems(parser);
        documents.add(items);
      } else if (parser.currentToken() == JsonToken.START_OBJECT) {
        readFields(parser);
        documents.add(fields);
      } else {
        return; // a word or a number behind a document
      }
      inside = false;
      items = new ArrayList<>();
      fields = new LinkedHashMap<>();
    }
  }

  private void readItems(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.VALUE_NULL) {
        items.add(json.anyFrom(parser));
      }
    }
  }

  private void readFields(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (parser.nextToken() == JsonToken.START_ARRAY) {
        readItems(parser);
        fields.put(name, items);
        items = new ArrayList<>();
      } else if (parser.currentToken() != JsonToken.VALUE_NULL) {
        fields.put(name, json.anyFrom(parser));
      }
    }
  }
}
