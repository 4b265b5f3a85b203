package org.sobre.slurm.health;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.units.PciAddress;

/**
 * The Xids of this boot that a card still suffers from: what the NVIDIA driver told the kernel's
 * log of faults that only a reset, a reboot or a hand in the machine cures.
 *
 * <p>Which those are: NVIDIA's Xid catalog
 * (docs.nvidia.com/deploy/xid-errors/analyzing-xid-catalog.html, read 2026-11), immediate action
 * RESET_GPU, RESTART_BM or CHECK_MECHANICALS, or a text that asks for a reset. The others are
 * faults of programs (13, 31, 43, 45, 68 …: NVIDIA's k8s-device-plugin ignores those too) or mere
 * news. 109 is a program's fault as often as not; since driver 565 the driver itself says by Xid
 * 154 when it wants a reset, and then that counts.
 *
 * <p>What ends them: a reboot; the driver loaded anew; the card found anew on the bus; Xid 154 to
 * "None".
 */
public final class XidEvents {

  /** 63 (row remapped), 92 (many corrected errors) and their like go on working. */
  private static final Set<Integer> NEED_A_RESET =
      Set.of(46, 48, 54, 62, 64, 74, 79, 94, 95, 110, 119, 120, 136, 140, 143, 158);

  private static final int RECOVERY_ACTION_CHANGED = 154;

  /**
   * {@code NVRM: Xid (PCI:0000:2b:00): 79, pid=1, GPU has fallen off the bus.} Where it is known
   * which MIG device it came from, {@code GPU-I:05} or {@code GPU-I:05 GPU-CI:00} stands behind the
   * address (NVIDIA's A100 memory error management, table 3; the open driver's kernel_rc.c).
   */
  private static final Pattern XID =
      Pattern.compile(
          "NVRM: Xid \\((?:PCI:)?([0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2})(?:\\.[0-7])?"
              + "(?: GPU-I:\\d{1,3})?(?: GPU-CI:\\d{1,3})?\\):"
              + " (\\d{1,4})\\b(.*)");

  /** {@code …, GPU recovery action changed from 0x0 (None) to 0x1 (GPU Reset Required)} */
  private static final Pattern RECOVERY =
      Pattern.compile("recovery action changed from .{1,64} to \\S{1,16} \\(([^()]{1,64})\\)");

  private static final Pattern DRIVER_LOADED = Pattern.compile("NVRM: loading NVIDIA UNIX\\b.*");

  /** {@code pci 0000:2b:00.0: [10de:2684] type 00 class 0x030000} */
  private static final Pattern FOUND_ON_THE_BUS =
      Pattern.compile("pci ([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2})\\.0: \\[10de:[0-9a-f]{4}\\] .*");

  private static final String NO_ACTION = "none";
  private static final int MOST_DETAIL = 80;

  /** What stands of a card, by number; by its address without the function. */
  private final Map<String, Map<Integer, String>> standing = new HashMap<>();

  /** In the order of the log. */
  public void read(KernelRecord record) {
    if (!record.fromKernel()) {
      return;
    }
    if (DRIVER_LOADED.matcher(record.text()).matches()) {
      standing.clear();
      return;
    }
    Matcher found = FOUND_ON_THE_BUS.matcher(record.text());
    if (found.matches()) {
      standing.remove(slot(found.group(1)));
      return;
    }
    Matcher xid = XID.matcher(record.text());
    if (xid.matches()) {
      add(slot(xid.group(1)), Integer.parseInt(xid.group(2)), xid.group(3));
    }
  }

  private void add(String slot, int number, String rest) {
    if (number == RECOVERY_ACTION_CHANGED) {
      Matcher action = RECOVERY.matcher(rest);
      if (action.find() && action.group(1).toLowerCase(Locale.ROOT).equals(NO_ACTION)) {
        standing.remove(slot);
      } else if (action.reset().find()) {
        put(slot, number, action.group(1));
      }
    } else if (NEED_A_RESET.contains(number)) {
      put(slot, number, rest.replaceFirst("^[, ]+", ""));
    }
  }

  private void put(String slot, int number, String detail) {
    standing
        .computeIfAbsent(slot, s -> new TreeMap<>())
        .put(number, detail.substring(0, Math.min(MOST_DETAIL, detail.length())));
  }

  /** What a card suffers from. */
  public List<Cause> of(HealthCard card) {
    List<Cause> causes = new ArrayList<>();
    standing
        .getOrDefault(slot(withoutFunction(card.address())), Map.of())
        .forEach(
            (number, detail) ->
                causes.add(new Cause(CauseKind.XID, card, Integer.toString(number), detail)));
    return causes;
  }

  private static String withoutFunction(PciAddress address) {
    String text = address.toString();
    return text.substring(0, text.lastIndexOf('.'));
  }

  /** Four digits of domain where they suffice, lower case. */
  private static String slot(String address) {
    return PciAddress.parse(address + ".0")
        .map(XidEvents::withoutFunction)
        .orElseGet(() -> address.toLowerCase(Locale.ROOT));
  }
}
