#include "tests/benchmarks/work.h"

#include <fcntl.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "impl/linux/linux_platform.h"

namespace holdfast::benchmarks {
namespace {

using std::chrono::nanoseconds;

template <class Body>
double best_time(unsigned tries, unsigned count, Body body) noexcept {
  using clock = std::chrono::steady_clock;
  double best = 1e300;
  for (unsigned i = 0; i < tries; ++i) {
    const auto start = clock::now();
    body();
    const std::chrono::duration<double, std::nano> took = clock::now() - start;
    best = std::min(best, took.count() / count);
  }
  return best;
}

nanoseconds own_time() noexcept {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return std::chrono::seconds(t.tv_sec) + nanoseconds(t.tv_nsec);
}

// The first line of /proc/stat: ticks of user, nice, system, idle, iowait, irq, softirq, steal.
nanoseconds busy_ticks() noexcept {
  std::FILE* f = std::fopen("/proc/stat", "re");
  if (f == nullptr) return nanoseconds(0);
  long long t[8] = {};
  const int n = std::fscanf(f, "cpu %lld %lld %lld %lld %lld %lld %lld %lld", t, t + 1, t + 2, t + 3, t + 4, t + 5, t + 6, t + 7);
  std::fclose(f);
  if (n < 7) return nanoseconds(0);
  return nanoseconds((t[0] + t[1] + t[2] + t[5] + t[6] + t[7]) * (1'000'000'000LL / sysconf(_SC_CLK_TCK)));
}

}  // namespace

[[gnu::noinline]] void work(unsigned iterations) noexcept {
  for (unsigned i = 0; i < iterations; ++i) asm volatile("");
}

double nanoseconds_per_iteration() noexcept {
  constexpr unsigned count = 1'000'000;
  return best_time(20, count, [] { work(count); });
}

double nanoseconds_per_pause() noexcept {
  constexpr unsigned count = 10'000;
  return best_time(20, count, [] {
    for (unsigned i = 0; i < count; ++i) pause_processor();
  });
}

void pin_to_processor(unsigned number) noexcept {
  static const cpu_set_t usable = [] {
    cpu_set_t all;
    CPU_ZERO(&all);
    sched_getaffinity(getpid(), sizeof all, &all);
    return all;
  }();
  const int count = CPU_COUNT(&usable);
  if (count == 0) return;
  int skip = static_cast<int>(number % static_cast<unsigned>(count));
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &usable) || skip-- > 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    sched_setaffinity(0, sizeof one, &one);
    return;
  }
}

other_processes::other_processes() noexcept : accounting_(open("/sys/fs/cgroup/cpuacct/cpuacct.usage", O_RDONLY | O_CLOEXEC)) {}

other_processes::~other_processes() {
  if (accounting_ >= 0) close(accounting_);
}

nanoseconds other_processes::used() const noexcept {
  if (accounting_ < 0) return busy_ticks() - own_time();
  char text[32] = {};
  if (pread(accounting_, text, sizeof text - 1, 0) <= 0) return nanoseconds(0);
  return nanoseconds(std::strtoll(text, nullptr, 10)) - own_time();
}

}  // namespace holdfast::benchmarks
