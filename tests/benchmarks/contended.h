// contended: several threads that take one lock for a slice of time.
#ifndef HOLDFAST_TESTS_BENCHMARKS_CONTENDED_H_
#define HOLDFAST_TESTS_BENCHMARKS_CONTENDED_H_

#include <atomic>
#include <chrono>
#include <cstdint>

#include "tests/benchmarks/repeat.h"
#include "tests/benchmarks/work.h"

namespace holdfast::benchmarks {

template <class Lock>
slice contend(const workload& load, std::chrono::nanoseconds time) {
  Lock lock;
  const auto sections = [&lock, load](unsigned, const std::atomic<bool>& stop) {
    std::uint64_t done = 0;
    for (; !stop.load(std::memory_order_relaxed); ++done) {
      lock.lock();
      if (load.inside != 0) work(load.inside);
      lock.unlock();
      if (load.outside != 0) work(load.outside);
    }
    return done;
  };
  return repeat(load, time, sections, words_of(lock));
}

}  // namespace holdfast::benchmarks

#endif  // HOLDFAST_TESTS_BENCHMARKS_CONTENDED_H_
