package org.sobre.it.architecture;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every text for people is there in English and in French, says the same values, and is used. */
class BothLanguagesTest {

  private static final Path CHECKOUT = Path.of("..");
  private static final Pattern ASKED = Pattern.compile("MESSAGES\\.text\\(\\s*\"([^\"]*[^\".])\"");
  private static final Pattern VALUE = Pattern.compile("\\{(\\d+)}");

  @TestFactory
  Stream<DynamicTest> everyBundle() throws IOException {
    return bundles().stream().map(file -> dynamicTest(packageOf(file), () -> check(file)));
  }

  private static List<Path> bundles() throws IOException {
    try (Stream<Path> files = Files.walk(CHECKOUT)) {
      return files
          .filter(file -> file.getFileName().toString().equals("messages.properties"))
          .filter(file -> file.toString().contains("/src/main/resources/"))
          .sorted()
          .toList();
    }
  }

  private static void check(Path english) throws IOException {
    Properties inEnglish = read(english);
    Properties inFrench = read(english.resolveSibling("messages_fr.properties"));
    assertThat(inFrench.stringPropertyNames()).isEqualTo(inEnglish.stringPropertyNames());
    for (String key : inEnglish.stringPropertyNames()) {
      Set<String> values = values(key, inEnglish.getProperty(key));
      assertThat(values(key, inFrench.getProperty(key))).as(key).isEqualTo(values);
    }
    String sources = sourcesOf(english);
    for (String key : inEnglish.stringPropertyNames()) {
      // a word of a closed list is appended to a prefix: text("key." + name)
      String prefixed = "\"" + key.replaceFirst("[^.]*$", "") + "\" +";
      assertThat(sources)
          .as("the text %s is used", key)
          .containsAnyOf("\"" + key + "\"", key.contains(".") ? prefixed : key + "\"");
    }
    Matcher asked = ASKED.matcher(sources);
    while (asked.find()) {
      assertThat(inEnglish.stringPropertyNames()).contains(asked.group(1));
    }
  }

  /** The values a pattern takes; each must come through, which a lone apostrophe prevents. */
  private static Set<String> values(String key, String pattern) {
    Set<String> values = new TreeSet<>();
    Matcher value = VALUE.matcher(pattern);
    while (value.find()) {
      values.add(value.group(1));
    }
    int most = values.stream().mapToInt(Integer::parseInt).max().orElse(-1);
    Object[] words =
        Stream.iterate(0, i -> i + 1).limit(most + 1L).map(i -> "<" + i + ">").toArray();
    String said = new MessageFormat(pattern, Locale.ROOT).format(words);
    assertThat(values).as(key).allSatisfy(i -> assertThat(said).contains("<" + i + ">"));
    assertThat(pattern.replace("''", "").contains("'"))
        .as("%s: an apostrophe is written twice", key)
        .isFalse();
    return values;
  }

  private static Properties read(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      properties.load(in);
    }
    return properties;
  }

  private static String packageOf(Path bundle) {
    String path = requireNonNull(bundle.getParent()).toString();
    return path.substring(path.indexOf("/src/main/resources/") + 20).replace('/', '.');
  }

  private static String sourcesOf(Path bundle) throws IOException {
    Path sources =
        Path.of(
            requireNonNull(bundle.getParent())
                .toString()
                .replace("/src/main/resources/", "/src/main/java/"));
    try (Stream<Path> files = Files.list(sources)) {
      List<Path> java = files.filter(file -> file.toString().endsWith(".java")).toList();
      return java.stream().map(BothLanguagesTest::text).collect(Collectors.joining("\n"));
    }
  }

  private static String text(Path file) {
    try {
      return String.join("\n", Files.readAllLines(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
