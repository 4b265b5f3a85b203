package org.sobre.hardware.gpu.nvidia.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/** Through the real JNA, into a library that is compiled here: see {@link FakeNvml}. */
class JnaNvmlTest {

  private static final PciAddress FIRST = new PciAddress(0, 0x17, 0, 0);
  private static final PciAddress SECOND = new PciAddress(1, 0xc3, 0, 0);

  @TempDir Path directory;
  private Optional<NvmlLibrary> opened = Optional.empty();

  @AfterEach
  void close() {
    opened.ifPresent(NvmlLibrary::close);
  }

  private NvmlLibrary open(FakeNvml fake) {
    fake.put("cards", "00000000:17:00.0 GPU-a NVIDIA A\n00000001:C3:00.0 GPU-b NVIDIA L40S\n");
    fake.put("clock", "2500\n");
    fake.put("power.1", "0 100000\n2000 300000\n");
    fake.put("busy.1", "97\n");
    fake.put("used.1", "8589934592\n");
    fake.put("celsius.1", "67\n");
    NvmlLibrary library = fake.open().measured().orElseThrow();
    opened = Optional.of(library);
    return library;
  }

  @Test
  void aCardTellsWhatNvmlSays() throws IOException, NvmlException {
    NvmlLibrary library = open(FakeNvml.compile(directory));
    library.init();
    long card = library.deviceAt(SECOND);

    assertThat(library.uuid(card)).isEqualTo("GPU-b");
    assertThat(library.name(card)).isEqualTo("NVIDIA L40S");
    assertThat(library.totalEnergyMillijoules(card)).isEqualTo(2_000 * 100 + 500 * 300);
    assertThat(library.power(card))
        .isEqualTo(new NvmlPower(OptionalLong.of(200_000), OptionalLong.of(300_000)));
    assertThat(library.powerUsageMilliwatts(card)).isEqualTo(300_000);
    assertThat(library.busyPercent(card)).isEqualTo(97);
    assertThat(library.memoryUsedBytes(card)).isEqualTo(8L << 30);
    assertThat(library.celsius(card)).isEqualTo(67);
    library.shutdown();
  }

  @Test
  void aCardTellsTheLimitItStartsWith() throws IOException, NvmlException {
    FakeNvml fake = FakeNvml.compile(directory);
    NvmlLibrary library = open(fake);
    library.init();
    long card = library.deviceAt(SECOND);
    assertThatThrownBy(() -> library.defaultLimitMilliwatts(card))
        .isInstanceOf(NvmlException.class);

    fake.put("limit.1", "450000\n");
    assertThat(library.defaultLimitMilliwatts(card)).isEqualTo(450_000);
  }

  @Test
  void onlyTheCardThatIsAskedForIsOpened() throws IOException, NvmlException {
    FakeNvml fake = FakeNvml.compile(directory);
    NvmlLibrary library = open(fake);
    library.init();
    library.uuid(library.deviceAt(SECOND));
    library.shutdown();

    assertThat(fake.trace())
        .containsExactly(
            "nvmlInit_v2",
            "nvmlDeviceGetHandleByPciBusId_v2 1",
            "nvmlDeviceGetUUID 1",
            "nvmlShutdown");
  }

  @Test
  void valuesBeyondThirtyOneBitsAreNotNegative() throws IOException, NvmlException {
    FakeNvml fake = FakeNvml.compile(directory);
    NvmlLibrary library = open(fake);
    fake.put("counter.1", "1 1 8000000000000\n");
    fake.put("power.1", "0 3000000000\n");
    library.init();
    long card = library.deviceAt(SECOND);

    assertThat(library.powerUsageMilliwatts(card)).isEqualTo(3_000_000_000L);
    assertThat(library.power(card).instantMilliwatts()).hasValue(3_000_000_000L);
    assertThat(library.totalEnergyMillijoules(card)).isGreaterThan(8_000_000_000_000L);
  }

  @Test
  void anOlderDriverLacksCallsAndTheOthersWork() throws IOException, NvmlException {
    NvmlLibrary library =
        open(FakeNvml.compile(directory, "BEFORE_VOLTA", "BEFORE_FIELDS", "BEFORE_MEMORY_V2"));
    library.init();
    long card = library.deviceAt(SECOND);

    assertThatThrownBy(() -> library.totalEnergyMillijoules(card))
        .isInstanceOfSatisfying(
            NvmlException.class,
            e -> assertThat(e.status()).isEqualTo(NvmlStatus.FUNCTION_NOT_FOUND));
    assertThatThrownBy(() -> library.power(card)).isInstanceOf(NvmlException.class);
    assertThat(library.powerUsageMilliwatts(card)).isEqualTo(300_000);
    assertThat(library.memoryUsedBytes(card))
        .as("the older struct counts the reserved part as used")
        .isEqualTo((8L << 30) + (512L << 20));
  }

