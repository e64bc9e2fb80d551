#include <pthread.h>

#include "impl/pi_mutex.h"
#include "impl/robust_mutex.h"
#include "impl/robust_pi_mutex.h"
#include "tests/benchmarks/contended.h"
#include "tests/benchmarks/families/rows.h"

namespace holdfast::benchmarks {
namespace {

template <int Robust, int Protocol>
struct alignas(cache_line) pthread_owned {
  pthread_owned() {
    pthread_mutexattr_t how;
    pthread_mutexattr_init(&how);
    pthread_mutexattr_setrobust(&how, Robust);
    pthread_mutexattr_setprotocol(&how, Protocol);
    pthread_mutex_init(&mutex, &how);
    pthread_mutexattr_destroy(&how);
  }
  ~pthread_owned() { pthread_mutex_destroy(&mutex); }
  void lock() noexcept { pthread_mutex_lock(&mutex); }
  void unlock() noexcept { pthread_mutex_unlock(&mutex); }

  pthread_mutex_t mutex;
};
using pthread_robust = pthread_owned<PTHREAD_MUTEX_ROBUST, PTHREAD_PRIO_NONE>;
using pthread_robust_pi = pthread_owned<PTHREAD_MUTEX_ROBUST, PTHREAD_PRIO_INHERIT>;
using pthread_pi = pthread_owned<PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_INHERIT>;

struct alignas(cache_line) holdfast_robust {
  void lock() noexcept { static_cast<void>(mutex.lock()); }
  void unlock() noexcept { mutex.unlock(); }

  robust_mutex mutex;
};

struct alignas(cache_line) holdfast_robust_pi {
  void lock() noexcept { static_cast<void>(mutex.lock()); }
  void unlock() noexcept { mutex.unlock(); }

  robust_pi_mutex mutex;
};

struct alignas(cache_line) holdfast_pi {
  void lock() noexcept { mutex.lock(); }
  void unlock() noexcept { mutex.unlock(); }

  pi_mutex mutex;
};

// Uncontended: at most 0.8 of pthread's time.
template <class Ours, class Peer>
void add(std::vector<family_row>& all, const std::string& kind) {
  const std::vector<family_contender> locks = {{"holdfast", &contend<Ours>}, {"pthread", &contend<Peer>}};
  all.push_back({kind + ", uncontended", 1, 0, 1 / 0.8, locks});
  for (const unsigned threads : {2u, 4u, 8u}) {
    all.push_back({kind + ", " + std::to_string(threads) + " threads, empty", threads, 0, 1, locks});
    all.push_back({kind + ", " + std::to_string(threads) + " threads, 2 us", threads, 2000, 1, locks});
  }
}

}  // namespace

std::vector<family_row> owned_mutex_rows() {
  std::vector<family_row> all;
  add<holdfast_robust, pthread_robust>(all, "robust mutex");
  add<holdfast_pi, pthread_pi>(all, "PI mutex");
  add<holdfast_robust_pi, pthread_robust_pi>(all, "robust PI mutex");
  return all;
}

}  // namespace holdfast::benchmarks
