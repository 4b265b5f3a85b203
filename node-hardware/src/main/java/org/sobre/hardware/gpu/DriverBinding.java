package org.sobre.hardware.gpu;

/**
 * That another kernel driver than its vendor's has a card: {@code vfio-pci} for a virtual machine,
 * {@code nouveau} for a console. Said in the card's state, and read there.
 */
public final class DriverBinding {

  private static final String BOUND = "bound to the kernel driver ";

  private DriverBinding() {}

  /**
   * For a person, why such a card is unreadable.
   *
   * @param driver that has it
   * @param expected its vendor's, that should have it
   */
  public static String elsewhere(String driver, String expected) {
    return BOUND + driver + ", expected " + expected;
  }

  /** Whether somebody has given the card to another driver. */
  public static boolean isElsewhere(Gpu gpu) {
    return gpu.state() == GpuState.UNREADABLE
        && gpu.stateDetail().filter(detail -> detail.startsWith(BOUND)).isPresent();
  }
}
