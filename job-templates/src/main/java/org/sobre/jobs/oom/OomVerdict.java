package org.sobre.jobs.oom;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What a command's end says of memory.
 *
 * @param words of the output, or the exit status, by which it is known; absent if it is nothing
 * @param report PyTorch's figures, where it wrote them
 */
public record OomVerdict(Kind kind, Optional<String> words, Optional<TorchReport> report) {

  /** In what it ends. */
  public enum Kind {
    /** The end has nothing to do with memory, so far as is known. */
    NONE,
    /** Too little memory on the card for this batch. */
    DEVICE,
    /** Enough memory on the card, in pieces that the allocator could not join. */
    FRAGMENTED,
    /** Too little main memory: no matter of the batch. */
    HOST,
    /** The driver spoke of memory while there was plenty: another fault. */
    DRIVER_FAULT,
    /** Perhaps the card's memory, perhaps a fault of the program. */
    SUSPECT,
    /** It did not begin: its PyTorch does not know the option that joins fragments. */
    UNKNOWN_OPTION
  }

  static final OomVerdict NONE = new OomVerdict(Kind.NONE, Optional.empty(), Optional.empty());

  private static final int MOST_WORDS = 80;

  public OomVerdict {
    requireNonNull(kind, "kind");
    requireNonNull(words, "words");
    requireNonNull(report, "report");
  }

  static OomVerdict of(Kind kind, String words, Optional<TorchReport> report) {
    String some = words.length() > MOST_WORDS ? words.substring(0, MOST_WORDS) : words;
    return new OomVerdict(kind, Optional.of(some), report);
  }

  /** Whether the batch was too large for the card, certainly. */
  public boolean isOfTheBatch() {
    return kind == Kind.DEVICE || kind == Kind.FRAGMENTED;
  }
}
