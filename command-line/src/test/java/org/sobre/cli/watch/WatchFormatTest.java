package org.sobre.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sobre.cli.watch.Traffic.Flow;
import org.sobre.hardware.message.Language;
import org.sobre.jobs.station.NodeView;
import org.sobre.jobs.station.NodeView.Device;
import org.sobre.jobs.station.NodeView.Holder;

class WatchFormatTest {

  private static final Instant AT = Instant.parse("2026-11-20T13:03:07.123456Z");
  private static final OptionalLong UNKNOWN = OptionalLong.empty();
  private static final NodeView VIEW =
      new NodeView(
          "n042",
          List.of(
              new Device(
                  "gpu",
                  "GPU-5c1f1a2b-3333-4444-5555-666677778888",
                  OptionalLong.of(231),
                  OptionalLong.of(97),
                  OptionalLong.of(21870),
                  OptionalLong.of(24564),
                  OptionalLong.of(67),
                  holder("4242.0", "alice", "lab1"),
                  List.of()),
              new Device(
                  "gpu",
                  "AMD-0000:c3:00.0",
                  UNKNOWN,
                  OptionalLong.of(0),
                  OptionalLong.of(10),
                  UNKNOWN,
                  Optional.of(new Holder(Optional.empty(), Optional.empty(), Optional.empty()))),
              new Device(
                  "cpu-package",
                  "0",
                  OptionalLong.of(81),
                  UNKNOWN,
                  UNKNOWN,
                  UNKNOWN,
                  Optional.empty())));

  private static final Traffic TRAFFIC =
      new Traffic(
          List.of(new Flow("nvme0n1", OptionalLong.of(12_300_000), OptionalLong.of(400_000))),
          List.of(
              new Flow("eth0", OptionalLong.of(125_000_000), OptionalLong.of(0)),
              new Flow("eth1", UNKNOWN, UNKNOWN)));

  private final Locale before = Locale.getDefault(Locale.Category.DISPLAY);

  @BeforeEach
  void inEnglish() {
    Language.ENGLISH.speak();
  }

  @AfterEach
  void asBefore() {
    Locale.setDefault(Locale.Category.DISPLAY, before);
  }

  @Test
  void aBoardInPartsNamesThePartOfEach() {
    NodeView split =
        new NodeView(
            "n042",
            List.of(
                new Device(
                    "gpu",
                    "GPU-5c1f1a2b",
                    OptionalLong.of(231),
                    UNKNOWN,
                    UNKNOWN,
                    UNKNOWN,
                    UNKNOWN,
                    holder("4242.0", "alice", "lab1"),
                    List.of(
                        new Holder(
                            Optional.of("4242.0"),
                            Optional.of("alice"),
                            Optional.of("lab1"),
                            Optional.of("1g.20gb")),
                        new Holder(
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of("3g.40gb"))))));
    assertThat(new WatchLines(ZoneId.of("Europe/Paris")).look(at(split)))
        .contains("231 W     -  1g.20gb 4242.0 alice lab1, 3g.40gb another\n");
    assertThat(new WatchJson().look(at(split)))
        .contains(
            "\"holders\":[{\"partition\":\"1g.20gb\",\"job\":\"4242.0\",\"user\":\"alice\",\"account\":\"lab1\"},"
                + "{\"partition\":\"3g.40gb\",\"held\":true}]");
  }

  /** What is known and another's is not unknown; what is not known is not free. */
  @Test
  void whatIsWithheldAndWhatNobodyToldAreSaid() {
    NodeView withheld =
        new NodeView("n042", List.of(hidden("gpu", "GPU-5c1f1a2b"), hidden("cpu-package", "0")));
    String lines = new WatchLines(ZoneId.of("UTC")).look(at(withheld));
    assertThat(lines)
        .contains("gpu GPU-5c1f1a2b", "  another's (hidden)\n", "  others' (hidden)\n");
    assertThat(lines.lines()).allMatch(line -> line.length() <= 80, "fits 80 columns");
    assertThat(new WatchScreen(ZoneId.of("UTC"), () -> new TerminalSize(80, 24)).look(at(withheld)))
        .contains("another's (hidden)", "others' (hidden)");
    NodeView untold = new NodeView("n042", VIEW.devices().subList(1, 3), /* jobsKnown= */ false);
    assertThat(new WatchLines(ZoneId.of("UTC")).look(at(untold)))
        .containsPattern("gpu AMD-0000:c3: .*  \\?\n");
    assertThat(new WatchJson().look(at(untold))).contains("\"jobsKnown\":false");
  }

