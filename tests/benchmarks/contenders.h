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
#include "impl/adaptive_mutex.h"
#include "impl/error_checking_mutex.h"
#include "impl/interruptible_mutex.h"
#include "impl/mcs_mutex.h"
#include "impl/mutex.h"
#include "impl/recursive_mutex.h"
#include "impl/ticket_mutex.h"

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

struct alignas(cache_line) pthread_recursive {
  static constexpr const char* name = "pthread recursive";
  void lock() noexcept { pthread_mutex_lock(&mutex); }
  void unlock() noexcept { pthread_mutex_unlock(&mutex); }

  pthread_mutex_t mutex = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
};

struct alignas(cache_line) pthread_error_checking {
  static constexpr const char* name = "pthread errorcheck";
  void lock() noexcept { pthread_mutex_lock(&mutex); }
  void unlock() noexcept { pthread_mutex_unlock(&mutex); }

  pthread_mutex_t mutex = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
};

struct alignas(cache_line) holdfast_adaptive {
  static constexpr const char* name = "holdfast::adaptive";
  void lock() noexcept { mutex.lock(); }
  void unlock() noexcept { mutex.unlock(); }

  adaptive_mutex mutex;
};

struct alignas(cache_line) holdfast_error_checking {
  static constexpr const char* name = "holdfast::checking";
  void lock() noexcept { static_cast<void>(mutex.lock()); }
  void unlock() noexcept { static_cast<void>(mutex.unlock()); }

  error_checking_mutex mutex;
};

struct alignas(cache_line) holdfast_interruptible {
  static constexpr const char* name = "holdfast::interrupt";
  void lock() noexcept { static_cast<void>(mutex.lock_interruptible()); }
  void unlock() noexcept { mutex.unlock(); }

  interruptible_mutex mutex;
};

// With a node of each thread's own, as a guard has it on the stack.
struct alignas(cache_line) holdfast_mcs {
  static constexpr const char* name = "holdfast::mcs";
  void lock() noexcept { mutex.lock(node); }
  void unlock() noexcept { mutex.unlock(node); }

  mcs_mutex mutex;
  static inline constinit thread_local mcs_mutex::node node;
};

struct alignas(cache_line) holdfast_recursive {
  static constexpr const char* name = "holdfast::recursive";
  void lock() noexcept { mutex.lock(); }
  void unlock() noexcept { mutex.unlock(); }

  recursive_mutex mutex;
};

struct alignas(cache_line) holdfast_ticket {
  static constexpr const char* name = "holdfast::ticket";
  void lock() noexcept { mutex.lock(); }
  void unlock() noexcept { mutex.unlock(); }

  ticket_mutex mutex;
};

}  // namespace holdfast::benchmarks

#endif  // HOLDFAST_TESTS_BENCHMARKS_CONTENDERS_H_