  @Test
  void aFieldThatTheCardDoesNotHaveIsAbsentAndTheOtherIsThere() throws IOException, NvmlException {
    FakeNvml fake = FakeNvml.compile(directory);
    NvmlLibrary library = open(fake);
    fake.put("fault.field185.1", "3\n");
    library.init();

    assertThat(library.power(library.deviceAt(SECOND)))
        .isEqualTo(new NvmlPower(OptionalLong.empty(), OptionalLong.of(300_000)));
  }

  @ParameterizedTest
  @CsvSource({
    "1, UNINITIALIZED, FAILED",
    "3, NOT_SUPPORTED, NOT_SUPPORTED",
    "4, NO_PERMISSION, NO_PERMISSION",
    "9, DRIVER_NOT_LOADED, NOT_PRESENT",
    "10, TIMEOUT, TIMED_OUT",
    "13, FUNCTION_NOT_FOUND, NOT_SUPPORTED",
    "15, GPU_IS_LOST, FAILED",
    "16, RESET_REQUIRED, FAILED",
    "17, OPERATING_SYSTEM, NO_PERMISSION",
    "18, LIB_RM_VERSION_MISMATCH, FAILED",
    "27, NOT_READY, FAILED",
    "999, OTHER, FAILED",
    "77, OTHER, FAILED",
  })
  void aRefusalIsNamed(int code, NvmlStatus status, Reason reason)
      throws IOException, NvmlException {
    FakeNvml fake = FakeNvml.compile(directory);
    NvmlLibrary library = open(fake);
    library.init();
    long card = library.deviceAt(FIRST);
    fake.put("fault.nvmlDeviceGetPowerUsage.0", code + "\n");

    assertThatThrownBy(() -> library.powerUsageMilliwatts(card))
        .hasMessageContaining("nvmlDeviceGetPowerUsage")
        .hasMessageContaining("(" + code + ")")
        .isInstanceOfSatisfying(
            NvmlException.class,
            e -> {
              assertThat(e.status()).isEqualTo(status);
              assertThat(e.status().reason()).isEqualTo(reason);
            });
  }

  @Test
  void aCardThatIsNotThereIsNotPresent() throws IOException, NvmlException {
    NvmlLibrary library = open(FakeNvml.compile(directory));
    library.init();

    assertThatThrownBy(() -> library.deviceAt(new PciAddress(0, 1, 0, 0)))
        .isInstanceOfSatisfying(
            NvmlException.class, e -> assertThat(e.status()).isEqualTo(NvmlStatus.NOT_FOUND));
  }

  @Test
  void noLibraryAndABrokenOneAreNotPresent() throws IOException {
    Path broken = Files.writeString(directory.resolve("libnvidia-ml.so.1"), "not a library");
    for (String name : List.of(broken.toString(), "libno-such-library-anywhere.so.1")) {
      assertThat(JnaNvml.open(name))
          .isInstanceOfSatisfying(
              Reading.Unavailable.class,
              none -> assertThat(none.reason()).isEqualTo(Reason.NOT_PRESENT));
    }
  }

  @Test
  void oneIsOpenAtATimeAndAnotherAfterIt() throws IOException, NvmlException {
    FakeNvml fake = FakeNvml.compile(directory);
    NvmlLibrary first = open(fake);
    assertThat(fake.open().measured()).isEmpty();
    first.close();
    opened = Optional.empty();

    NvmlLibrary second = open(fake);
    second.init();
    assertThat(second.uuid(second.deviceAt(FIRST))).isEqualTo("GPU-a");
  }

  /** No CUDA context, no profiling counters: what is bound is what can be called. */
  @Test
  void nothingElseOfTheLibraryIsBound() {
    List<Class<?>> classes = new ArrayList<>(NvmlCalls.LATER);
    classes.add(NvmlCalls.Core.class);
    assertThat(
            classes.stream()
                .flatMap(calls -> Stream.of(calls.getDeclaredMethods()))
                .filter(method -> Modifier.isNative(method.getModifiers()))
                .map(Method::getName))
        .containsExactlyInAnyOrder(
            "nvmlInit_v2",
            "nvmlShutdown",
            "nvmlDeviceGetHandleByPciBusId_v2",
            "nvmlDeviceGetUUID",
            "nvmlDeviceGetName",
            "nvmlDeviceGetTotalEnergyConsumption",
            "nvmlDeviceGetFieldValues",
            "nvmlDeviceGetPowerUsage",
            "nvmlDeviceGetUtilizationRates",
            "nvmlDeviceGetTemperature",
            "nvmlDeviceGetMemoryInfo",
            "nvmlDeviceGetMemoryInfo_v2");
    assertThat(Arrays.stream(NvmlCalls.class.getDeclaredClasses()).toList())
        .as("classes that bind calls")
        .containsExactlyInAnyOrderElementsOf(classes);
    assertThat(JnaNvml.class.getDeclaredMethods())
        .noneMatch(method -> Modifier.isNative(method.getModifiers()));
  }
}
