package org.sobre.hardware.gpu.nvidia;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Walks through one {@code nvidia_smi_log} document. One use. */
final class NvidiaSmiXmlReader {

  /** The drivers' own documents have 7 levels. */
  private static final int MAX_DEPTH = 50;

  private static final String GPU = "gpu";
  private static final String MIG_DEVICE = "mig_device";
  private static final XMLInputFactory FACTORY = factory();

  private final XMLStreamReader reader;
  private final Deque<String> path = new ArrayDeque<>();
  private final NvidiaSmiLogBuilder log;

  /** The card whose element is open, and how deep that element lies. */
  private Optional<NvidiaGpuFacts> open = Optional.empty();

  private String id = "";
  private int depthOfGpu;
  private int depthOfMig = MAX_DEPTH;

  private NvidiaSmiXmlReader(XMLStreamReader reader, List<String> around) {
    this.reader = reader;
    this.log = new NvidiaSmiLogBuilder();
    log.messages(around);
  }

  /**
   * @param document from its XML declaration, DOCTYPE or root element on
   * @param around lines that stood before and behind it
   */
  static NvidiaSmiLog read(String document, List<String> around)
      throws XMLStreamException, NvidiaSmiFormatException {
    NvidiaSmiXmlReader walk =
        new NvidiaSmiXmlReader(FACTORY.createXMLStreamReader(new StringReader(document)), around);
    walk.readAll();
    return walk.log.build();
  }

  /** A text beside elements is a message that the tool printed in the middle of its answer. */
  private void readAll() throws XMLStreamException, NvidiaSmiFormatException {
    StringBuilder text = new StringBuilder();
    boolean leaf = false;
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          log.messages(NvidiaSmiLog.lines(text.toString()));
          text.setLength(0);
          start(reader.getLocalName());
          leaf = true;
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
            text.append(reader.getText());
        case XMLStreamConstants.END_ELEMENT -> {
          end(reader.getLocalName(), text.toString(), leaf);
          text.setLength(0);
          leaf = false;
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
    if (name.equals(GPU) && open.isEmpty()) {
      String attribute = reader.getAttributeValue(null, "id");
      id = attribute == null ? "" : attribute;
      open = Optional.of(new NvidiaGpuFacts());
      depthOfGpu = path.size();
    } else if (name.equals(MIG_DEVICE) && open.isPresent()) {
      open.get().beginMig();
      depthOfMig = path.size();
    }
    path.addLast(name);
  }

  private void end(String name, String text, boolean leaf) throws NvidiaSmiFormatException {
    path.removeLast();
    if (path.size() == depthOfMig) {
      depthOfMig = MAX_DEPTH;
    } else if (open.isPresent() && path.size() == depthOfGpu) {
      log.card(id, open.get());
      open = Optional.empty();
    } else if (!leaf) {
      log.messages(NvidiaSmiLog.lines(text));
    } else if (open.isEmpty()) {
      log.header(name, text);
    } else if (path.size() > depthOfMig) {
      open.get().addToMig(below(depthOfMig, name), text);
    } else {
      open.get().add(below(depthOfGpu, name), text);
    }
  }

  private String below(int depth, String name) {
    StringBuilder names = new StringBuilder();
    path.stream().skip(depth + 1L).forEach(element -> names.append(element).append('/'));
    return names.append(name).toString();
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
