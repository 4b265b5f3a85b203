package org.sobre.energy.cputime;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.probe.SysRoot;

/**
 * The CPU time of people's sessions, by uid, from the slices into which systemd puts them: {@code
 * user.slice/user-1203.slice} (logind.conf(5), systemd.special(7)). Jobs are not in them, nor are
 * services.
 */
final class UserSlices {

  /** Below are the system's own users: Debian Policy 9.2.2. */
  private static final long FIRST_PERSON = 1_000;

  private static final Pattern SLICE = Pattern.compile("user-(\\d{1,10})\\.slice");

  /** A hierarchy in which they may be, and what of them tells the time. */
  private record Hierarchy(Path users, String file, Function<String, OptionalLong> parser) {}

  /** The entries of a directory that may be slices. */
  interface Listing {
    List<Path> slices(Path users) throws IOException;
  }

  private final List<Hierarchy> hierarchies;
  private final Listing listing;

  UserSlices(SysRoot root) {
    this(root, UserSlices::list);
  }

  UserSlices(SysRoot root, Listing listing) {
    this.listing = listing;
    Path mounts = root.sys().resolve("fs/cgroup");
    this.hierarchies =
        List.of(
            new Hierarchy(mounts.resolve("user.slice"), "cpu.stat", CpuCounters::ofGroup),
            new Hierarchy(mounts.resolve("unified/user.slice"), "cpu.stat", CpuCounters::ofGroup),
            new Hierarchy(
                mounts.resolve("cpuacct/user.slice"), "cpuacct.usage", CpuCounters::ofAccount));
  }

  /**
   * Microseconds since each slice began.
   *
   * @param before what the last call gave: one that cannot be read or listed at this moment has
   *     done nothing since
   */
  SortedMap<Integer, Long> poll(Map<Integer, Long> before) {
    for (Hierarchy hierarchy : hierarchies) {
      if (Files.isDirectory(hierarchy.users())) {
        return of(hierarchy, before);
      }
    }
    return new TreeMap<>();
  }

  private static List<Path> list(Path users) throws IOException {
    List<Path> slices = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(users, "user-*.slice")) {
      entries.forEach(slices::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return slices;
  }

  private SortedMap<Integer, Long> of(Hierarchy hierarchy, Map<Integer, Long> before) {
    NavigableMap<Integer, Long> micros = new TreeMap<>();
    try {
      for (Path slice : listing.slices(hierarchy.users())) {
        OptionalInt person = person(slice);
        if (person.isPresent()) {
          int uid = person.getAsInt();
          OptionalLong counted =
              SmallFile.read(slice.resolve(hierarchy.file()), hierarchy.parser());
          Long known = before.get(uid);
          if (counted.isPresent()) {
            micros.put(uid, counted.getAsLong());
          } else if (known != null) {
            micros.put(uid, known);
          }
        }
      }
    } catch (IOException e) {
      // The last one has just gone, or there are no more file handles: one that was not listed this
      // once would be new the next time, with all that it ever did.
      before.forEach(micros::putIfAbsent);
    }
    return micros;
  }

  private static OptionalInt person(Path slice) {
    Matcher name = SLICE.matcher(String.valueOf(slice.getFileName()));
    if (!name.matches()) {
      return OptionalInt.empty();
    }
    long uid = Long.parseLong(name.group(1));
    return uid < FIRST_PERSON || uid > Integer.MAX_VALUE
        ? OptionalInt.empty()
        : OptionalInt.of((int) uid);
  }
}
