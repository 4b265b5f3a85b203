package org.sobre.jobs.engine;

/**
 * What a control group may take of main memory.
 *
 * @param bytes at the most
 * @param usedBytes of it now, without what the kernel would give back: files read before
 */
record MemoryLimit(long bytes, long usedBytes) {

  MemoryLimit {
    if (bytes < 0 || usedBytes < 0) {
      throw new IllegalArgumentException(
          "expected bytes from 0, found " + bytes + " and " + usedBytes);
    }
  }

  long freeBytes() {
    return Math.max(0, bytes - usedBytes);
  }
}
