package org.sobre.cli.watch;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Bytes in and out by device, as the kernel's files have them. Lines of another form are no
 * devices. Pure.
 */
final class ByteCounters {

  /** Since boot, or since the device is there. */
  record Bytes(long in, long out) {}

  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,19}");

  /** Of diskstats whatever the disk's own blocks are: Documentation/admin-guide/iostats.rst. */
  private static final long SECTOR_BYTES = 512;

  private static final int DISK_NAME = 2;
  private static final int SECTORS_READ = 5;
  private static final int SECTORS_WRITTEN = 9;
  private static final int BYTES_RECEIVED = 0;
  private static final int BYTES_SENT = 8;

  private ByteCounters() {}

  /**
   * @param text of {@code /proc/diskstats}
   */
  static SortedMap<String, Bytes> ofDisks(String text) {
    SortedMap<String, Bytes> disks = new TreeMap<>();
    text.lines()
        .map(line -> BLANKS.split(line.strip()))
        .filter(fields -> fields.length > SECTORS_WRITTEN)
        .forEach(
            fields ->
                put(disks, fields[DISK_NAME], fields, SECTORS_READ, SECTORS_WRITTEN, SECTOR_BYTES));
    return disks;
  }

  /**
   * @param text of {@code /proc/net/dev}, whose first two lines are headings
   */
  static SortedMap<String, Bytes> ofNetworks(String text) {
    SortedMap<String, Bytes> networks = new TreeMap<>();
    for (String line : text.lines().toList()) {
      int colon = line.lastIndexOf(':');
      if (colon > 0) {
        String[] fields = BLANKS.split(line.substring(colon + 1).strip());
        if (fields.length > BYTES_SENT) {
          put(networks, line.substring(0, colon).strip(), fields, BYTES_RECEIVED, BYTES_SENT, 1);
        }
      }
    }
    return networks;
  }

  private static void put(
      Map<String, Bytes> into, String name, String[] fields, int in, int out, long unit) {
    if (NUMBER.matcher(fields[in]).matches() && NUMBER.matcher(fields[out]).matches()) {
      // the kernel's 64 bits may leave a long; differences come out right all the same
      into.put(
          name,
          new Bytes(
              Long.parseUnsignedLong(fields[in]) * unit,
              Long.parseUnsignedLong(fields[out]) * unit));
    }
  }
}
