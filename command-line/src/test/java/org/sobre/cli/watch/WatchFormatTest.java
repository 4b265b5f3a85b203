package org.sobre.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
                  holder("4242.0", "alice", "lab1")),
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
    assertThat(new WatchLines(ZoneId.of("Europe/Paris")).look(AT, split))
        .endsWith("231 W  1g.20gb 4242.0 alice lab1, 3g.40gb another\n");
    assertThat(new WatchJson().look(AT, split))
        .contains(
            "\"holders\":[{\"partition\":\"1g.20gb\",\"job\":\"4242.0\",\"user\":\"alice\",\"account\":\"lab1\"},"
                + "{\"partition\":\"3g.40gb\",\"held\":true}]");
  }

  @Test
  void aLineADeviceWithTheTimeFirst() {
    WatchFormat lines = new WatchLines(ZoneId.of("Europe/Paris"));
    assertThat(lines.head() + lines.look(AT, VIEW))
        .isEqualTo(
            """
            TIME      DEVICE              LOAD          MEMORY    POWER  HELD BY
            14:03:07  gpu GPU-5c1f1a2b    97 %    22.9/25.8 GB    231 W  4242.0 alice lab1
            14:03:07  gpu AMD-0000:c3:     0 %        0.0/? GB        -  another
            14:03:07  cpu-package 0          -               -     81 W  -
            """);
  }

  @Test
  void everyLineFitsEightyColumnsInBothLanguages() {
    for (Language language : Language.values()) {
      language.speak();
      WatchFormat lines = new WatchLines(ZoneId.of("Europe/Paris"));
      assertThat((lines.head() + lines.look(AT, VIEW)).lines())
          .as(language.code())
          .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }
    assertThat(new WatchLines(ZoneId.of("UTC")).look(AT, VIEW)).contains("22,9/25,8 Go");
  }

  @Test
  void jsonHasWhatIsKnownAndNothingElse() {
    WatchFormat json = new WatchJson();
    assertThat(json.head()).isEmpty();
    assertThat(json.look(AT, VIEW))
        .isEqualTo(
            "{\"at\":\"2026-11-20T13:03:07.123Z\",\"node\":\"n042\",\"devices\":["
                + "{\"part\":\"gpu\",\"device\":\"GPU-5c1f1a2b-3333-4444-5555-666677778888\","
                + "\"watts\":231,\"busyPercent\":97,\"memoryUsedMiB\":21870,"
                + "\"memoryTotalMiB\":24564,"
                + "\"holder\":{\"job\":\"4242.0\",\"user\":\"alice\",\"account\":\"lab1\"}},"
                + "{\"part\":\"gpu\",\"device\":\"AMD-0000:c3:00.0\",\"busyPercent\":0,"
                + "\"memoryUsedMiB\":10,\"holder\":{\"held\":true}},"
                + "{\"part\":\"cpu-package\",\"device\":\"0\",\"watts\":81}]}\n");
  }

  private static Optional<Holder> holder(String job, String user, String account) {
    return Optional.of(new Holder(Optional.of(job), Optional.of(user), Optional.of(account)));
  }
}
