package org.sobre.hardware.gpu.nvidia;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.probe.ToolText;
import org.sobre.hardware.units.PciAddress;

/**
 * What {@code nvidia-smi -L} lists: the only text form with the UUIDs and profiles of MIG devices,
 * and the one that ties NVML's index to a UUID.
 *
 * @param gpus in the order printed
 * @param messages lines of another form
 */
record NvidiaSmiList(List<Listed> gpus, List<String> messages) {

  /** Where nothing was listed. */
  static final NvidiaSmiList NONE = new NvidiaSmiList(List.of(), List.of());

  /** A machine has at most 64 cards and a card 7 GPU instances of up to 7 compute instances. */
  private static final int MAX_LINES = 10_000;

  /** {@code GPU 0: NVIDIA H200 (UUID: GPU-…)}; copies have it indented, and masked by stars. */
  private static final Pattern GPU =
      Pattern.compile(
          "[ \\t]*+GPU (\\d{1,4}): (.{1,200}?) \\(UUID: (GPU-[0-9a-zA-Z*-]{1,64})\\)\\s*");

  /** {@code MIG 1g.18gb Device 3: (UUID: MIG-…)}. */
  private static final Pattern MIG =
      Pattern.compile(
          "[ \\t]*+MIG\\s+([\\w.+-]{1,40})\\s+Device\\s+(\\d{1,4}):\\s+"
              + "\\(UUID: (MIG-[0-9a-zA-Z/*-]{1,100})\\)\\s*");

  /** Of drivers before 470: {@code MIG-GPU-…/7/0}, the numbers of its instances behind. */
  private static final Pattern OLD_ID =
      Pattern.compile("MIG-GPU-[0-9a-zA-Z*-]{1,64}/(\\d{1,4})/(\\d{1,4})");

  NvidiaSmiList {
    gpus = List.copyOf(gpus);
    messages = List.copyOf(messages);
  }

  /**
   * One card.
   *
   * @param index NVML's, the N of {@code nvidia-smi -i N} and of {@code topo -m}
   */
  record Listed(int index, String model, String uuid, List<ListedMig> migs) {
    Listed {
      requireNonNull(model, "model");
      requireNonNull(uuid, "uuid");
      migs = List.copyOf(migs);
    }

    /** What is known of it here, said to sit there. */
    NvidiaSmiGpu at(PciAddress place) {
      NvidiaGpuFacts facts = new NvidiaGpuFacts();
      facts.add(NvidiaGpuFacts.MODEL, model);
      facts.add(NvidiaGpuFacts.UUID, uuid);
      facts.add(NvidiaGpuFacts.MIG, migs.isEmpty() ? "Disabled" : "Enabled");
      return facts.at(place);
    }
  }

  /**
   * One MIG device, which is a compute instance.
   *
   * @param index on its card, as {@code -q -x} numbers it too
   * @param profile {@code 3g.40gb}, {@code 1c.3g.71gb}, {@code 1g.10gb+me}
   * @param id by which CUDA_VISIBLE_DEVICES selects it
   */
  record ListedMig(int index, String profile, String id) {
    ListedMig {
      requireNonNull(profile, "profile");
      requireNonNull(id, "id");
    }

    OptionalInt gpuInstance() {
      return oldNumber(1);
    }

    OptionalInt computeInstance() {
      return oldNumber(2);
    }

    private OptionalInt oldNumber(int group) {
      Matcher m = OLD_ID.matcher(id);
      return m.matches() ? OptionalInt.of(Integer.parseInt(m.group(group))) : OptionalInt.empty();
    }
  }

  /**
   * Lines of another form are messages.
   *
   * @throws NvidiaSmiFormatException for a text over {@link ToolText#LONGEST_ANSWER}
   */
  static NvidiaSmiList parse(String printed) throws NvidiaSmiFormatException {
    NvidiaSmiFormatException.refuseTooLong(printed);
    Parser parser = new Parser();
    printed.lines().limit(MAX_LINES).forEach(parser::line);
    parser.close();
    return new NvidiaSmiList(parser.gpus, parser.messages);
  }

  /** The card of a UUID, unless several have it: those cannot be told apart. */
  Optional<Listed> ofUuid(String uuid) {
    List<Listed> same = gpus.stream().filter(gpu -> gpu.uuid().equals(uuid)).toList();
    return same.size() == 1 ? Optional.of(same.get(0)) : Optional.empty();
  }

  private static final class Parser {
    private final List<Listed> gpus = new ArrayList<>();
    private final List<String> messages = new ArrayList<>();
    private final List<ListedMig> migs = new ArrayList<>();
    private Optional<Matcher> open = Optional.empty();

    void line(String line) {
      Matcher gpu = GPU.matcher(line);
      Matcher mig = MIG.matcher(line);
      if (gpu.matches()) {
        close();
        open = Optional.of(gpu);
      } else if (mig.matches() && open.isPresent()) {
        migs.add(new ListedMig(Integer.parseInt(mig.group(2)), mig.group(1), mig.group(3)));
      } else if (!line.isBlank()) {
        messages.add(ToolText.printable(line));
      }
    }

    void close() {
      open.map(this::listed).ifPresent(this::add);
      open = Optional.empty();
      migs.clear();
    }

    private Listed listed(Matcher gpu) {
      return new Listed(
          Integer.parseInt(gpu.group(1)), ToolText.printable(gpu.group(2)), gpu.group(3), migs);
    }

    /** {@code nvlink -s} names each card in the same words; without its MIG devices. */
    private void add(Listed gpu) {
      for (int i = 0; i < gpus.size(); i++) {
        Listed before = gpus.get(i);
        if (before.index() == gpu.index() && before.uuid().equals(gpu.uuid())) {
          gpus.set(i, before.migs().isEmpty() ? gpu : before);
          return;
        }
      }
      gpus.add(gpu);
    }
  }
}
