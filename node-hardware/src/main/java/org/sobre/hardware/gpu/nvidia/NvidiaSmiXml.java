package org.sobre.hardware.gpu.nvidia;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;

/**
 * Pure parser of {@code nvidia-smi -q -x}, drivers 340 to 610. Elements are looked for by name: the
 * number in the DOCTYPE's file name says little, elements moved within one number. The DOCTYPE line
 * names a file that is not there; it is tolerated, also absent, and never resolved. An internal
 * subset is refused: nvidia-smi never prints one.
 */
final class NvidiaSmiXml {

  private static final String ROOT = "nvidia_smi_log";
  private static final String END = "</" + ROOT + ">";

  /** What XML 1.0 has no place for, section 2.2. */
  private static final Pattern ILLEGAL =
      Pattern.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]");

  private NvidiaSmiXml() {}

  /**
   * Has the JVM load what {@link #parse} needs, some 50 ms of work, while the tool is still at its
   * own.
   */
  static void loadClasses() {
    try {
      parse("<" + ROOT + "><gpu id=\"00000000:01:00.0\"><uuid>N/A</uuid></gpu>" + END);
    } catch (NvidiaSmiFormatException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads the answer; of the several documents that a loop ({@code -l}) prints, the last whole one.
   *
   * @param printed standard output of the tool, with whatever lines stand around the XML
   */
  static NvidiaSmiLog parse(String printed) throws NvidiaSmiFormatException {
    NvidiaSmiFormatException.refuseTooLong(printed);
    int first = indexOfXml(printed).orElseThrow(NvidiaSmiXml::noXml);
    int end = printed.lastIndexOf(END);
    if (end < first) {
      refuseInternalSubset(printed.substring(first));
      throw new NvidiaSmiFormatException(
          "the XML is cut off: expected " + END + " at its end, found " + tail(printed));
    }
    int before = printed.lastIndexOf(END, end - 1);
    String last = printed.substring(before < 0 ? 0 : before + END.length(), end + END.length());
    int begin = indexOfXml(last).orElseThrow(NvidiaSmiXml::noXml);
    String document = last.substring(begin);
    refuseInternalSubset(document);
    List<String> around = new ArrayList<>(NvidiaSmiLog.lines(last.substring(0, begin)));
    around.addAll(NvidiaSmiLog.lines(printed.substring(end + END.length())));
    return read(document, around);
  }

  private static NvidiaSmiLog read(String document, List<String> around)
      throws NvidiaSmiFormatException {
    try {
      return NvidiaSmiXmlReader.read(document, around);
    } catch (XMLStreamException e) {
      try {
        return NvidiaSmiXmlReader.read(withoutProcesses(document), around);
      } catch (XMLStreamException again) {
        throw new NvidiaSmiFormatException(
            "not well-formed XML at line "
                + (e.getLocation() == null ? "?" : e.getLocation().getLineNumber())
                + ": "
                + String.valueOf(e.getMessage()).lines().reduce((a, b) -> b).orElse(""));
      }
    }
  }

  /** A program's name is printed as it is, also with a control character or an ampersand in it. */
  private static String withoutProcesses(String document) {
    String without = without("accounted_processes", without("processes", document));
    return ILLEGAL.matcher(without).replaceAll("");
  }

  /** Without an element wherever it stands: nothing in it is asked for. */
  private static String without(String element, String document) {
    String begin = "<" + element + ">";
    String end = "</" + element + ">";
    StringBuilder kept = new StringBuilder();
    int from = 0;
    int at = document.indexOf(begin);
    int close = at < 0 ? -1 : document.indexOf(end, at);
    while (close >= 0) {
      kept.append(document, from, at);
      from = close + end.length();
      at = document.indexOf(begin, from);
      close = at < 0 ? -1 : document.indexOf(end, at);
    }
    return kept.append(document, from, document.length()).toString();
  }

  /** The lines in front of the XML; all of them where there is none. */
  static String beforeXml(String printed) {
    return printed.substring(0, indexOfXml(printed).orElse(printed.length()));
  }

  /** Whether this is, or was before something cut it off, an answer in XML. */
  static boolean isXml(String printed) {
    return printed.contains("<" + ROOT);
  }

  private static Optional<Integer> indexOfXml(String printed) {
    return Stream.of("<?xml", "<!DOCTYPE", "<" + ROOT)
        .map(printed::indexOf)
        .filter(at -> at >= 0)
        .min(Integer::compare);
  }

  private static NvidiaSmiFormatException noXml() {
    return new NvidiaSmiFormatException("expected XML with <" + ROOT + ">, found no XML");
  }

  private static void refuseInternalSubset(String document) throws NvidiaSmiFormatException {
    int root = document.indexOf("<" + ROOT);
    String prolog = root < 0 ? document : document.substring(0, root);
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
}
