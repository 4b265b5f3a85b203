package org.sobre.slurm.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;
import org.sobre.slurm.gres.FeatureLadder;
import org.sobre.slurm.policy.PolicyTable.Card;
import org.sobre.slurm.policy.PolicyTable.CardNeed;
import org.sobre.slurm.policy.PolicyTable.NodeKind;
import org.sobre.slurm.policy.PolicyTable.ProfileNeed;

/**
 * The whole of job_submit.lua: the site's table, and below it the code, which is the same
 * everywhere. The same table gives the same text.
 */
public final class LuaRenderer {

  /** With which each file begins that this wrote, and no other. */
  public static final String MARK = "-- Written by \"sobre policy compile\"";

  private static final Messages MESSAGES = Messages.of(LuaRenderer.class);

  /** The code, in this order: each part sees the local functions of those before it. */
  private static final List<String> CODE =
      List.of("request.lua", "needs.lua", "constraint.lua", "judge.lua");

  /** What the script can say to a job's owner, and what it puts in the places of each text. */
  private static final Map<String, String> TEXTS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("none", ""),
              Map.entry("unknownWord", "1"),
              Map.entry("unknownProfile", "1"),
              Map.entry("badMemory", "1"),
              Map.entry("noCard", "1 list"),
              Map.entry("noSuchCard", "1 2 list"),
              Map.entry("byType", "1 2 list"),
              Map.entry("typeTooSmall", "1 2 3 4 list"),
              Map.entry("typeUnsuitable", "1 3 list"),
              Map.entry("unknownCard", "1 list"),
              Map.entry("tooManyShares", "1 2"),
              Map.entry("noShares", "1"),
              Map.entry("fewShares", "1 2 3 4"),
              Map.entry("fitsNowhere", "1"),
              Map.entry("onlyReduced", "1 2"),
              Map.entry("orReduced", "1"),
              Map.entry("noGpu", "1"),
              Map.entry("memPerGpu", "1 2"),
              Map.entry("byHand", "1 2"),
              Map.entry("constrained", "1 2 list"),
              Map.entry("memoryUntold", "1 2"),
              Map.entry("tooLong", "1 2"),
              Map.entry("rootIsNot", ""),
              Map.entry("ownError", "")));

  private LuaRenderer() {}

  /** How Slurm finds the script's functions. */
  public enum Form {
    /** Slurm loads the file itself: job_submit.lua. */
    SCRIPT,
    /** A site's own job_submit.lua has it by {@code dofile} and calls {@code submit, modify}. */
    MODULE
  }

  /**
   * @param version of Sobre, for the first line
   */
  public static String render(PolicyTable table, Form form, String version) {
    StringBuilder lua = new StringBuilder(MARK + ", version " + version + ". Do not edit it: ");
    lua.append("compile again.\n\nlocal site = {\n");
    append(lua, "options", options(table.options()));
    lua.append("  ladder = { ").append(join(FeatureLadder.GIGABYTES)).append(" },\n");
    lua.append("  capabilities = { ");
    lua.append(
        FeatureLadder.computeCapabilities().stream()
            .map(rung -> quoted(rung.replace('.', '_')))
            .collect(Collectors.joining(", ")));
    lua.append(" },\n");
    lua.append("  shards = ").append(table.mostShards()).append(",\n");
    append(lua, "cards", values(table.cards(), LuaRenderer::card));
    lua.append("  nodes = {\n");
    table.nodes().forEach(kind -> lua.append("    ").append(node(kind)).append(",\n"));
    lua.append("  },\n");
    append(lua, "profiles", values(table.profiles(), LuaRenderer::profile));
    append(lua, "text", texts(table.options().language().orElse(Language.ENGLISH)));
    lua.append("}\n\n");
    CODE.forEach(part -> lua.append(code(part)).append('\n'));
    return lua.append(code(form == Form.SCRIPT ? "script.lua" : "module.lua")).toString();
  }

  private static <T> Map<String, String> values(Map<String, T> all, Function<T, String> render) {
    Map<String, String> rendered = new TreeMap<>();
    all.forEach((name, value) -> rendered.put(name, render.apply(value)));
    return rendered;
  }

  private static void append(StringBuilder lua, String name, Map<String, String> entries) {
    lua.append("  ").append(name).append(" = {\n");
    entries.forEach(
        (key, value) ->
            lua.append("    [").append(quoted(key)).append("] = ").append(value).append(",\n"));
    lua.append("  },\n");
  }

  private static Map<String, String> options(PolicyOptions options) {
    return new TreeMap<>(
        Map.of(
            "onError", quoted(options.onError().word()),
            "unknownProfile", quoted(options.unknownProfile().word()),
            "unknownCard", quoted(options.unknownCard().word()),
            "memPerGpu", quoted(options.warnOfMemPerGpu() ? "warn" : "off")));
  }

  private static String card(Card card) {
    Fields fields = new Fields();
    card.vendor().ifPresent(vendor -> fields.put("vendor", quoted(vendor.jsonName())));
    card.memory().ifPresent(memory -> fields.put("least", memory.least()));
    card.memory().ifPresent(memory -> fields.put("most", memory.most()));
    card.memory().ifPresent(memory -> fields.put("leastMB", memory.leastMegabytes()));
    card.memory().ifPresent(memory -> fields.put("mostMB", memory.mostMegabytes()));
    card.capability().ifPresent(rung -> fields.put("capability", place(rung)));
    card.shares().ifPresent(shares -> fields.put("shards", shares.most()));
    card.shares().ifPresent(s -> s.mebibytes().ifPresent(each -> fields.put("share", each)));
    fields.put("count", card.count());
    return fields.toString();
  }

  private static String node(NodeKind kind) {
    Fields fields = new Fields();
    fields.put("ge", kind.all());
    fields.put("has", kind.one());
    fields.put("capability", kind.capability().map(LuaRenderer::place).orElse(0));
    fields.put("vendors", vendors(kind.vendors()));
    fields.put("types", set(kind.types()));
    return fields.toString();
  }

  private static String profile(ProfileNeed need) {
    Fields fields = new Fields();
    fields.put("device", quoted(need.onGpu() ? "gpu" : "cpu"));
    need.whole().ifPresent(cards -> fields.put("whole", cards(cards)));
    need.reduced().ifPresent(cards -> fields.put("reduced", cards(cards)));
    if (!need.vendors().isEmpty()) {
      fields.put("vendors", vendors(need.vendors()));
    }
    return fields.toString();
  }

  private static String cards(CardNeed need) {
    Fields fields = new Fields();
    fields.put("class", need.gigabytes());
    fields.put("leastMB", need.leastMegabytes());
    need.capability().ifPresent(rung -> fields.put("capability", place(rung)));
    return fields.toString();
  }

  /** Which rung it is, from 1: numbers are compared, and 10.0 is above 9.0. */
  private static int place(String rung) {
    return FeatureLadder.computeCapabilities().indexOf(rung) + 1;
  }

  private static Map<String, String> texts(Language language) {
    Map<String, String> texts = new TreeMap<>();
    TEXTS.forEach(
        (key, places) -> {
          Object[] names =
              Arrays.stream(places.split(" ", -1)).map(name -> "{" + name + "}").toArray();
          texts.put(key, quoted(MESSAGES.text(language, "text." + key, names)));
        });
    return texts;
  }

  private static String vendors(Set<GpuVendor> vendors) {
    return set(vendors.stream().map(GpuVendor::jsonName).toList());
  }

  private static String set(Iterable<String> words) {
    Fields fields = new Fields();
    words.forEach(word -> fields.put("[" + quoted(word) + "]", "true"));
    return fields.toString();
  }

  private static String join(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  /** A string of Lua. */
  static String quoted(String text) {
    StringBuilder lua = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char letter = text.charAt(i);
      if (letter == '"' || letter == '\\') {
        lua.append('\\').append(letter);
      } else if (letter < ' ' || letter == 0x7f) {
        lua.append(String.format(Locale.ROOT, "\\%03d", (int) letter));
      } else {
        lua.append(letter);
      }
    }
    return lua.append('"').toString();
  }

  private static String code(String part) {
    try (InputStream in =
        Optional.ofNullable(LuaRenderer.class.getResourceAsStream(part))
            .orElseThrow(() -> new IllegalStateException(part + " is not among the classes"))) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code { key = value, … }}. */
  private static final class Fields {
    private final StringBuilder lua = new StringBuilder();

    void put(String key, Object value) {
      lua.append(lua.isEmpty() ? "" : ", ").append(key).append(" = ").append(value);
    }

    @Override
    public String toString() {
      return lua.isEmpty() ? "{}" : "{ " + lua + " }";
    }
  }
}
