package org.sobre.daemon.health;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.gpu.RuntimePower;
import org.sobre.hardware.gpu.amd.AmdHwmon;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.health.CardLook;
import org.sobre.slurm.health.CauseKind;
import org.sobre.slurm.health.HealthCard;

/**
 * What the amdgpu driver's files say of one card's health. Names and units are those of the
 * kernel's documentation of amdgpu: {@code hwmon/hwmonN/temp[1-3]_input} and {@code _crit} in
 * thousandths of a degree, {@code ras/BLOCK_err_count} with a line {@code ue: N} of uncorrectable
 * errors since the driver was loaded. A read may take as long as the card's firmware takes to
 * answer: for ever.
 */
final class AmdCardFiles {

  private static final Pattern UNCORRECTABLE = Pattern.compile("(?m)^ue:?\\s+(\\d{1,18})$");

  /** A card held at its limit hovers just below it. */
  private static final long HELD_AT_LIMIT_MILLIDEGREES = 1000;

  private final SysRoot machine;
  private final HealthCard card;
  private final Path device;

  AmdCardFiles(SysRoot machine, HealthCard card) {
    this.machine = machine;
    this.card = card;
    this.device = RuntimePower.device(machine, card.address());
  }

  /**
   * @param evenAsleep whether a card that sleeps is to be asked, which wakes it
   */
  CardLook look(boolean evenAsleep) {
    if (!Files.isDirectory(device)) {
      return CardLook.ill(card, CauseKind.LOST, "it is no longer on the PCI bus");
    }
    if (!evenAsleep && RuntimePower.isSuspended(machine, card.address())) {
      return CardLook.asleep(card);
    }
    try {
      Optional<Path> power = AmdHwmon.powerFile(machine, card.address());
      if (power.isPresent()) {
        Files.readString(power.get());
      }
    } catch (IOException e) {
      return gone()
          ? CardLook.ill(card, CauseKind.LOST, "it is no longer on the PCI bus")
          : CardLook.ill(card, CauseKind.FAILING, "its power cannot be read: " + e.getMessage());
    }
    return uncorrectable()
        .map(block -> CardLook.ill(card, CauseKind.UNCORRECTABLE, "uncorrectable errors: " + block))
        .orElseGet(() -> CardLook.well(card, isHot()));
  }

  private boolean gone() {
    return !Files.isDirectory(device);
  }

  /** The blocks that had some, with their numbers: {@code umc 1}. */
  private Optional<String> uncorrectable() {
    List<String> blocks = new ArrayList<>();
    for (Path file : entries(device.resolve("ras"), "*_err_count")) {
      Matcher m = UNCORRECTABLE.matcher(text(file).orElse(""));
      if (m.find() && Long.parseLong(m.group(1)) > 0) {
        String name = file.getFileName().toString();
        blocks.add(name.substring(0, name.indexOf("_err_count")) + " " + m.group(1));
      }
    }
    return blocks.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", blocks));
  }

  private boolean isHot() {
    for (Path monitor : entries(device.resolve("hwmon"), "hwmon[0-9]*")) {
      for (Path input : entries(monitor, "temp[1-3]_input")) {
        String limit = input.getFileName().toString().replace("_input", "_crit");
        OptionalLong now = number(input);
        OptionalLong crit = number(monitor.resolve(limit));
        if (now.isPresent()
            && crit.isPresent()
            && crit.getAsLong() > 0
            && now.getAsLong() >= crit.getAsLong() - HELD_AT_LIMIT_MILLIDEGREES) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<Path> entries(Path directory, String glob) {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, glob)) {
      found.forEach(entries::add);
    } catch (NoSuchFileException e) {
      // a card without such a sensor or block
      return List.of();
    } catch (IOException | DirectoryIteratorException e) {
      return entries;
    }
    entries.sort(null);
    return entries;
  }

  private static OptionalLong number(Path file) {
    return text(file)
        .filter(text -> text.matches("-?\\d{1,9}"))
        .map(text -> OptionalLong.of(Long.parseLong(text)))
        .orElseGet(OptionalLong::empty);
  }

  /** Empty where a sensor has no value now. */
  private static Optional<String> text(Path file) {
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
