// priority_inversion: whether the most urgent thread that wants a mutex has to wait for one that has nothing to do with it.
#ifndef HOLDFAST_TESTS_PRIORITY_INVERSION_H_
#define HOLDFAST_TESTS_PRIORITY_INVERSION_H_

#include <pthread.h>
#include <sched.h>
#include <time.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace holdfast {

// Runs the body in a thread that has one processor and is more urgent than those below. False: SCHED_FIFO is not permitted, nothing is run.
template <class Body>
bool on_one_processor(Body body) {
  bool permitted = false;
  std::thread([&] {
    ::cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(::sched_getcpu(), &one);
    const ::sched_param most{40};
    permitted = ::sched_setaffinity(0, sizeof one, &one) == 0 && ::pthread_setschedparam(::pthread_self(), SCHED_FIFO, &most) == 0;
    if (permitted) body();
  }).join();
  return permitted;
}

// Of four threads on one processor the most urgent one directs. The least urgent owns the mutex; the one in between has work to do for as
// long as it likes; the third wants the mutex. Returns whether the one in between was through with its work when the third had the mutex.
template <class Mutex>
bool waits_for_the_one_in_between() {
  constexpr auto work = std::chrono::milliseconds(100);
  const auto processor_time = [] {
    ::timespec t;
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
  };
  Mutex m;
  std::atomic<bool> is_owned = false;
  std::atomic<bool> is_wanted = false;
  std::atomic<bool> is_through = false;
  bool waited = false;
  const auto start = [](int priority, auto body) {
    return std::thread([priority, body] {
      const ::sched_param p{priority};
      ::pthread_setschedparam(::pthread_self(), SCHED_FIFO, &p);
      body();
    });
  };
  std::thread low = start(10, [&] {
    static_cast<void>(m.lock());
    is_owned = true;
    is_owned.notify_one();
    while (!is_wanted) {
    }
    m.unlock();
  });
  is_owned.wait(false);
  std::thread middle = start(20, [&] {
    while (processor_time() < work) {
    }
    is_through = true;
  });
  std::thread high = start(30, [&] {
    is_wanted = true;
    static_cast<void>(m.lock());
    waited = is_through;
    m.unlock();
  });
  high.join();
  middle.join();
  low.join();
  return waited;
}

}  // namespace holdfast

#endif  // HOLDFAST_TESTS_PRIORITY_INVERSION_H_
