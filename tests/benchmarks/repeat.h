// repeat: threads that do one thing again and again for a slice of time.
#ifndef HOLDFAST_TESTS_BENCHMARKS_REPEAT_H_
#define HOLDFAST_TESTS_BENCHMARKS_REPEAT_H_

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <latch>
#include <numeric>
#include <thread>
#include <vector>

#include "tests/benchmarks/contenders.h"
#include "tests/benchmarks/rescue.h"
#include "tests/benchmarks/work.h"

namespace holdfast::benchmarks {

struct workload {
  unsigned threads;
  unsigned inside;   // iterations of work() in the critical section
  unsigned outside;  // and between two sections
  bool pin = false;  // thread i to processor i, modulo their number
};

struct slice {
  double rate;      // things per second, of all threads together
  double fairness;  // the fewest of a thread / the most
  bool rescued = false;
};

// `body` of (thread, stop) goes on until `stop` is true, or until another thread ends it, and returns how often it did the thing.
// For a given time, not a given number of things: with a number, the thread that finishes last works alone.
// `slept_on` is what threads may sleep on. If some have not come to their end three seconds after the slice, all who sleep there are woken, as
// the kernel may do for no reason, and the slice is `rescued`: a wake-up was lost.
template <class Body>
slice repeat(const workload& load, std::chrono::nanoseconds time, Body body, futex_words slept_on = {}) {
  using clock = std::chrono::steady_clock;
  alignas(cache_line) std::atomic<bool> go{false};
  alignas(cache_line) std::atomic<bool> stop{false};
  std::vector<std::uint64_t> counts(load.threads);
  std::latch ready(load.threads);
  std::atomic<unsigned> at_work{load.threads};
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < load.threads; ++i) {
    threads.emplace_back([&, i] {
      if (load.pin) pin_to_processor(i);
      ready.count_down();
      go.wait(false);
      counts[i] = body(i, stop);
      at_work.fetch_sub(1, std::memory_order_relaxed);
    });
  }
  ready.wait();
  // Before they go: afterwards this thread may have to wait for a processor, and they would be seen to do more than they did.
  const auto start = clock::now();
  go.store(true);
  go.notify_all();
  std::this_thread::sleep_for(time);
  stop.store(true, std::memory_order_relaxed);
  const std::chrono::duration<double> took = clock::now() - start;
  const bool rescued = wake_until_none(at_work, slept_on);
  for (std::thread& t : threads) t.join();

  const auto all = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
  const auto [fewest, most] = std::minmax_element(counts.begin(), counts.end());
  return {all / took.count(), *most == 0 ? 0 : static_cast<double>(*fewest) / static_cast<double>(*most), rescued};
}

}  // namespace holdfast::benchmarks

#endif  // HOLDFAST_TESTS_BENCHMARKS_REPEAT_H_
