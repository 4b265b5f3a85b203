package org.sobre.jobs.oom;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Words by which a want of memory is known in what a command wrote. They are those of PyTorch,
 * CUDA, HIP, their libraries, XLA, TensorFlow, CuPy, vLLM, llama.cpp and ollama, glibc, Python and
 * Slurm; a recording of each is among the tests.
 */
enum Signature {
  TORCH(Memory.DEVICE, "torch\\.(?:cuda\\.)?OutOfMemoryError|(?:CUDA|HIP) out of memory"),
  CUDA(
      Memory.DEVICE,
      "CUDA error: out of memory|CUDA_ERROR_OUT_OF_MEMORY|cudaErrorMemoryAllocation"
          + "|cudaMalloc\\w* failed|out_of_memory: CUDA"),
  HIP(
      Memory.DEVICE,
      "HIP error: out of memory|hipErrorOutOfMemory|HIP_ERROR_OutOfMemory|hipMalloc\\w* failed"),
  CUBLAS(Memory.DEVICE, "CUBLAS_STATUS_ALLOC_FAILED|HIPBLAS_STATUS_ALLOC_FAILED"),
  CUDNN(Memory.DEVICE, "CUDNN_STATUS_ALLOC_FAILED"),
  VULKAN(
      Memory.DEVICE, "VK_ERROR_OUT_OF_DEVICE_MEMORY|ErrorOutOfDeviceMemory|out of device memory"),
  /** gRPC has the same word for quotas, and TensorFlow for main memory. */
  XLA(
      Memory.DEVICE,
      "RESOURCE[_ ]?EXHAUSTED(?:Error)?:(?![^\\n]*allocator cpu)(?![^\\n]*MemoryError)"
          + "[^\\n]*(?:out of memory|OOM|failed to allocate)"),
  CUPY(Memory.DEVICE, "cupy\\.cuda\\.memory\\.OutOfMemoryError"),
  VLLM(Memory.DEVICE, "No available memory for the cache blocks"),
  /** Pinned memory is main memory, and llama.cpp does without. */
  LLAMA(
      Memory.DEVICE,
      "^(?![^\\n]*(?:pinned|_Host|\\bCPU|_cpu_|_amx_|aligned_malloc))"
          + "[^\\n]*(?<![\\w/.-])(?:ggml_|llama[_.]|ollama\\b(?!/)|(?:CUDA|ROCm|Vulkan)\\d)"
          + "[^\\n]*(?:failed to allocate|unable to allocate|allocation failed|not enough memory"
          + "|insufficient memory|memory allocation of size \\d+ failed)"),

  LLAMA_CPU(
      Memory.HOST,
      "^[^\\n]*(?<![\\w/.-])ggml_\\w*(?:aligned_malloc|_cpu_|_amx_)[^\\n]*(?:failed to allocate"
          + "|insufficient memory)"),
  CPU_ALLOCATOR(Memory.HOST, "DefaultCPUAllocator: (?:can't allocate|not enough) memory"),
  SLURM(Memory.HOST, "Detected \\d+ oom[-_]kill event|srun: error: [^\\n]*: Out Of Memory"),
  DATA_LOADER(
      Memory.HOST, "DataLoader worker \\(pid[^)]*\\) is killed by signal: (?:Killed|Bus error)"),
  PYTHON(
      Memory.HOST, "^(?:[\\w.]*[._])?(?:Array)?MemoryError\\b(?!: std::bad_alloc: out_of_memory)"),
  TENSORFLOW(Memory.HOST, "EXHAUSTED:[^\\n]*(?:allocator cpu|MemoryError)"),
  SYSTEM(
      Memory.HOST,
      "Cannot allocate memory|std::bad_alloc(?!: out_of_memory:"
          + " CUDA)|java\\.lang\\.OutOfMemoryError"),

  /** cuDNN and cuBLAS say so where their workspace does not fit, and of other faults, too. */
  WORKSPACE(Memory.SUSPECT, "CUDNN_STATUS_NOT_SUPPORTED|CUBLAS_STATUS_NOT_INITIALIZED"),

  /** PyTorch before 2.1, as soon as it uses a card. */
  OPTION(Memory.OPTION, "Unrecognized CachingAllocator option: expandable_segments");

  /** Whose memory, if it is certain. */
  enum Memory {
    DEVICE,
    HOST,
    SUSPECT,
    /** Nobody's: the allocator did not take its settings. */
    OPTION
  }

  /** llama.cpp then goes on with less, and what it said before was no end. */
  private static final Pattern RECOVERED =
      Pattern.compile(
          "retrying without pipeline parallelism[^\\n]*(?:\\n|$)", Pattern.CASE_INSENSITIVE);

  private final Memory memory;
  private final Pattern pattern;

  Signature(Memory memory, String regex) {
    this.memory = memory;
    this.pattern = Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
  }

  Memory memory() {
    return memory;
  }

  /** Whether Python programs raise it, catch it, and say so without ending of it. */
  boolean isRaised() {
    return this == TORCH || this == CUDA || this == HIP;
  }

  /** The words that were found. */
  Optional<String> in(String text) {
    Matcher m = pattern.matcher(text);
    return m.find() ? Optional.of(m.group().strip()) : Optional.empty();
  }

  /** What counts of an output: what came after the last failure that was got over. */
  static String relevant(String text) {
    Matcher m = RECOVERED.matcher(text);
    int from = 0;
    while (m.find()) {
      from = m.end();
    }
    return text.substring(from);
  }

  static List<Signature> of(Memory memory) {
    return List.of(values()).stream().filter(s -> s.memory == memory).toList();
  }
}
