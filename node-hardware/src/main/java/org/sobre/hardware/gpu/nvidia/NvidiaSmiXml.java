package org.sobre.hardware.gpu.nvidia;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Pure parser of {@code nvidia-smi -q -x}, drivers 384 to 610. Elements are looked for by name: the
 * number in the DOCTYPE's file name says little, elements moved within one number. The DOCTYPE line
 * names a file that is not there; it is tolerated, also absent, and never resolved. An internal
 * subset is refused: nvidia-smi never prints one.
 */
final class NvidiaSmiXml {

  /** 64 cards of 120 kB are half of it. */
  static final int MAX_CHARACTERS = 16 << 20;

  /** The drivers' own documents have 7 levels. */
  private static final int MAX_DEPTH = 50;

  private static final String ROOT = "nvidia_smi_log";
  private static final String END = "</" + ROOT + ">";
  private static final Pattern VERSION = Pattern.compile("\\d{1,5}(?:\\.\\d{1,5}){1,3}");
  private static final XMLInputFactory FACTORY = factory();

  private final XMLStreamReader reader;
  private final Deque<String> path = new ArrayDeque<>();
  private final List<NvidiaSmiGpu> gpus = new ArrayList<>();
  private Optional<NvidiaGpuElement> open = Optional.empty();
  private Optional<String> driver = Optional.empty();

  private NvidiaSmiXml(XMLStreamReader reader) {
    this.reader = reader;
  }

  /**
   * @param printed standard output of the tool, with whatever lines stand around the XML
   */
  static NvidiaSmiLog parse(String printed) throws NvidiaSmiFormatException {
    if (printed.length() > MAX_CHARACTERS) {
      throw new NvidiaSmiFormatException(
          "expected at most " + MAX_CHARACTERS + " characters, found " + printed.length());
    }
    int begin = begin(printed);
    int end = printed.lastIndexOf(END);
    refuseInternalSubset(printed, begin);
    if (end < begin) {
      throw new NvidiaSmiFormatException(
          "the XML is cut off: expected " + END + " at its end, found " + tail(printed));
    }
    String document = printed.substring(begin, end + END.length());
    List<String> messages =
        Stream.of(printed.substring(0, begin), printed.substring(end + END.length()))
            .flatMap(String::lines)
            .filter(line -> !line.isBlank())
            .toList();
    return read(document, messages);
  }

  private static NvidiaSmiLog read(String document, List<String> messages)
      throws NvidiaSmiFormatException {
    try {
      NvidiaSmiXml parser =
          new NvidiaSmiXml(FACTORY.createXMLStreamReader(new StringReader(document)));
      parser.readAll();
      return new NvidiaSmiLog(parser.driver, parser.gpus, messages);
    } catch (XMLStreamException e) {
      throw new NvidiaSmiFormatException(
          "not well-formed XML at line "
              + (e.getLocation() == null ? "?" : e.getLocation().getLineNumber())
              + ": "
              + String.valueOf(e.getMessage()).lines().reduce((a, b) -> b).orElse(""));
    }
  }

  private void readAll() throws XMLStreamException, NvidiaSmiFormatException {
    StringBuilder text = new StringBuilder();
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          text.setLength(0);
          start(reader.getLocalName());
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
            text.append(reader.getText());
        case XMLStreamConstants.END_ELEMENT -> {
          end(reader.getLocalName(), text.toString());
          text.setLength(0);
        }
        default -> {
          // comments, blanks and the DOCTYPE say nothing
        }
      }
    }
  }

  private void start(String name) throws NvidiaSmiFormatException {
    if (path.size() >= MAX_DEPTH) {
      throw new NvidiaSmiFormatException(
          "expected elements at most " + MAX_DEPTH + " deep, found more");
    }
    if (name.equals("gpu") && path.size() == 1) {
      String id = reader.getAttributeValue(null, "id");
      open = Optional.of(new NvidiaGpuElement(id == null ? "" : id));
    }
    path.addLast(name);
  }

  private void end(String name, String text) throws NvidiaSmiFormatException {
    if (path.size() == 2 && name.equals("gpu") && open.isPresent()) {
      add(open.get().toGpu());
      open = Optional.empty();
    } else if (open.isPresent() && !text.isBlank()) {
      open.get().add(String.join("/", path.stream().skip(2).toList()), text);
    } else if (path.size() == 2 && name.equals("driver_version")) {
      // 610 may add "[Deprecated; ...]" behind the number
      Matcher m = VERSION.matcher(text.strip());
      driver = m.lookingAt() ? Optional.of(m.group()) : Optional.empty();
    }
    path.removeLast();
  }

  private void add(NvidiaSmiGpu gpu) throws NvidiaSmiFormatException {
    if (gpus.stream().anyMatch(other -> other.pciAddress().equals(gpu.pciAddress()))) {
      throw new NvidiaSmiFormatException(
          "expected each card once, found two at " + gpu.pciAddress());
    }
    gpus.add(gpu);
  }

  /** The lines in front of the XML; all of them where there is none. */
  static String beforeXml(String printed) {
    return printed.substring(0, indexOfXml(printed).orElse(printed.length()));
  }

  private static Optional<Integer> indexOfXml(String printed) {
    return Stream.of("<?xml", "<!DOCTYPE", "<" + ROOT)
        .map(printed::indexOf)
        .filter(at -> at >= 0)
        .min(Integer::compare);
  }

  private static int begin(String printed) throws NvidiaSmiFormatException {
    return indexOfXml(printed)
        .orElseThrow(
            () -> new NvidiaSmiFormatException("expected XML with <" + ROOT + ">, found no XML"));
  }

  private static void refuseInternalSubset(String printed, int begin)
      throws NvidiaSmiFormatException {
    int root = printed.indexOf("<" + ROOT, begin);
    String prolog = root < 0 ? printed.substring(begin) : printed.substring(begin, root);
    int doctype = prolog.indexOf("<!DOCTYPE");
    if (doctype >= 0 && prolog.indexOf('[', doctype) >= 0) {
      throw new NvidiaSmiFormatException(
          "the DOCTYPE has an internal subset ([ ... ]), which nvidia-smi never prints; refused");
    }
  }

  private static String tail(String printed) {
    String stripped = printed.strip();
    String last = stripped.substring(Math.max(0, stripped.length() - 40));
    return "\"" + last.replaceAll("\\s+", " ") + "\"";
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    factory.setXMLResolver(
        (publicId, systemId, base, namespace) -> {
          throw new XMLStreamException("refused to resolve " + systemId);
        });
    return factory;
  }
}
