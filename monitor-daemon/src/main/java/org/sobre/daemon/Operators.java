package org.sobre.daemon;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;

/**
 * Who may see others' jobs besides root: the members of a Unix group that sobre.yaml names ({@code
 * privacy.operators}). The kernel tells of a peer its user and its own group, not the others it is
 * in; so the group is looked up, with getent(1), which knows directories too, once a minute and in
 * a thread of its own: a name service that hangs delays nobody. Until it answers for the first time
 * there are none; while it does not, those known last stay. getent(1) says of a name that it is
 * unknown also where the service that would know it is away: a member whose number it does not tell
 * keeps the one known last for as long as the group names him. A directory may write a name
 * otherwise than the group does ({@code ann} of {@code Ann}, {@code ann@corp} or {@code corp\ann}):
 * numbers are kept by the group's.
 */
final class Operators {

  private static final Logger LOG = LoggerFactory.getLogger(Operators.class);

  private static final Duration EVERY = Duration.ofMinutes(1);
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final long STACK_BYTES = 256 * 1024;

  /** getent(1): one of the names is unknown; those that are known are printed all the same. */
  private static final int UNKNOWN_NAME = 2;

  private static final Pattern NUMBER = Pattern.compile("\\d+");

  /** Linux' uids and gids have 32 bits; the last one means none. */
  private static final Pattern ID = Pattern.compile("\\d{1,10}");

  private static final long LAST_ID = 0xffff_fffeL;
  private static final int NAME_FIELD = 0;
  private static final int ID_FIELD = 2;
  private static final int MEMBERS_FIELD = 3;

  /**
   * @param uids by name
   */
  private record Known(Map<String, Integer> uids, OptionalInt gid) {
    static final Known NOBODY = new Known(Map.of(), OptionalInt.empty());
  }

  /** Root alone. */
  static final Operators NONE =
      new Operators(
          Optional.empty(),
          (command, environment, deadline) -> {
            throw new IllegalStateException("nobody is to be looked up");
          });

  private final Optional<String> group;
  private final ToolRunner tools;
  private final StateChange state = new StateChange(LOG, "operators");
  private volatile Known known = Known.NOBODY;

  /**
   * @param group whose members they are; absent where root is alone
   */
  Operators(Optional<String> group, ToolRunner tools) {
    this.group = requireNonNull(group, "group");
    this.tools = tools;
  }

  /** Looks the group up now and then, if there is one. */
  void start() {
    group.ifPresent(
        name -> {
          Thread thread = new Thread(null, () -> keepUp(name), "operators", STACK_BYTES);
          thread.setDaemon(true);
          thread.start();
        });
  }

  private void keepUp(String name) {
    while (!Thread.currentThread().isInterrupted()) {
      lookUpOrSay(name);
      LockSupport.parkNanos(EVERY.toNanos());
    }
  }

  /** Looks the group up once, for as long as that takes. */
  void lookUp() {
    group.ifPresent(this::lookUpOrSay);
  }

  /** Nothing ends the thread: whoever joins the group later would not be seen. */
  private void lookUpOrSay(String name) {
    try {
      lookUp(name);
    } catch (RuntimeException | Error e) {
      state.trouble("group " + name + " cannot be looked up: " + e);
    }
  }

  private void lookUp(String name) {
    ToolResult answer = tools.run(List.of("getent", "group", "--", name), DEADLINE);
    Optional<String[]> entry = fields(answer).stream().findFirst();
    if (entry.isPresent() && entry.get().length > ID_FIELD) {
      String[] fields = entry.get();
      members(name, fields.length > MEMBERS_FIELD ? fields[MEMBERS_FIELD] : "", fields[ID_FIELD]);
    } else if (isAnswered(answer)) {
      known = Known.NOBODY;
      state.trouble("there is no group " + name + " here (privacy.operators): nobody but root");
    } else {
      state.trouble("group " + name + " cannot be looked up: " + answer.ending());
    }
  }

  /** Those known last stay where their numbers are not told. */
  private void members(String group, String members, String gid) {
    List<String> names =
        Arrays.stream(members.split(",", -1))
            .map(String::strip)
            // a number is no name, and getent would take it for a uid
            .filter(member -> !member.isEmpty() && !NUMBER.matcher(member).matches())
            .toList();
    if (names.isEmpty()) {
      known = new Known(Map.of(), id(gid));
      state.fine();
      return;
    }
    List<String> command = new ArrayList<>(List.of("getent", "passwd", "--"));
    command.addAll(names);
    ToolResult answer = tools.run(command, DEADLINE);
    if (isAnswered(answer)) {
      Map<String, Integer> before = known.uids;
      Map<String, Integer> told = uids(names, answer);
      Map<String, Integer> uids = new HashMap<>();
      names.stream().filter(before::containsKey).forEach(name -> uids.put(name, before.get(name)));
      uids.putAll(told);
      known = new Known(Map.copyOf(uids), id(gid));
      say(group, names.stream().filter(name -> !told.containsKey(name)).sorted().toList());
    } else {
      state.trouble("members of group " + group + " cannot be looked up: " + answer.ending());
    }
  }

  private void say(String group, List<String> untold) {
    if (untold.isEmpty()) {
      state.fine();
    } else {
      state.trouble(
          "no user is known by the name of "
              + String.join(", ", untold)
              + ", of group "
              + group
              + ": who was known before stays an operator");
    }
  }

  /** By the names that were asked: getent(1) answers in their order and leaves out the unknown. */
  private static Map<String, Integer> uids(List<String> names, ToolResult answer) {
    List<String[]> entries =
        fields(answer).stream().filter(fields -> fields.length > ID_FIELD).toList();
    boolean inOrder = entries.size() == names.size();
    Map<String, Integer> uids = new HashMap<>();
    for (int i = 0; i < entries.size(); i++) {
      String[] entry = entries.get(i);
      String name = inOrder ? names.get(i) : asked(names, entry);
      id(entry[ID_FIELD]).ifPresent(id -> uids.put(name, id));
    }
    return uids;
  }

  /** The name that this entry answers; the entry itself where none, or one of several, does. */
  private static String asked(List<String> names, String[] entry) {
    String written = entry[NAME_FIELD];
    if (names.contains(written)) {
      return written;
    }
    List<String> alike = names.stream().filter(name -> bare(name).equals(bare(written))).toList();
    return alike.size() == 1 ? alike.get(0) : String.join(":", entry);
  }

  /** Without its domain, which stands behind an @ or before a backslash. */
  private static String bare(String name) {
    String user = name.substring(name.lastIndexOf('\\') + 1).toLowerCase(Locale.ROOT);
    int domain = user.indexOf('@');
    return domain < 0 ? user : user.substring(0, domain);
  }

  private static boolean isAnswered(ToolResult answer) {
    return answer.ending() == ToolResult.Ending.EXITED
        && (answer.succeeded() || answer.exitStatus().equals(OptionalInt.of(UNKNOWN_NAME)));
  }

  private static List<String[]> fields(ToolResult answer) {
    return isAnswered(answer)
        ? answer.stdout().lines().map(line -> line.split(":", -1)).toList()
        : List.of();
  }

  /** As the kernel's 32 bits are told of a peer. */
  private static OptionalInt id(String text) {
    return ID.matcher(text).matches() && Long.parseLong(text) <= LAST_ID
        ? OptionalInt.of(Integer.parseUnsignedInt(text))
        : OptionalInt.empty();
  }

  boolean contains(Peer peer) {
    Known now = known;
    return now.uids.containsValue(peer.uid())
        || (now.gid.isPresent() && now.gid.equals(peer.gid()));
  }
}