  private static Device hidden(String part, String device) {
    return new Device(
        part,
        device,
        UNKNOWN,
        UNKNOWN,
        UNKNOWN,
        UNKNOWN,
        UNKNOWN,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        /* withheld= */ true);
  }

  @Test
  void aLineADeviceWithTheTimeFirst() {
    WatchFormat lines = new WatchLines(ZoneId.of("Europe/Paris"));
    assertThat(lines.head() + lines.look(at(VIEW)))
        .isEqualTo(
            """
            TIME     DEVICE             LOAD         MEMORY  POWER  TEMP  HELD BY
            14:03:07 gpu GPU-5c1f1a2b   97 %   22.9/25.8 GB  231 W 67 °C  4242.0 alice lab1
            14:03:07 gpu AMD-0000:c3:    0 %       0.0/? GB      -     -  another
            14:03:07 cpu-package 0         -              -   81 W     -  -
            14:03:07 disk nvme0n1     read    12.3 MB/s   written     0.4 MB/s
            14:03:07 net eth0         in     125.0 MB/s   out         0.0 MB/s
            """);
  }

  @Test
  void everyLineFitsEightyColumnsInBothLanguages() {
    for (Language language : Language.values()) {
      language.speak();
      WatchFormat lines = new WatchLines(ZoneId.of("Europe/Paris"));
      assertThat((lines.head() + lines.look(at(VIEW))).lines())
          .as(language.code())
          .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
      assertThat(shown(80, 24).lines())
          .as(language.code())
          .anySatisfy(line -> assertThat(line).contains("4242.0 alice lab1"))
          .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }
    assertThat(new WatchLines(ZoneId.of("UTC")).look(at(VIEW))).contains("22,9/25,8 Go");
  }

  @Test
  void aScreenHasAllOfItInOnePlace() {
    assertThat(shown(80, 24))
        .isEqualTo(
            """
            n042                                                            14:03:07  q ends

            GPU                LOAD         MEMORY   POWER   TEMP  JOB USER LAB
            GPU-5c1f1a2b       97 %   22.9/25.8 GB   231 W  67 °C  4242.0 alice lab1
            AMD-0000:c3:        0 %       0.0/? GB       -      -  another

            cpu-package 0                             81 W
            disk nvme0n1     read    12.3 MB/s   written     0.4 MB/s
            net eth0         in     125.0 MB/s   out         0.0 MB/s""");
  }

