package org.sobre.hardware.gpu;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a function on the PCI bus says it is. NVIDIA gives each product a device of its own; AMD
 * tells products of one chip apart by the revision alone: 73df is an RX 6700, an RX 6700 XT and the
 * RX 6800M of laptops.
 *
 * @param vendor four lower case hex digits
 * @param device four lower case hex digits
 * @param revision two lower case hex digits; absent where any is meant, or it is not known
 */
public record PciId(String vendor, String device, Optional<String> revision) {

  private static final Pattern FORM =
      Pattern.compile("([0-9a-f]{4}):([0-9a-f]{4})(?::([0-9a-f]{2}))?");

  public PciId {
    requireNonNull(vendor, "vendor");
    requireNonNull(device, "device");
    requireNonNull(revision, "revision");
  }

  /** Of {@code 10de:2204} or, with a revision, {@code 1002:73df:c1}. */
  public static Optional<PciId> parse(String text) {
    Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
    return matcher.matches()
        ? Optional.of(
            new PciId(matcher.group(1), matcher.group(2), Optional.ofNullable(matcher.group(3))))
        : Optional.empty();
  }

  /** The same of any revision. */
  public PciId anyRevision() {
    return new PciId(vendor, device, Optional.empty());
  }

  @Override
  public String toString() {
    return vendor + ":" + device + revision.map(step -> ":" + step).orElse("");
  }
}
