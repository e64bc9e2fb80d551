#include <pthread.h>

#include <shared_mutex>

#include "absl/synchronization/mutex.h"
#include "impl/shared_mutex.h"
#include "tests/benchmarks/families/rows.h"
#include "tests/benchmarks/repeat.h"

namespace holdfast::benchmarks {
namespace {

struct alignas(cache_line) pthread_shared {
  void lock() { pthread_rwlock_wrlock(&mutex); }
  void unlock() { pthread_rwlock_unlock(&mutex); }
  void lock_shared() { pthread_rwlock_rdlock(&mutex); }
  void unlock_shared() { pthread_rwlock_unlock(&mutex); }

  pthread_rwlock_t mutex = PTHREAD_RWLOCK_INITIALIZER;
};

struct alignas(cache_line) absl_shared {
  void lock() { mutex.Lock(); }
  void unlock() { mutex.Unlock(); }
  void lock_shared() { mutex.ReaderLock(); }
  void unlock_shared() { mutex.ReaderUnlock(); }

  absl::Mutex mutex;
};

template <class Mutex>
struct alignas(cache_line) standard_interface {
  void lock() { mutex.lock(); }
  void unlock() { mutex.unlock(); }
  void lock_shared() { mutex.lock_shared(); }
  void unlock_shared() { mutex.unlock_shared(); }

  Mutex mutex;
};
using std_shared = standard_interface<std::shared_mutex>;
using phase_fair = standard_interface<shared_mutex>;
using prefer_readers = standard_interface<basic_shared_mutex<linux_platform, scope::process_private, shared_policy::prefer_readers>>;
using prefer_writers = standard_interface<basic_shared_mutex<linux_platform, scope::process_private, shared_policy::prefer_writers>>;

// One section in so many is a writer's; 0: none.
template <class Mutex, unsigned Writes>
slice sections(const workload& load, std::chrono::nanoseconds time) {
  Mutex m;
  const auto read_and_write = [&](unsigned self, const std::atomic<bool>& stop) {
    std::uint64_t n = self;  // not all write at once
    for (; !stop.load(std::memory_order_relaxed); ++n) {
      const bool writes = Writes != 0 && n % Writes == 0;
      if (writes) {
        m.lock();
        work(load.inside);
        m.unlock();
      } else {
        m.lock_shared();
        work(load.inside);
        m.unlock_shared();
      }
      work(load.outside);
    }
    return n - self;
  };
  return repeat(load, time, read_and_write, words_of(m));
}

template <unsigned Writes>
std::vector<family_contender> everybody() {
  return {{"holdfast", &sections<phase_fair, Writes>},
          {"pthread", &sections<pthread_shared, Writes>},
          {"absl", &sections<absl_shared, Writes>},
          {"std::shared_mutex", &sections<std_shared, Writes>},
          {"holdfast readers", &sections<prefer_readers, Writes>},
          {"holdfast writers", &sections<prefer_writers, Writes>}};
}

}  // namespace

std::vector<family_row> shared_mutex_rows() {
  std::vector<family_row> all;
  for (const unsigned threads : {1u, 2u, 4u, 8u}) {
    const std::string who = std::to_string(threads) + (threads == 1 ? " thread" : " threads");
    all.push_back({"shared mutex, reads, " + who + ", empty", threads, 0, 1, everybody<0>()});
    all.push_back({"shared mutex, reads, " + who + ", 2 us", threads, 2000, 1, everybody<0>()});
    if (threads == 1) continue;
    all.push_back({"shared mutex, 1 of 10 writes, " + who + ", 0.1 us", threads, 100, 1, everybody<10>()});
    all.push_back({"shared mutex, 1 of 100 writes, " + who + ", 0.1 us", threads, 100, 1, everybody<100>()});
  }
  return all;
}

}  // namespace holdfast::benchmarks