  @Test
  void aSmallWindowIsToldWhatItLacks() {
    List<String> lines = shown(40, 5).lines().toList();
    assertThat(lines).hasSize(5).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(40));
    assertThat(lines.get(4)).startsWith("… 3 more lines");
  }

  @Test
  void aNarrowWindowHasTheWattsAndTheJob() {
    assertThat(shown(40, 24))
        .startsWith(
            """
            n042                    14:03:07  q ends

            GPU           LOAD  POWER   TEMP  JOB US
            GPU-5c1f1a2b  97 %  231 W  67 °C  4242.0
            AMD-0000:c3:   0 %      -      -  anothe

            cpu-package 0        81 W
            """);
  }

  @Test
  void sixteenCardsFitTwentyFourRows() {
    NodeView many =
        new NodeView(
            "n042",
            Stream.concat(
                    IntStream.range(0, 16).mapToObj(i -> VIEW.devices().get(0)),
                    Stream.of(VIEW.devices().get(2)))
                .toList());
    List<String> lines = plain(screen(80, 24).look(at(many))).lines().toList();
    assertThat(lines).hasSizeLessThanOrEqualTo(24);
    assertThat(lines).filteredOn(line -> line.contains("alice")).hasSize(16);
    assertThat(lines.get(lines.size() - 1)).startsWith("net eth0");
  }

  /** Whoever may write into a ledger, or name a user, writes nothing on the reader's terminal. */
  @Test
  void noNameSteersTheTerminal() {
    String hostile = "\u001b]0;mine\u0007\u009b2J\r\n\u202e";
    NodeView view =
        new NodeView(
            "n" + hostile,
            List.of(
                new Device(
                    "gpu",
                    hostile,
                    UNKNOWN,
                    UNKNOWN,
                    UNKNOWN,
                    UNKNOWN,
                    holder("4242.0", "a".repeat(64) + hostile, hostile)),
                new Device("dram", hostile, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, Optional.empty())));
    Traffic traffic =
        new Traffic(List.of(), List.of(new Flow(hostile, OptionalLong.of(1), OptionalLong.of(1))));
    Look look = new Look(AT, view, traffic, List.of(hostile));
    String screen = screen(200, 24).look(look);
    assertThat(plain(screen).replace("\n", "")).doesNotContainPattern("[\\p{Cc}\\u202e]");
    assertThat(plain(screen).lines()).hasSize(9);
    assertThat(new WatchLines(ZoneId.of("UTC")).look(look).replace("\n", ""))
        .doesNotContainPattern("[\\p{Cc}\\u202e]");
    assertThat(plain(screen(80, 24).look(look)).lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }

  /** Nothing of a frame before is left, whatever stood there. */
  @Test
  void everyLineAndAllBelowIsCleared() {
    String frame = screen(80, 24).look(at(VIEW));
    assertThat(frame).startsWith("\u001b[H\u001b[K").contains("\n\u001b[Jnet eth0");
    assertThat(frame.lines().skip(1))
        .allSatisfy(line -> assertThat(line).matches("\u001b\\[[KJ][^\u001b]*"));
  }

  @Test
  void onAnotherSizeTheLastLookIsDrawnAgain() {
    TerminalSize[] size = {new TerminalSize(80, 24)};
    WatchScreen screen = new WatchScreen(ZoneId.of("Europe/Paris"), () -> size[0]);
    assertThat(screen.again()).isEmpty();
    screen.look(at(VIEW));
    size[0] = new TerminalSize(40, 5);
    assertThat(screen.again()).isEqualTo(screen(40, 5).look(at(VIEW)));
  }

  @Test
  void ofManyDisksTheSumIsShown() {
    List<Flow> disks =
        IntStream.range(0, 24)
            .mapToObj(i -> new Flow("sd" + i, OptionalLong.of(1_000_000), OptionalLong.of(0)))
            .toList();
    Look look = new Look(AT, VIEW, new Traffic(disks, List.of()), List.of());
    assertThat(new WatchLines(ZoneId.of("UTC")).look(look))
        .contains("disk 24 together read    24.0 MB/s");
  }

  private static WatchScreen screen(int columns, int rows) {
    return new WatchScreen(ZoneId.of("Europe/Paris"), () -> new TerminalSize(columns, rows));
  }

  /** Without what steers the terminal. */
  private static String shown(int columns, int rows) {
    return plain(screen(columns, rows).look(at(VIEW)));
  }

  private static String plain(String frame) {
    return frame.replaceAll("\u001b\\[[HKJ]", "");
  }

  @Test
  void jsonHasWhatIsKnownAndNothingElse() {
    WatchFormat json = new WatchJson();
    assertThat(json.head()).isEmpty();
    assertThat(json.look(at(VIEW)))
        .isEqualTo(
            "{\"at\":\"2026-11-20T13:03:07.123Z\",\"node\":\"n042\",\"devices\":["
                + "{\"part\":\"gpu\",\"device\":\"GPU-5c1f1a2b-3333-4444-5555-666677778888\","
                + "\"watts\":231,\"busyPercent\":97,\"memoryUsedMiB\":21870,"
                + "\"memoryTotalMiB\":24564,\"temperatureCelsius\":67,"
                + "\"holder\":{\"job\":\"4242.0\",\"user\":\"alice\",\"account\":\"lab1\"}},"
                + "{\"part\":\"gpu\",\"device\":\"AMD-0000:c3:00.0\",\"busyPercent\":0,"
                + "\"memoryUsedMiB\":10,\"holder\":{\"held\":true}},"
                + "{\"part\":\"cpu-package\",\"device\":\"0\",\"watts\":81}],"
                + "\"disks\":[{\"device\":\"nvme0n1\",\"readBytesPerSecond\":12300000,"
                + "\"writtenBytesPerSecond\":400000}],\"networks\":[{\"device\":\"eth0\","
                + "\"receivedBytesPerSecond\":125000000,\"sentBytesPerSecond\":0},"
                + "{\"device\":\"eth1\"}]}\n");
  }

  private static Look at(NodeView view) {
    return new Look(AT, view, TRAFFIC, List.of());
  }

  private static Optional<Holder> holder(String job, String user, String account) {
    return Optional.of(new Holder(Optional.of(job), Optional.of(user), Optional.of(account)));
  }
}
