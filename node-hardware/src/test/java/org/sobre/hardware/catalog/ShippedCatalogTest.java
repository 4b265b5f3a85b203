package org.sobre.hardware.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.config.Problems;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.PciId;
import org.sobre.hardware.units.MemorySize;

/** The file of the package: sorted, sourced, and every recorded card is in it. */
class ShippedCatalogTest {

  private static final Path FILE = Path.of("../conf/gpu-catalog.yaml");
  private static final Path RECORDINGS = Path.of("src/test/resources/recordings");

  private static final Pattern NVIDIA_CARD =
      Pattern.compile(
          "<product_name>([^<]+)</product_name>.*?(?:<pci_device_id>([^<]+)</pci_device_id>|</gpu>)",
          Pattern.DOTALL);

  private static final Pattern AMD_NAME =
      Pattern.compile(
          "(?:\"Card [Ss]eries\": \"|\"market_name\": \"|MARKET_NAME: |Card series:\\s+)([^\"\\n]+)");

  /**
   * A slice of a P4; three products of one chip, told apart by the revision that rocm-smi does not
   * print; a processor's graphics; what a broken rocm-smi prints instead of a name.
   */
  private static final Set<String> NOT_TO_BE_FOUND =
      Set.of(
          "GRID P4-1Q",
          // NVIDIA's mock of the library gives it the PCI id of a GH200
          "NVIDIA GB200",
          "Navi 22 [Radeon RX 6700/6700 XT / 6800M]",
          "Rembrandt [Radeon 680M]",
          "0x1002");

  private static GpuCatalog catalog = GpuCatalog.EMPTY;

  @BeforeAll
  static void read() throws IOException {
    Problems problems = new Problems();
    catalog = GpuCatalogFiles.read(FILE, GpuCatalog.EMPTY, problems);
    assertThat(problems.all()).isEmpty();
    assertThat(problems.remarks()).isEmpty();
  }

  @Test
  void isSorted() {
    assertThat(catalog.models())
        .isSortedAccordingTo(
            Comparator.<GpuModel, String>comparing(model -> model.vendor().jsonName())
                .thenComparing(model -> model.name().toLowerCase(Locale.ROOT)));
  }

  /** Of the groups the reader demands a source; what stands in the item itself is asked here. */
  @Test
  void saysOfEachModelWhereItIsFrom() {
    assertThat(catalog.models())
        .hasSizeGreaterThan(250)
        .allSatisfy(
            model -> {
              assertThat(model.sources()).as(model.name()).isNotEmpty();
              assertThat(model.family()).as(model.name()).isPresent();
              assertThat(model.architecture()).as(model.name()).isPresent();
            });
  }

  @Test
  void usesEverySourceThatItLists() throws IOException {
    String text = Files.readString(FILE);
    String models = text.substring(text.indexOf("\nmodels:"));
    assertThat(catalog.sources().keySet())
        .allSatisfy(
            word ->
                assertThat(models)
                    .containsPattern(
                        "source: (" + word + "}|\\[([a-z0-9-]+, )*" + word + "[,\\]])"));
  }

  /** Over all recordings of a driver that is known: no card told less. */
  @Test
  void expectsNoMoreMemoryOfACardThanItsDriverTells() throws IOException {
    Pattern card =
        Pattern.compile(
            "<product_name>([^<]+)</product_name>.*?<fb_memory_usage>\\s*<total>(\\d+) MiB",
            Pattern.DOTALL);
    Set<String> seen = new TreeSet<>();
    for (Path file : answersOfNvidiaSmi()) {
      for (String gpu : Files.readString(file).split("</gpu>", -1)) {
        Matcher told = card.matcher(gpu.replaceAll("(?s)<mig_devices>.*</mig_devices>", ""));
        if (told.find() && !ModelName.isVirtual(told.group(1))) {
          long mebibytes = Long.parseLong(told.group(2));
          List<Long> expected =
              catalog.called(told.group(1)).stream()
                  .flatMap(model -> model.reportedMemory().stream())
                  .map(MemorySize::mebibytes)
                  .toList();
          if (!expected.isEmpty()) {
            seen.add(told.group(1));
            // cards of two sizes have one name
            assertThat(expected)
                .as(file + " " + told.group(1))
                .anyMatch(least -> least <= mebibytes && least > mebibytes * 9 / 10);
          }
        }
      }
    }
    assertThat(seen).hasSizeGreaterThan(10).contains("NVIDIA L4", "Tesla K80");
  }

