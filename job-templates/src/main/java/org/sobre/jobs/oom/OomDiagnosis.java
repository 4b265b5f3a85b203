package org.sobre.jobs.oom;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.sobre.jobs.oom.OomVerdict.Kind;

/**
 * From a command's end to what it lacked: pure. Main memory is believed before the card's, since a
 * wrong word about the card would be remembered.
 */
public final class OomDiagnosis {

  private static final int SIGNALLED = 128;
  private static final int KILLED = SIGNALLED + 9;

  /** Hang-up, interrupt, user's signals, end of the time: somebody wanted it so. */
  private static final Set<Integer> WANTED =
      Set.of(
          SIGNALLED + 1,
          SIGNALLED + 2,
          SIGNALLED + 10,
          SIGNALLED + 12,
          SIGNALLED + 15,
          SIGNALLED + 24);

  private OomDiagnosis() {}

  /** Whether a command that ends so was told to: nothing is to be explained. */
  public static boolean isWanted(int status) {
    return WANTED.contains(status);
  }

  /**
   * @param status of the command; one that was not started has none to judge
   * @param output the last of what it wrote on both streams
   * @param killedForMemory processes beside it, or itself, that the kernel killed for want of main
   *     memory while it ran: {@link HostMemory}; absent where nobody counts
   */
  public static OomVerdict of(int status, String output, OptionalLong killedForMemory) {
    if (status == 0 || isWanted(status)) {
      return OomVerdict.NONE;
    }
    if (killedForMemory.orElse(0) > 0) {
      String words = "oom_kill " + killedForMemory.getAsLong();
      return OomVerdict.of(Kind.HOST, words, Optional.empty());
    }
    if (status == KILLED && killedForMemory.isEmpty()) {
      return OomVerdict.of(Kind.HOST, String.valueOf(status), Optional.empty());
    }
    String text = Signature.relevant(output);
    Optional<OomVerdict> host =
        found(Signature.Memory.HOST, text)
            .map(words -> OomVerdict.of(Kind.HOST, words, Optional.empty()));
    if (status == KILLED) {
      // somebody killed it, and not the kernel: what it had said before is not why
      return host.orElse(OomVerdict.NONE);
    }
    return host.or(() -> found(Signature.Memory.DEVICE, text).map(words -> ofDevice(words, text)))
        .or(
            () ->
                found(Signature.Memory.SUSPECT, text)
                    .map(words -> OomVerdict.of(Kind.SUSPECT, words, Optional.empty())))
        .or(
            () ->
                found(Signature.Memory.OPTION, text)
                    .map(words -> OomVerdict.of(Kind.UNKNOWN_OPTION, words, Optional.empty())))
        .orElse(OomVerdict.NONE);
  }

  private static OomVerdict ofDevice(String words, String text) {
    Optional<TorchReport> report = TorchReport.last(text);
    Kind kind = Kind.DEVICE;
    if (report.filter(TorchReport::hadRoom).isPresent()) {
      kind = Kind.DRIVER_FAULT;
    } else if (report.filter(TorchReport::isFragmented).isPresent()) {
      kind = Kind.FRAGMENTED;
    }
    return OomVerdict.of(kind, words, report);
  }

  private static Optional<String> found(Signature.Memory memory, String text) {
    return Signature.of(memory).stream()
        .flatMap(s -> s.in(s.isRaised() ? Tracebacks.end(text) : text).stream())
        .findFirst();
  }
}
