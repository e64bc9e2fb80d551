// contenders: the locks that are compared, each behind the same two members.
//
// Every lock has a cache line of its own, so that none pays for a neighbour.
#ifndef HOLDFAST_TESTS_BENCHMARKS_CONTENDERS_H_
#define HOLDFAST_TESTS_BENCHMARKS_CONTENDERS_H_

#include <nsync_cpp.h>
#include <nsync_mu.h>
#include <pthread.h>

#include <atomic>
#include <mutex>

#include "absl/synchronization/mutex.h"
#include "impl/mutex.h"

namespace holdfast::benchmarks {

inline constexpr unsigned cache_line = 64;

// The least that a lock can cost: one compare-exchange and one plain store. It cannot wait, so only one thread may use it.
struct alignas(cache_line) bare_pair {
  static constexpr const char* name = "bare pair";
  void lock() noexcept {
    int expected = 0;
    if (!word.compare_exchange_strong(expected, 1, std::memory_order_acquire, std::memory_order_relaxed)) __builtin_trap();
  }
  void unlock() noexcept { word.store(0, std::memory_order_release); }

  std::atomic<int> word{0};
};

struct alignas(cache_line) pthread_normal {
  static constexpr const char* name = "pthread normal";
  void lock() noexcept { pthread_mutex_lock(&mutex); }
  void unlock() noexcept { pthread_mutex_unlock(&mutex); }

  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
};

struct alignas(cache_line) pthread_adaptive {
  static constexpr const char* name = "pthread adaptive";
  void lock() noexcept { pthread_mutex_lock(&mutex); }
  void unlock() noexcept { pthread_mutex_unlock(&mutex); }

  pthread_mutex_t mutex = PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP;
};

struct alignas(cache_line) std_mutex {
  static constexpr const char* name = "std::mutex";
  void lock() { mutex.lock(); }
  void unlock() { mutex.unlock(); }

  std::mutex mutex;
};

struct alignas(cache_line) absl_mutex {
  static constexpr const char* name = "absl::Mutex";
  void lock() { mutex.Lock(); }
  void unlock() { mutex.Unlock(); }

  absl::Mutex mutex;
};

struct alignas(cache_line) nsync_mutex {
  static constexpr const char* name = "nsync_mu";
  void lock() { nsync::nsync_mu_lock(&mutex); }
  void unlock() { nsync::nsync_mu_unlock(&mutex); }

  nsync::nsync_mu mutex = NSYNC_MU_INIT;
};

struct alignas(cache_line) holdfast_mutex {
  static constexpr const char* name = "holdfast::mutex";
  void lock() noexcept { mutex.lock(); }
  void unlock() noexcept { mutex.unlock(); }

  holdfast::mutex mutex;
};

}  // namespace holdfast::benchmarks

#endif  // HOLDFAST_TESTS_BENCHMARKS_CONTENDERS_H_
