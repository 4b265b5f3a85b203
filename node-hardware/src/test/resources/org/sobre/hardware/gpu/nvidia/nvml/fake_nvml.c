/*
 * A stand-in for NVIDIA's libnvidia-ml.so.1, compiled by the tests, for machines without a card. It has the calls that Sobre makes and no
 * others, with the layouts of nvml.h (API version 13), and answers from the files of one directory, -DSTATE="...", looked at anew in each call:
 *   cards            one line a card: PCI-ADDRESS UUID NAME...
 *   clock            milliseconds that have passed; without it the kernel's monotonic clock, from the first call on
 *   power.N          of card N (from 0): lines "MILLISECONDS MILLIWATTS", each power from its time on
 *   counter.N        "NUMERATOR DENOMINATOR OFFSET [frozen]": how the counter lies, in millijoules
 *   busy.N, used.N   percent; bytes
 *   celsius.N        temperature; without it the card tells none
 *   limit.N          milliwatts that the card starts with; without it the card tells none
 *   fault.CALL, fault.CALL.N   what the call answers: a number of nvmlReturn_t, hang (until the file goes), crash
 *   trace            written: a line a call, CALL or CALL N
 * -DBEFORE_VOLTA, -DBEFORE_FIELDS, -DBEFORE_MEMORY_V2 leave out what older drivers lack.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef int nvmlReturn_t;
typedef struct card { int number; char uuid[96]; char name[96]; } *nvmlDevice_t;
typedef struct { unsigned int gpu, memory; } nvmlUtilization_t;
typedef struct { unsigned long long total, free, used; } nvmlMemory_t;
typedef struct { unsigned int version; unsigned long long total, reserved, free, used; } nvmlMemory_v2_t;
typedef union { double d; unsigned int ui; unsigned long ul; unsigned long long ull; long long ll; } nvmlValue_t;
typedef struct { unsigned int fieldId, scopeId; long long timestamp, latencyUsec; int valueType; nvmlReturn_t nvmlReturn; nvmlValue_t value; } nvmlFieldValue_t;

/* as gcc lays out nvml.h itself on x86_64 and aarch64 */
_Static_assert(sizeof(nvmlDevice_t) == 8 && sizeof(nvmlUtilization_t) == 8 && sizeof(nvmlMemory_t) == 24, "handles and plain structs");
_Static_assert(sizeof(nvmlMemory_v2_t) == 40 && __builtin_offsetof(nvmlMemory_v2_t, used) == 32, "nvmlMemory_v2_t");
_Static_assert(sizeof(nvmlFieldValue_t) == 40 && __builtin_offsetof(nvmlFieldValue_t, valueType) == 24 &&
    __builtin_offsetof(nvmlFieldValue_t, nvmlReturn) == 28 && __builtin_offsetof(nvmlFieldValue_t, value) == 32, "nvmlFieldValue_t");

enum { SUCCESS = 0, UNINITIALIZED = 1, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6, ARGUMENT_VERSION_MISMATCH = 25 };
enum { CARDS = 16 };
static struct card cards[CARDS];
static int initialized;

static FILE *state(const char *name, int number, const char *mode) {
  char path[4096];
  if (number < 0) snprintf(path, sizeof path, "%s/%s", STATE, name);
  else snprintf(path, sizeof path, "%s/%s.%d", STATE, name, number);
  return fopen(path, mode);
}

static long long now_ms(void) {
  long long ms = 0;
  FILE *file = state("clock", -1, "r");
  if (file) {
    if (fscanf(file, "%lld", &ms) != 1) ms = 0;
    fclose(file);
    return ms;
  }
  static struct timespec first;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (!first.tv_sec) first = now;
  return (now.tv_sec - first.tv_sec) * 1000LL + (now.tv_nsec - first.tv_nsec) / 1000000;
}

/* The integral of the power function up to then, in microjoules; its value there, in milliwatts, through `power`. */
static long long energy_uj(int number, long long until, long long *power) {
  FILE *file = state("power", number, "r");
  long long at, mw, before = 0, sum = 0;
  *power = 0;
  if (!file) return 0;
  while (fscanf(file, "%lld %lld", &at, &mw) == 2 && at <= until) {
    sum += (at - before) * *power;
    before = at;
    *power = mw;
  }
  fclose(file);
  return sum + (until - before) * *power;
}

static int fault_of(const char *call, int number) {
  char name[256], word[32] = "";
  int code = SUCCESS;
  snprintf(name, sizeof name, "fault.%s", call);
  for (;;) {
    FILE *file = state(name, number, "r");
    if (!file) return code;
    if (fscanf(file, "%31s", word) != 1) word[0] = 0;
    fclose(file);
    if (!strcmp(word, "crash")) raise(SIGSEGV);
    if (strcmp(word, "hang")) return atoi(word);
    usleep(5000);
  }
}

/* Traces the call; what it answers before it does anything. */
static int enter(const char *call, nvmlDevice_t device) {
  int number = device ? device->number : -1;
  FILE *trace = state("trace", -1, "a");
  if (trace) {
    if (number < 0) fprintf(trace, "%s\n", call);
    else fprintf(trace, "%s %d\n", call, number);
    fclose(trace);
  }
  int code = fault_of(call, -1);
  if (!code && number >= 0) code = fault_of(call, number);
  return code;
}

#define ENTER(device) do { int code = enter(__func__, device); if (code) return code; if (!initialized) return UNINITIALIZED; } while (0)

