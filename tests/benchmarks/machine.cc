#include "tests/benchmarks/machine.h"

#include <benchmark/benchmark.h>
#include <dlfcn.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gnu/libc-version.h>
#include <nsync_cpp.h>
#include <nsync_mu.h>
#include <sys/utsname.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/base/config.h"

namespace holdfast::benchmarks {
namespace {

std::string processor() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("model name")) continue;
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::string kernel() {
  utsname u{};
  if (uname(&u) != 0) return "unknown";
  return fmt::format("{} {} {}", u.sysname, u.release, u.machine);
}

std::string load() {
  double averages[3] = {};
  if (getloadavg(averages, 3) != 3) return "unknown";
  return fmt::format("{:.2f} {:.2f} {:.2f}", averages[0], averages[1], averages[2]);
}

// A library without a version in its headers has one in the name of its file: libnsync_cpp.so.1.25.0.
std::string file_version(const void* symbol) {
  Dl_info info{};
  if (dladdr(symbol, &info) == 0 || info.dli_fname == nullptr) return "unknown";
  std::error_code failed;
  const std::string name = std::filesystem::canonical(info.dli_fname, failed).filename().string();
  const std::size_t so = name.find(".so.");
  return failed || so == std::string::npos ? "unknown" : name.substr(so + 4);
}

}  // namespace

facts machine() {
  return {
    {"processor", processor()}, {"processors", std::to_string(std::thread::hardware_concurrency())}, {"kernel", kernel()},
#if defined(__clang__)
        {"compiler", "clang " __clang_version__},
#else
        {"compiler", "g++ " __VERSION__},
#endif
        {"load before", load()}, {
      "date", fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(std::time(nullptr)))
    }
  };
}

facts versions() {
  return {{"glibc", gnu_get_libc_version()},
          {"libstdc++", std::to_string(__GLIBCXX__)},
          {"absl", fmt::format("{}.{}", ABSL_LTS_RELEASE_VERSION, ABSL_LTS_RELEASE_PATCH_LEVEL)},
          {"nsync", file_version(reinterpret_cast<const void*>(&nsync::nsync_mu_lock))},
          {"google-benchmark", file_version(reinterpret_cast<const void*>(&benchmark::ClearRegisteredBenchmarks))}};
}

}  // namespace holdfast::benchmarks
