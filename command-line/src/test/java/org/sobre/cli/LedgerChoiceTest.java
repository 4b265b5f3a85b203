package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.accounting.store.StoreLogin;
import org.sobre.cli.LedgerChoice.Asked;
import org.sobre.cli.LedgerChoice.Configured;
import org.sobre.energy.station.OwnStation;

class LedgerChoiceTest {

  private static final Path SITE = Path.of("/var/lib/sobre/ledger");
  private static final Path OWN = Path.of("/home/alice/.local/state/sobre/ledger");
  private static final String SITE_STORE = "jdbc:sqlite:/var/lib/sobre/accounting.db";
  private static final String OWN_STORE =
      "jdbc:sqlite:/home/alice/.local/state/sobre/accounting.db";
  private static final Asked NOTHING = new Asked(Optional.empty(), Optional.empty(), false);

  private final Set<Path> readable = new HashSet<>();
  private final Set<Path> forbidden = new HashSet<>();
  private final Set<Path> writable = new HashSet<>();
  private final Map<Path, Path> links = new HashMap<>();

  @Test
  void onAClusterItIsWhatIsConfigured() {
    readable.add(OWN);
    LedgerChoice choice = choice(NOTHING, false);
    assertThat(choice).isEqualTo(new LedgerChoice(SITE, Optional.of(SITE_STORE), Optional.empty()));
  }

  @Test
  void whoMayWriteTheStationsDatabaseUsesIt() {
    readable.add(SITE);
    readable.add(OWN);
    writable.add(Path.of("/var/lib/sobre/accounting.db"));
    assertThat(choice(NOTHING, true))
        .isEqualTo(new LedgerChoice(SITE, Optional.of(SITE_STORE), Optional.empty()));
  }

  @Test
  void whoMayOnlyReadTheStationsLedgerFillsADatabaseOfTheirOwn() {
    readable.add(SITE);
    LedgerChoice choice = choice(NOTHING, true);
    assertThat(choice.ledger()).isEqualTo(SITE);
    assertThat(choice.storeUrl().orElseThrow())
        .matches("jdbc:sqlite:/home/alice/\\.cache/sobre/accounting-[0-9a-f]{12}\\.db");
    assertThat(choice.note()).isEmpty();
  }

  @Test
  void whoMayNotReadTheStationsLedgerGetsTheirOwnAndIsTold() {
    readable.add(OWN);
    LedgerChoice choice = choice(NOTHING, true);
    assertThat(choice.ledger()).isEqualTo(OWN);
    assertThat(choice.storeUrl()).contains(OWN_STORE);
    assertThat(choice.note().orElseThrow()).contains(OWN.toString(), SITE.toString());
  }

  @Test
  void whoIsNotLetToTheStationsLedgerIsToldWhoMayReadIt() {
    readable.add(OWN);
    forbidden.add(SITE);
    LedgerChoice choice = choice(NOTHING, true);
    assertThat(choice.ledger()).isEqualTo(OWN);
    assertThat(choice.note().orElseThrow())
        .contains(
            "the runs of this machine's daemon are in " + SITE,
            "which root and members of group adm may read");
    assertThat(LedgerChoice.readers(Path.of("/shared/ledger"))).contains("user sobre");
  }

  @Test
  void aLedgerThatIsClosedIsNotCalledAbsent() {
    Path shared = Path.of("/shared/sobre/ledger");
    forbidden.add(shared);
    ChosenLedger chosen = chosen(NOTHING, new Configured(shared, SITE_STORE, false, true));
    assertThat(chosen.whyAbsent(new FakeAccess()))
        .startsWith(shared + ": expected a ledger that you may read")
        .contains("root, user sobre", "at the end of its output")
        .doesNotContain("found none", "--no-ingest", "ledger.directory");
    forbidden.clear();
    assertThat(chosen.whyAbsent(new FakeAccess()))
        .contains("found none", "set ledger.directory")
        .doesNotContain("--no-ingest");
  }

  @Test
  void whoHasNoLedgerOfTheirOwnIsToldWhereTheirRunsAre() {
    Asked own = new Asked(Optional.empty(), Optional.empty(), true);
    for (boolean station : new boolean[] {true, false}) {
      forbidden.add(SITE);
      assertThat(
              chosen(own, new Configured(SITE, SITE_STORE, station, true))
                  .whyAbsent(new FakeAccess()))
          .startsWith(OWN + ": expected your own ledger, found none")
          .contains("is in " + SITE + ", which root and members of group adm may read")
          .doesNotContain("sobre run", "ledger.directory", "/etc/sobre");
    }
    forbidden.clear();
    assertThat(
            chosen(own, new Configured(SITE, SITE_STORE, true, true)).whyAbsent(new FakeAccess()))
        .contains("\"sobre run -- COMMAND\" begins it")
        .doesNotContain("ledger.directory");
  }

  @Test
  void whereThereIsNoneTheConfiguredOneIsNamed() {
    assertThat(choice(NOTHING, true).ledger()).isEqualTo(SITE);
    assertThat(choice(NOTHING, true).note()).isEmpty();
  }

  @Test
  void ownForcesTheirOwnEvenOnACluster() {
    readable.add(SITE);
    Asked own = new Asked(Optional.empty(), Optional.empty(), true);
    for (boolean station : new boolean[] {true, false}) {
      assertThat(choice(own, station))
          .isEqualTo(new LedgerChoice(OWN, Optional.of(OWN_STORE), Optional.empty()));
    }
  }

