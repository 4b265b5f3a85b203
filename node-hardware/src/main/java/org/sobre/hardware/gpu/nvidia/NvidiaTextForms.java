package org.sobre.hardware.gpu.nvidia;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Reads whatever nvidia-smi printed, in whichever form. What a form does not tell is absent: the
 * table knows no UUID, a query only what was asked.
 */
final class NvidiaTextForms {

  private NvidiaTextForms() {}

  /**
   * The driver, the cards and the messages in it; no card for forms that list none.
   *
   * @return empty for what nvidia-smi does not print
   * @throws NvidiaSmiFormatException if it is nvidia-smi's and cannot be read: cut off, over 16 Mi
   *     characters
   */
  static Optional<NvidiaSmiLog> read(String printed) throws NvidiaSmiFormatException {
    NvidiaSmiFormatException.refuseTooLong(printed);
    Optional<NvidiaTextForm> form = NvidiaTextForm.of(printed);
    return form.isPresent() ? Optional.of(read(form.get(), printed)) : Optional.empty();
  }

  static NvidiaSmiLog read(NvidiaTextForm form, String printed) throws NvidiaSmiFormatException {
    return switch (form) {
      case XML -> NvidiaSmiXml.parse(printed);
      case QUERY -> lastWhole(printed, NvidiaTextForm::isLog, NvidiaQueryText::parse);
      case TABLE -> lastWhole(printed, NvidiaTable::isHead, NvidiaTable::parse);
      case CSV -> NvidiaQueryCsv.parse(printed);
      case BARE_CSV -> bare(printed);
      case NVLINK, LIST, TOPOLOGY, MONITOR, OTHER_CSV, MIG_MINORS, VERSION, HELP, MESSAGES ->
          messages(printed);
    };
  }

  private static NvidiaSmiLog bare(String printed) throws NvidiaSmiFormatException {
    NvidiaBareQuery query =
        NvidiaBareQuery.of(printed)
            .orElseThrow(() -> new NvidiaSmiFormatException("expected rows of a query of GPUs"));
    NvidiaSmiLog log = NvidiaQueryCsv.parse(query.header(), query.rows());
    List<String> all = new ArrayList<>(messages(printed).messages());
    all.addAll(log.messages());
    return new NvidiaSmiLog(log.driver(), log.gpus(), log.unplaced(), all);
  }

  private static NvidiaSmiLog messages(String printed) {
    List<String> said = NvidiaSmiLog.lines(printed).stream().filter(NvidiaMessage::isOne).toList();
    return new NvidiaSmiLog(Optional.empty(), List.of(), said);
  }

  private interface Parser {
    NvidiaSmiLog parse(String printed) throws NvidiaSmiFormatException;
  }

  /**
   * A loop ({@code -l}) prints one answer after another and is stopped in the middle of one: the
   * last that is whole and has as many cards as the one before it, else the one before.
   */
  private static NvidiaSmiLog lastWhole(String printed, Predicate<String> begins, Parser parser)
      throws NvidiaSmiFormatException {
    StringBuilder current = new StringBuilder();
    Optional<String> previous = Optional.empty();
    boolean begun = false;
    for (Iterator<String> lines = printed.lines().iterator(); lines.hasNext(); ) {
      String line = lines.next();
      if (begins.test(line)) {
        if (begun) {
          previous = Optional.of(current.toString());
          current.setLength(0);
        }
        begun = true;
      }
      current.append(line).append('\n');
    }
    NvidiaSmiLog last = parser.parse(current.toString());
    if (previous.isEmpty()) {
      return last;
    }
    NvidiaSmiLog before = parser.parse(previous.get());
    return last.isCutOff() || last.gpus().size() < before.gpus().size() ? before : last;
  }
}
