package org.sobre.it.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.labs.LabsReader;
import org.sobre.accounting.store.StoreConfig;
import org.sobre.energy.ledger.LedgerConfig;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.hardware.catalog.GpuCatalog;
import org.sobre.hardware.catalog.GpuCatalogFiles;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.Problems;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.config.YamlDocument;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.node.DiscoveryConfig;
import org.sobre.jobs.profile.ProfileReader;
import org.sobre.slurm.node.SlurmConfig;
import org.sobre.slurm.policy.PolicyOptions;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** Files that people write: those of version 1 and those shipped today, by schema and by reader. */
class WrittenByHandTest {

  private static final Path SHIPPED = Path.of("../conf").toAbsolutePath().normalize();

  static List<Path> profiles() throws IOException {
    try (Stream<Path> then = Files.list(Frozen.file("conf/profiles"));
        Stream<Path> today = Files.list(SHIPPED.resolve("profiles"))) {
      return Stream.concat(then, today).sorted().toList();
    }
  }

  static List<Path> factors() {
    return List.of(Frozen.file("conf/factors.yaml"), SHIPPED.resolve("factors.yaml"));
  }

  static List<Path> configurations() {
    return List.of(
        Frozen.file("conf/sobre.yaml"),
        Frozen.file("conf/lab.yaml"),
        SHIPPED.resolve("sobre.yaml"),
        Path.of("lab/conf/sobre.yaml").toAbsolutePath());
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void aProfileKeepsItsSchemaAndIsRead(Path file) throws IOException, ConfigurationException {
    assertThat(Contract.of("profile").asRead(yaml(Contract.read(file)))).isEmpty();
    assertThat(file).hasFileName(ProfileReader.read(file).name() + ".yaml");
  }

  @ParameterizedTest
  @MethodSource("factors")
  void factorsKeepTheirSchemaAndAreRead(Path file) throws IOException, ConfigurationException {
    String text = Contract.read(file);
    String schema = text.contains("schema: " + Factors.SCHEMA_1) ? "factors-1" : "factors";
    assertThat(Contract.of(schema).asRead(yaml(text))).isEmpty();
    assertThat(Factors.load(List.of(file)).grid().entries()).isNotEmpty();
  }

  /** Every key commented out: as a site would that says everything. */
  @Test
  void theShippedFactorsKeepTheirSchemaWithEveryKeySaid(@TempDir Path directory)
      throws IOException, ConfigurationException {
    String said =
        Contract.read(SHIPPED.resolve("factors.yaml"))
            .replaceAll("(?m)^#((?:  +(?:- )?)?[a-zA-Z{])", "$1");
    assertThat(Contract.of("factors").asRead(yaml(said))).isEmpty();
    Factors factors = Factors.load(List.of(Files.writeString(directory.resolve("f.yaml"), said)));
    assertThat(factors.pue().isEmpty()).isFalse();
    assertThat(factors.price().entries()).hasSize(2);
    assertThat(factors.heatReuse().isEmpty()).isFalse();
    assertThat(factors.hardware().gpus()).hasSize(2);
    assertThat(factors.hardware().machines()).hasSize(1);
    assertThat(factors.cloud().models()).hasSize(1);
  }

  @Test
  void labsKeepTheirSchemaAndAreRead(@TempDir Path directory)
      throws IOException, ConfigurationException {
    String text =
        """
        schema: sobre-labs/1
        others: unassigned
        allocation: by-reserved-share
        labs:
          - {lab: Images, accounts: [vision, phd], cluster: cbp, from: 2026-01-01, until: 2027-01-01}
          - {lab: Langues, accounts: nlp}
        """;
    assertThat(Contract.of("labs").asRead(yaml(text))).isEmpty();
    Path file = Files.writeString(directory.resolve("labs.yaml"), text);
    assertThat(LabsReader.load(file).rules()).hasSize(3);
  }

  @Test
  void theShippedPolicyIsTheDefaultsAndItsSchemaTakesEveryKey() throws IOException {
    Path file = SHIPPED.resolve("policy.yaml");
    assertThat(Contract.of("policy").asRead(yaml(Contract.read(file)))).isEmpty();
    Problems problems = new Problems();
    assertThat(PolicyOptions.from(YamlDocument.read(file, problems)))
        .isEqualTo(PolicyOptions.DEFAULT);
    String stated = Contract.read(file).replaceAll("(?m)^# ([a-zA-Z]+: \\S+)$", "$1");
    assertThat(Contract.of("policy").asRead(yaml(stated))).isEmpty();
    PolicyOptions options = PolicyOptions.from(YamlDocument.parse("stated", stated, problems));
    assertThat(options.language()).hasValue(Language.ENGLISH);
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void theGpuCatalogueKeepsItsSchemaAndIsRead() throws IOException {
    Path file = SHIPPED.resolve("gpu-catalog.yaml");
    assertThat(Contract.of("gpu-catalog").asRead(yaml(Contract.read(file)))).isEmpty();
    Problems problems = new Problems();
    assertThat(GpuCatalogFiles.read(file, GpuCatalog.EMPTY, problems).isEmpty()).isFalse();
    assertThat(problems.all()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void aConfigurationKeepsItsSchemaAndIsReadWithoutAProblem(Path file)
      throws IOException, ConfigurationException {
    assertThat(Contract.of("sobre").asRead(yaml(Contract.read(file)))).isEmpty();
    bind(SobreConfig.load(Optional.of(file), "n042"));
  }

  /** Every key commented out with its default: as a site would that says everything. */
  @Test
  void theShippedConfigurationKeepsItsSchemaWithEveryKeySaid(@TempDir Path directory)
      throws IOException, ConfigurationException {
    String said =
        Contract.read(SHIPPED.resolve("sobre.yaml"))
            .replaceAll("(?m)^( *)#((- )?[A-Za-z])", "$1$2");
    assertThat(Contract.of("sobre").asRead(yaml(said))).isEmpty();
    Path file = directory.resolve("sobre.yaml");
    Files.writeString(file, said);
    bind(SobreConfig.load(Optional.of(file), "n042"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sobre/2", "sobre-profile/1", "0"})
  void aConfigurationForAnotherVersionIsRefusedByBoth(String schema) {
    String text = "schema: " + schema + "\ncluster: c\n";
    assertThat(Contract.of("sobre").asRead(yaml(text))).isNotEmpty();
    assertThatThrownBy(() -> bind(SobreConfig.parse("sobre.yaml", text)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("sobre/1");
  }

  @Test
  void aProfileForAnotherVersionIsRefusedByBoth() {
    String text =
        Frozen.text("conf/profiles/sd21-infer.yaml").replace("sobre-profile/1", "sobre-profile/2");
    assertThat(Contract.of("profile").asRead(yaml(text))).isNotEmpty();
    assertThatThrownBy(() -> ProfileReader.parse("sd21-infer.yaml", text))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("sobre-profile/1");
  }

  /** The rule for these files is another one than for ours: a key that nobody knows is an error. */
  @Test
  void aKeyThatNobodyKnowsIsRefusedByBoth() {
    String profile = Frozen.text("conf/profiles/sd21-infer.yaml") + "colour: green\n";
    assertThat(Contract.of("profile").asRead(yaml(profile))).isNotEmpty();
    assertThatThrownBy(() -> ProfileReader.parse("sd21-infer.yaml", profile))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("colour");
    String configuration = Frozen.text("conf/lab.yaml") + "colour: green\n";
    assertThat(Contract.of("sobre").asRead(yaml(configuration))).isNotEmpty();
    assertThatThrownBy(() -> bind(SobreConfig.parse("sobre.yaml", configuration)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("colour");
  }

  private static void bind(SobreConfig config) throws ConfigurationException {
    SlurmConfig.from(config.slurm());
    DiscoveryConfig.from(config.discovery());
    MetersConfig.from(config.meters());
    LedgerConfig.from(config.ledger());
    StoreConfig.from(config.store());
    config.problems().refuseIfAny();
  }

  private static JsonNode yaml(String text) {
    LoaderOptions options = new LoaderOptions();
    DumperOptions unused = new DumperOptions();
    Yaml yaml =
        new Yaml(
            new SafeConstructor(options), new Representer(unused), unused, options, new NoDates());
    return new ObjectMapper().valueToTree(yaml.load(text));
  }

  /** JSON has no dates: what looks like one stays a text. */
  private static final class NoDates extends Resolver {
    @Override
    public void addImplicitResolver(Tag tag, Pattern form, String first, int most) {
      if (!tag.equals(Tag.TIMESTAMP)) {
        super.addImplicitResolver(tag, form, first, most);
      }
    }
  }
}