static long long number_in(const char *name, int number, long long otherwise) {
  FILE *file = state(name, number, "r");
  long long value = otherwise;
  if (file) {
    if (fscanf(file, "%lld", &value) != 1) value = otherwise;
    fclose(file);
  }
  return value;
}

nvmlReturn_t nvmlInit_v2(void) {
  int code = enter(__func__, NULL);
  if (!code) initialized++;
  return code;
}

nvmlReturn_t nvmlShutdown(void) {
  ENTER(NULL);
  initialized--;
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetHandleByPciBusId_v2(const char *busId, nvmlDevice_t *device) {
  unsigned int domain, bus, slot, function, d, b, s, f;
  char line[512];
  if (!initialized) return UNINITIALIZED;
  if (sscanf(busId, "%x:%x:%x.%x", &domain, &bus, &slot, &function) != 4) return INVALID_ARGUMENT;
  FILE *file = state("cards", -1, "r");
  for (int number = 0; file && number < CARDS && fgets(line, sizeof line, file); number++) {
    struct card *card = &cards[number];
    card->number = number;
    if (sscanf(line, "%x:%x:%x.%x %95s %95[^\n]", &d, &b, &s, &f, card->uuid, card->name) == 6 && d == domain && b == bus && s == slot && f == function) {
      fclose(file);
      int code = enter(__func__, card);
      *device = card;
      return code;
    }
  }
  if (file) fclose(file);
  return NOT_FOUND;
}

nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t device, char *uuid, unsigned int length) {
  ENTER(device);
  snprintf(uuid, length, "%s", device->uuid);
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t device, char *name, unsigned int length) {
  ENTER(device);
  snprintf(name, length, "%s", device->name);
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetPowerUsage(nvmlDevice_t device, unsigned int *milliwatts) {
  long long power;
  ENTER(device);
  energy_uj(device->number, now_ms(), &power);
  *milliwatts = (unsigned int) power;
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t device, nvmlUtilization_t *utilization) {
  ENTER(device);
  utilization->gpu = (unsigned int) number_in("busy", device->number, 0);
  utilization->memory = utilization->gpu / 2;
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetTemperature(nvmlDevice_t device, int sensor, unsigned int *celsius) {
  ENTER(device);
  if (sensor != 0) return INVALID_ARGUMENT;
  long long told = number_in("celsius", device->number, -1);
  if (told < 0) return NOT_SUPPORTED;
  *celsius = (unsigned int) told;
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t *memory) {
  ENTER(device);
  memory->total = 48ULL << 30;
  /* the older struct counts the reserved part as used */
  memory->used = (unsigned long long) number_in("used", device->number, 0) + (512ULL << 20);
  memory->free = memory->total - memory->used;
  return SUCCESS;
}

#ifndef BEFORE_VOLTA
nvmlReturn_t nvmlDeviceGetTotalEnergyConsumption(nvmlDevice_t device, unsigned long long *millijoules) {
  long long power, numerator = 1, denominator = 1, offset = 0;
  char frozen[16] = "";
  ENTER(device);
  FILE *file = state("counter", device->number, "r");
  if (file) {
    if (fscanf(file, "%lld %lld %lld %15s", &numerator, &denominator, &offset, frozen) < 3) numerator = denominator = 1;
    fclose(file);
  }
  long long truth = strcmp(frozen, "frozen") ? energy_uj(device->number, now_ms(), &power) / 1000 : 0;
  *millijoules = (unsigned long long) (truth * numerator / denominator + offset);
  return SUCCESS;
}
#endif

#ifndef BEFORE_FIELDS
nvmlReturn_t nvmlDeviceGetFieldValues(nvmlDevice_t device, int count, nvmlFieldValue_t *values) {
  ENTER(device);
  for (int i = 0; i < count; i++) {
    nvmlFieldValue_t *field = &values[i];
    long long power, until = now_ms(), from = until < 1000 ? 0 : until - 1000;
    char name[32];
    snprintf(name, sizeof name, "field%u", field->fieldId);
    field->timestamp = until * 1000;
    field->latencyUsec = 100;
    field->nvmlReturn = fault_of(name, device->number);
    field->valueType = 1;
    field->value.ull = 0xFFFFFFFFFFFFFFFFULL;
    if (field->nvmlReturn) continue;
    if (field->scopeId != 0) {
      field->nvmlReturn = NOT_SUPPORTED;
    } else if (field->fieldId == 186) {
      energy_uj(device->number, until, &power);
      field->value.ui = (unsigned int) power;
    } else if (field->fieldId == 185) {
      long long ignored, joules = energy_uj(device->number, until, &power) - energy_uj(device->number, from, &ignored);
      field->value.ui = (unsigned int) (until > from ? joules / (until - from) : power);
    } else if (field->fieldId == 189 && number_in("limit", device->number, -1) >= 0) {
      field->value.ui = (unsigned int) number_in("limit", device->number, -1);
    } else {
      field->nvmlReturn = NOT_SUPPORTED;
    }
  }
  return SUCCESS;
}
#endif

#ifndef BEFORE_MEMORY_V2
nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t device, nvmlMemory_v2_t *memory) {
  ENTER(device);
  if (memory->version != (sizeof *memory | 2U << 24)) return ARGUMENT_VERSION_MISMATCH;
  memory->total = 48ULL << 30;
  memory->reserved = 512ULL << 20;
  memory->used = (unsigned long long) number_in("used", device->number, 0);
  memory->free = memory->total - memory->reserved - memory->used;
  return SUCCESS;
}
#endif
