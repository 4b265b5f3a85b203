package org.sobre.jobs.plan;

import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;

/**
 * What one task has of a device: all of it, or its part where several see the same device and the
 * same free memory.
 *
 * @param tasks that share it, from 1
 */
record Share(Device device, int tasks) {

  private static final Messages MESSAGES = Messages.of(Share.class);

  MemorySize budget() {
    return new MemorySize(device.budget().bytes() / tasks);
  }

  MemorySize total() {
    return new MemorySize(device.total().bytes() / tasks);
  }

  /** Whether nobody but these tasks is on the device. */
  boolean isEmpty() {
    return device.isEmpty();
  }

  /** For a person. */
  String name() {
    return tasks == 1 ? device.model() : MESSAGES.text("shared", device.model(), tasks);
  }
}
