// repeat: threads that do one thing again and again for a slice of time.
#ifndef HOLDFAST_TESTS_BENCHMARKS_FAMILIES_REPEAT_H_
#define HOLDFAST_TESTS_BENCHMARKS_FAMILIES_REPEAT_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <latch>
#include <thread>
#include <vector>

#include "tests/benchmarks/contended.h"

namespace holdfast::benchmarks {

// `body` of (thread, stop) goes on until `stop` is true, or until another thread ends it, and returns how often it did the thing.
template <class Body>
slice repeat(const workload& load, std::chrono::nanoseconds time, Body body) {
  using clock = std::chrono::steady_clock;
  alignas(cache_line) std::atomic<bool> go{false};
  alignas(cache_line) std::atomic<bool> stop{false};
  std::vector<std::uint64_t> counts(load.threads);
  std::latch ready(load.threads);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < load.threads; ++i) {
    threads.emplace_back([&, i] {
      if (load.pin) pin_to_processor(i);
      ready.count_down();
      go.wait(false);
      counts[i] = body(i, stop);
    });
  }
  ready.wait();
  const auto start = clock::now();
  go.store(true);
  go.notify_all();
  std::this_thread::sleep_for(time);
  stop.store(true, std::memory_order_relaxed);
  const std::chrono::duration<double> took = clock::now() - start;
  for (std::thread& t : threads) t.join();
  std::uint64_t all = 0;
  for (const std::uint64_t c : counts) all += c;
  return {static_cast<double>(all) / took.count(), 1};
}

}  // namespace holdfast::benchmarks

#endif  // HOLDFAST_TESTS_BENCHMARKS_FAMILIES_REPEAT_H_
