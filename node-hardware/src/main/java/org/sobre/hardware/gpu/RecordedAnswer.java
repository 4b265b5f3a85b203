package org.sobre.hardware.gpu;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What a recorded output of a vendor's tool says of the machine it was recorded on.
 *
 * @param form which output it is, as one would ask for it: {@code nvidia-smi -q}
 * @param gpus in PCI order, numbered from 0; none for a form that lists none
 * @param messages what the tool complained of, and what it says of GPUs without saying where they
 *     sit
 */
public record RecordedAnswer(String form, List<Gpu> gpus, List<String> messages) {

  public RecordedAnswer {
    requireNonNull(form, "form");
    gpus = List.copyOf(gpus);
    messages = List.copyOf(messages);
  }
}