  private static List<Path> answersOfNvidiaSmi() throws IOException {
    List<Path> answers = new ArrayList<>();
    for (Path directory : List.of(RECORDINGS, Path.of("../integration-tests/lab/recordings"))) {
      try (Stream<Path> files = Files.walk(directory)) {
        files.filter(file -> file.toString().endsWith("q-x.xml")).forEach(answers::add);
      }
    }
    return answers;
  }

  @Test
  void findsAModelByWhateverPeopleCallIt() {
    assertThat(catalog.called("nvidia_geforce_rtx_4090"))
        .singleElement()
        .satisfies(model -> assertThat(model.name()).isEqualTo("GeForce RTX 4090"));
    assertThat(catalog.called("l4")).extracting(GpuModel::name).containsExactly("NVIDIA L4");
    assertThat(catalog.called("rtx 3080")).hasSize(2);
    assertThat(catalog.called("A100")).isEmpty();
    assertThat(catalog.like("A100")).hasSizeGreaterThan(1);
    assertThat(catalog.called("nvidia")).isEmpty();
    assertThat(catalog.like("nvidia")).isEmpty();
  }

  @Test
  void findsEachModelByItsOwnNameIdAndMemory() {
    assertThat(catalog.models())
        .allSatisfy(
            model -> {
              Gpu card = card(model, model.name());
              assertThat(catalog.find(card, Optional.empty())).contains(model);
              model
                  .pciIds()
                  .forEach(id -> assertThat(catalog.find(card, Optional.of(id))).contains(model));
            });
  }

  @Test
  void whatIsReadForACardSaysOfItWhatTheWholeSays() {
    GpuCatalogFiles files = new GpuCatalogFiles(Path.of("/no/such/site.yaml"), FILE);
    assertThat(catalog.models())
        .allSatisfy(
            model -> {
              Gpu card = card(model, model.name());
              Optional<PciId> id = model.pciIds().stream().findFirst();
              GpuCatalog part = files.loadFor(List.of(card), gpu -> id).catalog();
              assertThat(part.candidates(card, id)).isEqualTo(catalog.candidates(card, id));
              assertThat(part.candidates(card, Optional.empty()))
                  .isEqualTo(catalog.candidates(card, Optional.empty()));
            });
    Gpu t4 = Catalogs.nvidia("NVIDIA T4");
    assertThat(files.loadFor(List.of(t4), gpu -> Optional.empty()).catalog().models())
        .hasSizeLessThan(20);
  }

  @Test
  void anExcerptKeepsTheLines() throws IOException {
    String text = Files.readString(FILE);
    String excerpt =
        CatalogExcerpt.of(
            text, List.of(CatalogExcerpt.Wanted.of(Catalogs.nvidia("Tesla T4"), Optional.empty())));
    List<String> lines = excerpt.lines().toList();
    List<String> original = text.lines().toList();
    assertThat(lines).hasSameSizeAs(original);
    for (int i = 0; i < lines.size(); i++) {
      assertThat(lines.get(i)).isIn("", original.get(i));
    }
    assertThat(excerpt).contains("\n    model: Tesla T4\n").doesNotContain("model: NVIDIA A40\n");
  }

  /** libdrm has one id for the MI60 and both MI50, one for every Radeon RX Vega. */
  @Test
  void whatSharesAnIdIsToldApartByItsName() {
    Gpu mi50 = Catalogs.gpu(GpuVendor.AMD, "Radeon Instinct MI50 32GB", 32752);
    assertThat(catalog.find(mi50, PciId.parse("1002:66a1:02")))
        .map(GpuModel::name)
        .contains("AMD Radeon Instinct MI50 32GB");
    for (String name : List.of("AMD Radeon RX Vega", "AMD Radeon RX Vega 56")) {
      Gpu vega = Catalogs.gpu(GpuVendor.AMD, name, 8176);
      assertThat(catalog.find(vega, PciId.parse("1002:687f:c1")))
          .map(GpuModel::name)
          .contains(name);
    }
  }

