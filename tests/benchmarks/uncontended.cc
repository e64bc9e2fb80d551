#include "tests/benchmarks/uncontended.h"

#include <benchmark/benchmark.h>

#include <latch>
#include <thread>

#include "tests/benchmarks/contenders.h"

namespace holdfast::benchmarks {
namespace {

template <class Lock>
void pair_of(benchmark::State& state) {
  static Lock lock;
  for (auto _ : state) {
    lock.lock();
    lock.unlock();
  }
}

template <class... Locks>
struct lock_list {
  static std::vector<std::string> names() { return {Locks::name...}; }
  static void register_all(double seconds) { (benchmark::RegisterBenchmark(Locks::name, &pair_of<Locks>)->MinTime(seconds), ...); }
};

using all_locks = lock_list<bare_pair, pthread_normal, pthread_adaptive, std_mutex, absl_mutex, nsync_mutex, holdfast_mutex,
                            pthread_recursive, pthread_error_checking, holdfast_adaptive, holdfast_error_checking, holdfast_interruptible,
                            holdfast_mcs, holdfast_recursive, holdfast_ticket>;

// Prints nothing; keeps the time.
class keeper : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& r : runs) nanoseconds = r.GetAdjustedCPUTime();
  }

  double nanoseconds = 0;
};

}  // namespace

struct pairs::second_thread {
  std::latch done{1};
  std::thread thread{[this] { done.wait(); }};
};

pairs::pairs(double seconds) : second_(std::make_unique<second_thread>()) { all_locks::register_all(seconds); }

pairs::~pairs() {
  second_->done.count_down();
  second_->thread.join();
  benchmark::ClearRegisteredBenchmarks();
}

std::vector<std::string> pairs::names() { return all_locks::names(); }

double pairs::measure(const std::string& lock) {
  keeper reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter, "^" + lock + "(/|$)");
  return reporter.nanoseconds;
}

}  // namespace holdfast::benchmarks
