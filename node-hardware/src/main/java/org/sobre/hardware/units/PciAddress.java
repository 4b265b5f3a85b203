package org.sobre.hardware.units;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a device sits on the PCI bus. Tools spell it with four or eight digits of domain and in
 * either case; sysfs uses four, lower case. Parsed once, compared as numbers.
 *
 * @param domain 0..0xffffffff: not always 0 (Azure and Grace-Hopper machines)
 */
public record PciAddress(long domain, int bus, int device, int function)
    implements Comparable<PciAddress> {

  private static final Pattern FORM =
      Pattern.compile("(?:([0-9a-fA-F]{4,8}):)?([0-9a-fA-F]{2}):([0-9a-fA-F]{2})\\.([0-7])");
  private static final Comparator<PciAddress> ORDER =
      Comparator.comparingLong(PciAddress::domain)
          .thenComparingInt(PciAddress::bus)
          .thenComparingInt(PciAddress::device)
          .thenComparingInt(PciAddress::function);

  public PciAddress {
    if (domain < 0
        || domain > 0xffffffffL
        || bus < 0
        || bus > 0xff
        || device < 0
        || device > 0x1f
        || function < 0
        || function > 7) {
      throw new IllegalArgumentException(
          "PCI address out of range: domain "
              + domain
              + " bus "
              + bus
              + " device "
              + device
              + " function "
              + function);
    }
  }

  /**
   * Reads {@code 00000000:01:00.0}, {@code 0000:01:00.0} or {@code 01:00.0}; empty if the text has
   * none of these forms.
   */
  public static Optional<PciAddress> parse(String text) {
    Matcher m = FORM.matcher(text.strip());
    if (!m.matches()) {
      return Optional.empty();
    }
    long domain = m.group(1) == null ? 0 : Long.parseLong(m.group(1), 16);
    int device = Integer.parseInt(m.group(3), 16);
    if (device > 0x1f) {
      return Optional.empty();
    }
    return Optional.of(
        new PciAddress(
            domain, Integer.parseInt(m.group(2), 16), device, Integer.parseInt(m.group(4), 16)));
  }

  @Override
  public int compareTo(PciAddress other) {
    return ORDER.compare(this, other);
  }

  /**
   * As sysfs spells it: {@code 0000:01:00.0}, lower case, four digits of domain where they suffice.
   */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%04x:%02x:%02x.%x", domain, bus, device, function);
  }
}
