package org.sobre.truth;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Watts over time: pieces of straight lines, which may leap where they meet. */
public final class PowerFunction {

  private record Piece(long fromNanos, long toNanos, double fromWatts, double toWatts) {
    double watts(long nanos) {
      double part = (double) (nanos - fromNanos) / (toNanos - fromNanos);
      return fromWatts + part * (toWatts - fromWatts);
    }

    double joules(long from, long to) {
      return (watts(from) + watts(to)) / 2 * (to - from) / 1e9;
    }
  }

  /** Adds one piece after another, from boot on. */
  public static final class Builder {
    private final List<Piece> pieces = new ArrayList<>();
    private long until;

    public long until() {
      return until;
    }

    public Builder constant(long untilNanos, double watts) {
      return ramp(untilNanos, watts, watts);
    }

    public Builder ramp(long untilNanos, double fromWatts, double toWatts) {
      if (untilNanos <= until) {
        throw new IllegalArgumentException("expected a time after " + until);
      }
      pieces.add(new Piece(until, untilNanos, fromWatts, toWatts));
      until = untilNanos;
      return this;
    }

    public PowerFunction build() {
      return new PowerFunction(pieces);
    }
  }

  private final List<Piece> pieces;
  private final long[] begins;
  private final double[] joulesBefore;

  private PowerFunction(List<Piece> pieces) {
    this.pieces = List.copyOf(pieces);
    begins = new long[pieces.size()];
    joulesBefore = new double[pieces.size()];
    double sum = 0;
    for (int i = 0; i < begins.length; i++) {
      Piece piece = pieces.get(i);
      begins[i] = piece.fromNanos;
      joulesBefore[i] = sum;
      sum += piece.joules(piece.fromNanos, piece.toNanos);
    }
  }

  /** Where it leaps, after the leap; after its end as at its end. */
  public double watts(long nanos) {
    Piece piece = pieces.get(index(nanos));
    return piece.watts(Math.min(nanos, piece.toNanos));
  }

  /** The integral. */
  public double joules(long fromNanos, long toNanos) {
    return joulesUntil(toNanos) - joulesUntil(fromNanos);
  }

  private double joulesUntil(long nanos) {
    int i = index(nanos);
    Piece piece = pieces.get(i);
    return joulesBefore[i] + piece.joules(piece.fromNanos, nanos);
  }

  /** By how much it differs at most between any two instants of a stretch, in watts. */
  double swing(long fromNanos, long toNanos) {
    double least = watts(fromNanos);
    double most = least;
    for (int i = index(fromNanos); i < begins.length && begins[i] <= toNanos; i++) {
      Piece piece = pieces.get(i);
      double first = piece.watts(Math.max(fromNanos, piece.fromNanos));
      double last = piece.watts(Math.min(toNanos, piece.toNanos));
      least = Math.min(least, Math.min(first, last));
      most = Math.max(most, Math.max(first, last));
    }
    return most - least;
  }

  /** Of the leaps strictly inside a stretch, the sum of the squares, in square watts. */
  double squaredLeaps(long fromNanos, long toNanos) {
    double sum = 0;
    for (int i = index(fromNanos) + 1; i < begins.length && begins[i] < toNanos; i++) {
      double leap = pieces.get(i).fromWatts - pieces.get(i - 1).toWatts;
      sum += leap * leap;
    }
    return sum;
  }

  private int index(long nanos) {
    int found = Arrays.binarySearch(begins, nanos);
    return found >= 0 ? found : Math.max(0, -found - 2);
  }
}
