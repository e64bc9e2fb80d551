// random_kills: processes that contend for a robust mutex are killed at random instants, and nobody is left behind.
//
// In each round a few processes contend for one mutex; one is killed at a random moment, and the others are told to stop after the turn
// that they are waiting for. All must come to their end, whatever the kill has interrupted.
#ifndef HOLDFAST_TESTS_RANDOM_KILLS_H_
#define HOLDFAST_TESTS_RANDOM_KILLS_H_

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <random>
#include <thread>
#include <vector>

#include "impl/lock_result.h"
#include "tests/asleep.h"
#include "tests/processes.h"

namespace holdfast {

// One of the project's: who is told of a death takes the mutex as it is.
template <class Mutex>
class recovering {
 public:
  bool lock() {
    const lock_result r = mutex_.lock();
    if (r == lock_result::owner_died) mutex_.make_consistent();
    return r == lock_result::acquired || r == lock_result::owner_died;
  }
  void unlock() { mutex_.unlock(); }

 private:
  Mutex mutex_;
};

template <class Mutex>
struct contended {
  std::atomic<bool> stop{false};
  std::atomic<unsigned> turns{0};
  unsigned inside = 0;
  unsigned overlaps = 0;
  Mutex mutex;
};

template <class Mutex>
int contend(contended<Mutex>& c) {
  while (!c.stop.load(std::memory_order::relaxed)) {
    if (!c.mutex.lock()) return 1;
    if (c.inside != 0) ++c.overlaps;  // also if the victim died inside: once
    c.inside = 1;
    c.turns.fetch_add(1, std::memory_order::relaxed);
    c.inside = 0;
    c.mutex.unlock();
  }
  return 0;
}

inline bool has_ended(pid_t process) {
  siginfo_t what{};
  return ::waitid(P_PID, static_cast<id_t>(process), &what, WEXITED | WNOHANG | WNOWAIT) == 0 && what.si_pid != 0;
}

// All of them, or some sleep for so long that they will not wake.
inline bool all_end(const std::vector<pid_t>& processes, std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (const pid_t p : processes) {
    while (!has_ended(p)) {
      if (std::chrono::steady_clock::now() > until && sleeps_in_futex(p, p)) return false;
      std::this_thread::yield();
    }
  }
  return true;
}

struct tally {
  int kills = 0;
  int left_behind = 0;    // rounds in which somebody slept on
  unsigned overlaps = 0;  // rounds in which two were inside at once
  std::uint64_t turns = 0;
};

template <class Mutex>
tally kill_at_random(int rounds, int contenders, std::chrono::milliseconds patience, bool until_lost) {
  std::minstd_rand random(1);
  tally t;
  for (; t.kills < rounds && !(until_lost && t.left_behind != 0); ++t.kills) {
    const shared_object<contended<Mutex>> shared;
    std::vector<pid_t> processes;
    for (int i = 0; i < contenders; ++i) processes.push_back(fork_child([&] { return contend(*shared); }));
    const ::timespec a_while{0, static_cast<long>(random() % 300'000)};
    ::nanosleep(&a_while, nullptr);
    const auto victim = processes.begin() + static_cast<std::ptrdiff_t>(random() % processes.size());
    if (random() % 2 == 0) shared->stop = true;
    ::kill(*victim, SIGKILL);
    shared->stop = true;
    if (!all_end(processes, patience)) ++t.left_behind;
    for (const pid_t p : processes) {
      ::kill(p, SIGKILL);
      await_child(p);
    }
    t.overlaps += shared->overlaps > 1 ? 1 : 0;
    t.turns += shared->turns;
  }
  return t;
}

inline int from_environment(const char* name, int otherwise) {
  const char* const text = ::getenv(name);
  return text == nullptr ? otherwise : ::atoi(text);
}

}  // namespace holdfast

#endif  // HOLDFAST_TESTS_RANDOM_KILLS_H_
