package org.sobre.it.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The JSON Schemas of docs/contracts, in two strengths: {@link #asRead} holds a document to what
 * every reader of this major version takes, {@link #asWritten} to what this version writes: no key
 * and no word that the schema does not list.
 */
final class Contract {

  static final Path DIRECTORY = Path.of("../docs/contracts").toAbsolutePath().normalize();

  private static final String ID = "urn:sobre:contract:";
  private static final String SUFFIX = ".schema.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final JsonSchemaFactory AS_READ = factory(false);
  private static final JsonSchemaFactory AS_WRITTEN = factory(true);

  private final String location;

  private Contract(String location) {
    this.location = location;
  }

  /** Of one document: {@code ledger-line}, or a part of one: {@code job-socket#/$defs/answer}. */
  static Contract of(String location) {
    return new Contract(location);
  }

  /** Names of all schemas, without the suffix. */
  static List<String> names() {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(SUFFIX))
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode schema(String name) {
    return parse(read(DIRECTORY.resolve(name + SUFFIX)));
  }

  /** What is wrong, in words; empty if nothing is. */
  List<String> asRead(JsonNode document) {
    return problems(AS_READ, document);
  }

  /** What is wrong, in words; empty if nothing is. */
  List<String> asWritten(JsonNode document) {
    return problems(AS_WRITTEN, document);
  }

  static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException("not JSON: " + json, e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> problems(JsonSchemaFactory factory, JsonNode document) {
    return factory.getSchema(SchemaLocation.of(ID + location)).validate(document).stream()
        .map(ValidationMessage::getMessage)
        .toList();
  }

  private static JsonSchemaFactory factory(boolean strict) {
    Map<String, String> texts = new HashMap<>();
    for (String name : names()) {
      JsonNode schema = schema(name);
      texts.put(ID + name, (strict ? StrictSchema.of(schema) : schema).toString());
    }
    JsonMetaSchema withOurWords =
        JsonMetaSchema.builder(JsonMetaSchema.getV202012())
            .keyword(new NonValidationKeyword("unit"))
            .keyword(new NonValidationKeyword("knownWords"))
            .build();
    return JsonSchemaFactory.getInstance(
        VersionFlag.V202012,
        builder ->
            builder.metaSchema(withOurWords).schemaLoaders(loaders -> loaders.schemas(texts)));
  }
}