  @Test
  void aLedgerThatIsNamedFillsNoDatabaseOfAnother() {
    writable.add(Path.of("/var/lib/sobre/accounting.db"));
    Asked asked = new Asked(Optional.of(Path.of("/a")), Optional.empty(), false);
    for (boolean station : new boolean[] {true, false}) {
      assertThat(choice(asked, station))
          .isEqualTo(new LedgerChoice(Path.of("/a"), Optional.empty(), Optional.empty()));
    }
  }

  @Test
  void theSitesOwnDirectoryUnderAnotherNameIsTheSites() {
    writable.add(Path.of("/var/lib/sobre/accounting.db"));
    links.put(Path.of("/srv/link"), SITE);
    links.put(Path.of("mine"), OWN);
    for (boolean station : new boolean[] {true, false}) {
      for (Path name : new Path[] {SITE, Path.of("/srv/link")}) {
        assertThat(choice(new Asked(Optional.of(name), Optional.empty(), false), station))
            .isEqualTo(new LedgerChoice(SITE, Optional.of(SITE_STORE), Optional.empty()));
      }
      assertThat(choice(new Asked(Optional.of(Path.of("mine")), Optional.empty(), false), station))
          .isEqualTo(new LedgerChoice(OWN, Optional.of(OWN_STORE), Optional.empty()));
    }
  }

  @Test
  void aDatabaseThatIsNamedIsTaken() {
    readable.add(OWN);
    Asked asked = new Asked(Optional.empty(), Optional.of("jdbc:sqlite:/x.db"), false);
    assertThat(choice(asked, true).storeUrl()).contains("jdbc:sqlite:/x.db");
    assertThat(choice(asked, false).storeUrl()).contains("jdbc:sqlite:/x.db");
  }

  /** Of whose lines a database named alone is, nobody said. */
  @Test
  void aDatabaseThatIsNamedAloneIsLeftAsItIs() {
    Optional<String> store = Optional.of("jdbc:sqlite:/x.db");
    Asked alone = new Asked(Optional.empty(), store, false);
    Configured byDefault = new Configured(SITE, SITE_STORE, true, false);
    Configured named = new Configured(SITE, SITE_STORE, true, true);
    readable.add(SITE);
    assertThat(chosen(alone, byDefault).isStoreAlone()).isTrue();
    assertThat(chosen(alone, named).isStoreAlone()).isFalse();
    assertThat(chosen(new Asked(Optional.of(OWN), store, false), byDefault).isStoreAlone())
        .isFalse();
    assertThat(chosen(new Asked(Optional.empty(), store, true), byDefault).isStoreAlone())
        .isFalse();
    assertThat(chosen(NOTHING, byDefault).isStoreAlone()).isFalse();
    readable.clear();
    readable.add(OWN);
    ChosenLedger fallen = chosen(alone, named);
    assertThat(fallen.isStoreAlone()).isTrue();
    assertThat(fallen.note(false).orElseThrow())
        .startsWith("jdbc:sqlite:/x.db is read as it is")
        .doesNotContain(OWN.toString());
    assertThat(fallen.note(true)).isEmpty();
    assertThat(chosen(NOTHING, named).note(true).orElseThrow()).contains(OWN.toString());
  }

  @Test
  void theFileSystemSaysWhatMayBeDone(@TempDir Path directory) throws IOException {
    FileAccess access = new FileAccess();
    assertThat(access.holdsLines(directory.resolve("ledger"))).isFalse();
    Files.createDirectories(directory.resolve("ledger"));
    assertThat(access.holdsLines(directory.resolve("ledger"))).isFalse();
    Files.createDirectories(directory.resolve("ledger/n1"));
    assertThat(access.holdsLines(directory.resolve("ledger"))).isTrue();
    assertThat(access.isForbidden(directory.resolve("ledger"))).isFalse();
    assertThat(access.isForbidden(directory.resolve("none"))).isFalse();
    assertThat(access.isWritable(directory.resolve("new.db"))).isTrue();
    assertThat(access.isWritable(directory.resolve("none/new.db"))).isTrue();
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("ledger"));
    assertThat(access.isSame(link, directory.resolve("ledger"))).isTrue();
    assertThat(access.isSame(link, directory)).isFalse();
    assertThat(access.isSame(directory.resolve("a/../b"), directory.resolve("b"))).isTrue();
    Files.writeString(directory.resolve("file"), "");
    assertThat(access.isWritable(directory.resolve("file/new.db"))).isFalse();
  }

  private LedgerChoice choice(Asked asked, boolean station) {
    return choice(asked, new Configured(SITE, SITE_STORE, station, true));
  }

  private LedgerChoice choice(Asked asked, Configured configured) {
    OwnStation own =
        new OwnStation(
            Path.of("/run/user/1/sobre"),
            Path.of("/home/alice/.local/state/sobre"),
            Path.of("/home/alice/.cache/sobre"));
    return LedgerChoice.of(asked, configured, own, new FakeAccess());
  }

  private ChosenLedger chosen(Asked asked, Configured configured) {
    LedgerChoice choice = choice(asked, configured);
    return new ChosenLedger(
        choice,
        asked,
        configured,
        StoreLogin.NONE,
        true,
        ZoneOffset.UTC,
        Optional.empty(),
        Optional.empty());
  }

  private final class FakeAccess implements LedgerChoice.Access {
    @Override
    public boolean holdsLines(Path ledger) {
      return readable.contains(ledger);
    }

    @Override
    public boolean isWritable(Path database) {
      return writable.contains(database);
    }

    @Override
    public boolean isSame(Path one, Path other) {
      return links.getOrDefault(one, one).equals(other);
    }

    @Override
    public boolean isForbidden(Path directory) {
      return forbidden.contains(directory);
    }
  }
}
