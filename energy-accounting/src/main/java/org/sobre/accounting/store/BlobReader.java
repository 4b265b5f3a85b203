package org.sobre.accounting.store;

import java.util.OptionalLong;

/** Reads what a {@link BlobWriter} wrote. */
final class BlobReader {

  private final byte[] bytes;
  private int next;

  BlobReader(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean isAtEnd() {
    return next >= bytes.length;
  }

  long unsigned() {
    byte b = bytes[next++];
    if (b >= 0) {
      return b;
    }
    long value = b & 0x7f;
    int shift = 7;
    do {
      b = bytes[next++];
      value |= (b & 0x7fL) << shift;
      shift += 7;
    } while (b < 0);
    return value;
  }

  int unsignedInt() {
    return Math.toIntExact(unsigned());
  }

  long signed() {
    long value = unsigned();
    return (value >>> 1) ^ -(value & 1);
  }

  boolean flag() {
    return unsigned() != 0;
  }

  OptionalLong optional() {
    return flag() ? OptionalLong.of(signed()) : OptionalLong.empty();
  }

  /** Passes over the fields of a row. */
  void skipFields() {
    for (long left = Long.bitCount(unsigned()); left > 0; left--) {
      while (bytes[next++] < 0) {}
    }
  }

  /** Adds to the fields of a row what {@link BlobWriter#fields} wrote of one. */
  void addTo(long[] fields) {
    long mask = unsigned();
    while (mask != 0) {
      int field = Long.numberOfTrailingZeros(mask);
      mask &= mask - 1;
      long value = unsigned();
      if (field < fields.length) {
        fields[field] = Math.addExact(fields[field], value);
      }
    }
  }
}
