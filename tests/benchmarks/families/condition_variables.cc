#include <nsync_cv.h>
#include <nsync_mu.h>
#include <pthread.h>

#include <mutex>

#include "absl/synchronization/mutex.h"
#include "impl/condition_variable.h"
#include "impl/mutex.h"
#include "tests/benchmarks/families/rows.h"
#include "tests/benchmarks/repeat.h"

namespace holdfast::benchmarks {
namespace {

// A mutex and two conditions. notify_all_held is for the owner of the mutex.
struct pthread_monitor {
  void lock() { pthread_mutex_lock(&mutex); }
  void unlock() { pthread_mutex_unlock(&mutex); }
  void wait(unsigned c) { pthread_cond_wait(&conditions[c], &mutex); }
  void notify_one(unsigned c) { pthread_cond_signal(&conditions[c]); }
  void notify_all(unsigned c) { pthread_cond_broadcast(&conditions[c]); }
  void notify_all_held(unsigned c) { notify_all(c); }

  alignas(cache_line) pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t conditions[2] = {PTHREAD_COND_INITIALIZER, PTHREAD_COND_INITIALIZER};
};

struct absl_monitor {
  void lock() { mutex.Lock(); }
  void unlock() { mutex.Unlock(); }
  void wait(unsigned c) { conditions[c].Wait(&mutex); }
  void notify_one(unsigned c) { conditions[c].Signal(); }
  void notify_all(unsigned c) { conditions[c].SignalAll(); }
  void notify_all_held(unsigned c) { notify_all(c); }

  alignas(cache_line) absl::Mutex mutex;
  absl::CondVar conditions[2];
};

struct nsync_monitor {
  void lock() { nsync::nsync_mu_lock(&mutex); }
  void unlock() { nsync::nsync_mu_unlock(&mutex); }
  void wait(unsigned c) { nsync::nsync_cv_wait(&conditions[c], &mutex); }
  void notify_one(unsigned c) { nsync::nsync_cv_signal(&conditions[c]); }
  void notify_all(unsigned c) { nsync::nsync_cv_broadcast(&conditions[c]); }
  void notify_all_held(unsigned c) { notify_all(c); }

  alignas(cache_line) nsync::nsync_mu mutex = NSYNC_MU_INIT;
  nsync::nsync_cv conditions[2] = {NSYNC_CV_INIT, NSYNC_CV_INIT};
};

// A notify_all wakes everybody.
struct holdfast_monitor {
  void lock() { mutex.lock(); }
  void unlock() { mutex.unlock(); }
  void wait(unsigned c) { conditions[c].wait(mutex); }
  void notify_one(unsigned c) { conditions[c].notify_one(); }
  void notify_all(unsigned c) { conditions[c].notify_all(); }
  void notify_all_held(unsigned c) { notify_all(c); }

  alignas(cache_line) holdfast::mutex mutex;
  condition_variable conditions[2];
};

// The owner of the mutex moves those who wait to it.
struct moving_monitor : holdfast_monitor {
  void notify_all_held(unsigned c) { conditions[c].notify_all(mutex); }
};

// Two threads hand a turn to and fro. The first ends it.
template <class Monitor>
slice ping_pong(const workload& load, std::chrono::nanoseconds time) {
  constexpr unsigned over = 2;
  Monitor m;
  unsigned turn = 0;
  return repeat(load, time, [&](unsigned self, const std::atomic<bool>& stop) {
    std::uint64_t rounds = 0;
    m.lock();
    for (;;) {
      while (turn == 1 - self) m.wait(self);
      const bool ends = turn == over || (self == 0 && stop.load(std::memory_order_relaxed));
      turn = ends ? over : 1 - self;
      m.notify_one(1 - self);
      if (ends) break;
      ++rounds;
    }
    m.unlock();
    return self == 0 ? rounds : 0;
  });
}

// The first thread wakes all others once they wait, and waits until they do again.
template <class Monitor, bool Held>
slice broadcast(const workload& load, std::chrono::nanoseconds time) {
  constexpr unsigned next = 0;
  constexpr unsigned all_wait = 1;
  Monitor m;
  std::uint64_t generation = 0;
  unsigned waiting = 0;
  bool over = false;
  const unsigned others = load.threads - 1;
  const auto wake = [&](const std::atomic<bool>& stop) {
    std::uint64_t broadcasts = 0;
    for (bool ends = false; !ends; ++broadcasts) {
      m.lock();
      while (waiting != others) m.wait(all_wait);
      waiting = 0;
      ++generation;
      over = ends = stop.load(std::memory_order_relaxed);
      if (Held) m.notify_all_held(next);
      if (load.inside != 0) work(load.inside);
      m.unlock();
      if (!Held) m.notify_all(next);
    }
    return broadcasts;
  };
  const auto be_woken = [&] {
    m.lock();
    while (!over) {
      const std::uint64_t seen = generation;
      if (++waiting == others) m.notify_one(all_wait);
      while (generation == seen) m.wait(next);
      if (load.inside != 0) work(load.inside);
    }
    m.unlock();
    return std::uint64_t{0};
  };
  return repeat(load, time, [&](unsigned self, const std::atomic<bool>& stop) { return self == 0 ? wake(stop) : be_woken(); });
}

}  // namespace

std::vector<family_row> condition_variable_rows() {
  // The goal of a broadcast: at most 0.75 of pthread's time.
  return {{"condition variable, ping-pong",
           2,
           0,
           1,
           {{"holdfast", &ping_pong<holdfast_monitor>},
            {"pthread", &ping_pong<pthread_monitor>},
            {"absl", &ping_pong<absl_monitor>},
            {"nsync", &ping_pong<nsync_monitor>}}},
          {"condition variable, broadcast to 8, held",
           9,
           0,
           1 / 0.75,
           {{"holdfast", &broadcast<holdfast_monitor, true>},
            {"pthread", &broadcast<pthread_monitor, true>},
            {"absl", &broadcast<absl_monitor, true>},
            {"nsync", &broadcast<nsync_monitor, true>},
            {"holdfast, moving", &broadcast<moving_monitor, true>}}},
          {"condition variable, broadcast to 8, held 10 us",
           9,
           10000,
           1,
           {{"holdfast", &broadcast<holdfast_monitor, true>},
            {"pthread", &broadcast<pthread_monitor, true>},
            {"absl", &broadcast<absl_monitor, true>},
            {"nsync", &broadcast<nsync_monitor, true>},
            {"holdfast, moving", &broadcast<moving_monitor, true>}}},
          {"condition variable, broadcast to 8, released",
           9,
           0,
           1,
           {{"holdfast", &broadcast<holdfast_monitor, false>},
            {"pthread", &broadcast<pthread_monitor, false>},
            {"absl", &broadcast<absl_monitor, false>},
            {"nsync", &broadcast<nsync_monitor, false>}}}};
}

}  // namespace holdfast::benchmarks