  @Test
  void noLaptopIsADesktopCard() {
    Stream<GpuModel> geForces =
        catalog.models().stream().filter(model -> model.name().startsWith("GeForce"));
    assertThat(geForces.toList())
        .hasSizeGreaterThan(50)
        .allSatisfy(
            model ->
                assertThat(
                        Stream.of(" Laptop GPU", " with Max-Q Design", "M", " Mobile")
                            .map(suffix -> card(model, model.name() + suffix))
                            .filter(gpu -> catalog.find(gpu, Optional.empty()).isPresent()))
                    .isEmpty());
    // pci.ids: TU104M [GeForce RTX 2080 Mobile], whose driver's name is that of the desktop's
    Gpu mobile = Catalogs.nvidia("NVIDIA GeForce RTX 2080", 8192);
    assertThat(catalog.find(mobile, PciId.parse("10de:1e90"))).isEmpty();
  }

  @Test
  void architecturesAreTheWordsThatNvidiasDriverReports() {
    Set<String> words = new TreeSet<>();
    catalog.models().stream()
        .filter(model -> model.vendor() == GpuVendor.NVIDIA)
        .forEach(model -> model.architecture().ifPresent(words::add));
    assertThat(words)
        .containsExactly(
            "ada",
            "ampere",
            "blackwell",
            "hopper",
            "kepler",
            "maxwell",
            "pascal",
            "turing",
            "volta");
  }

  @Test
  void everyRecordedCardIsInIt() throws IOException {
    Map<String, Boolean> found = new TreeMap<>();
    for (String text : recordings("nvidia", ".xml")) {
      Matcher card = NVIDIA_CARD.matcher(text);
      while (card.find()) {
        Gpu gpu = Catalogs.nvidia(card.group(1));
        found.put(card.group(1), catalog.find(gpu, id(card.group(2))).isPresent());
      }
    }
    for (String text : recordings("amd", "")) {
      Matcher name = AMD_NAME.matcher(text);
      while (name.find()) {
        String printed = name.group(1).strip();
        Gpu gpu = Catalogs.gpu(GpuVendor.AMD, printed, 32752);
        found.put(printed, catalog.find(gpu, Optional.empty()).isPresent());
      }
    }
    assertThat(found).hasSizeGreaterThan(25).containsKeys("NVIDIA RTX A5000", "AMD Instinct MI210");
    assertThat(found.entrySet())
        .allSatisfy(
            entry ->
                assertThat(entry.getValue())
                    .as(entry.getKey())
                    .isEqualTo(!NOT_TO_BE_FOUND.contains(entry.getKey())));
  }

  private static Gpu card(GpuModel model, String name) {
    long mebibytes =
        model
            .memory()
            .flatMap(memory -> memory.value().size())
            .map(MemorySize::mebibytes)
            .orElse(0L);
    return Catalogs.gpu(model.vendor(), name, mebibytes);
  }

  /** {@code 223110DE} as nvidia-smi prints it; a hypervisor hides that of an A10G. */
  private static Optional<PciId> id(String printed) {
    return Optional.ofNullable(printed)
        .filter(text -> text.matches("(?!0000)[0-9A-F]{4}10DE"))
        .flatMap(text -> PciId.parse("10de:" + text.substring(0, 4)));
  }

  private static List<String> recordings(String vendor, String ending) throws IOException {
    try (Stream<Path> files = Files.list(RECORDINGS.resolve(vendor))) {
      return files
          .filter(file -> file.toString().endsWith(ending) && !file.toString().endsWith(".md"))
          .sorted()
          .map(ShippedCatalogTest::text)
          .toList();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalStateException(file.toString(), e);
    }
  }
}
