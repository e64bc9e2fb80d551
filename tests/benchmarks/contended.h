// contended: several threads that take one lock for a slice of time.
#ifndef HOLDFAST_TESTS_BENCHMARKS_CONTENDED_H_
#define HOLDFAST_TESTS_BENCHMARKS_CONTENDED_H_

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <latch>
#include <thread>
#include <vector>

#include "tests/benchmarks/contenders.h"
#include "tests/benchmarks/work.h"

namespace holdfast::benchmarks {

struct workload {
  unsigned threads;
  unsigned inside;   // iterations of work() in the critical section
  unsigned outside;  // and between two sections
  bool pin = false;  // thread i to processor i, modulo their number
};

struct slice {
  double rate;      // sections per second, of all threads together
  double fairness;  // the fewest sections of a thread / the most
};

// For a given time, not a given number of sections: with a number, the thread that finishes last works alone.
template <class Lock>
slice contend(const workload& load, std::chrono::nanoseconds time) {
  using clock = std::chrono::steady_clock;
  struct alignas(cache_line) counter {
    std::uint64_t sections = 0;
  };
  Lock lock;
  alignas(cache_line) std::atomic<bool> go{false};
  alignas(cache_line) std::atomic<bool> stop{false};
  std::vector<counter> counters(load.threads);
  std::latch ready(load.threads);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < load.threads; ++i) {
    threads.emplace_back([&, load, i] {
      if (load.pin) pin_to_processor(i);
      ready.count_down();
      go.wait(false);
      std::uint64_t sections = 0;
      while (!stop.load(std::memory_order_relaxed)) {
        lock.lock();
        if (load.inside != 0) work(load.inside);
        lock.unlock();
        if (load.outside != 0) work(load.outside);
        ++sections;
      }
      counters[i].sections = sections;
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
  for (std::thread& t : threads) t.join();

  std::uint64_t all = 0;
  std::uint64_t most = 0;
  std::uint64_t fewest = ~std::uint64_t{0};
  for (const counter& c : counters) {
    all += c.sections;
    most = std::max(most, c.sections);
    fewest = std::min(fewest, c.sections);
  }
  return {static_cast<double>(all) / took.count(), most == 0 ? 0 : static_cast<double>(fewest) / static_cast<double>(most)};
}

}  // namespace holdfast::benchmarks

#endif  // HOLDFAST_TESTS_BENCHMARKS_CONTENDED_H_
