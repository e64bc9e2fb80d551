// recorder: keeps what real threads and processes did to a mutex, for the judge.
//
// Each caller has a lane of its own, so that recording adds no contention but that on the ticket. A ticket is taken before every call and
// after every return; where one call's last ticket is below another's first, the calls are ordered by happens-before as well as in time
// (every ticket is a read-modify-write, acquire and release). Everything lies in one object that processes can share.
#ifndef HOLDFAST_TESTS_RECORDER_H_
#define HOLDFAST_TESTS_RECORDER_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "checker/history/judge.h"
#include "impl/platform.h"
#include "models/spec/mutex.h"

namespace holdfast {

using mutex_call = checker::recorded<spec::mutex<>>;
using mutex_history = std::vector<mutex_call>;

template <std::size_t Callers, std::size_t CallsEach>
class recording {
 public:
  // What one thread does; threads count from 1.
  class lane {
   public:
    template <class Mutex>
    void lock(Mutex& m) {
      call(spec::mutex_operation::lock, [&] {
        m.lock();
        return spec::mutex_operation::lock;
      });
    }
    template <class Mutex>
    bool try_lock(Mutex& m) {
      return call(spec::mutex_operation::lock, [&] {
               return m.try_lock() ? spec::mutex_operation::lock : spec::mutex_operation::try_lock_busy;
             }) == spec::mutex_operation::lock;
    }
    template <class Mutex, class Duration>
    bool try_lock_for(Mutex& m, Duration duration) {
      return call(spec::mutex_operation::lock, [&] {
               return m.try_lock_for(duration) ? spec::mutex_operation::lock : spec::mutex_operation::give_up;
             }) == spec::mutex_operation::lock;
    }
    template <class Mutex>
    void unlock(Mutex& m) {
      call(spec::mutex_operation::unlock, [&] {
        m.unlock();
        return spec::mutex_operation::unlock;
      });
    }

   private:
    friend class recording;

    // Until it returns, the call stands as what it asks for.
    template <class Body>
    spec::mutex_operation call(spec::mutex_operation asks, Body body) {
      const std::size_t n = count_.load(order::relaxed);
      if (n == CallsEach) std::abort();
      mutex_call& slot = calls_[n];
      slot = {thread_, asks, checker::ending::blocked, ticket_->fetch_add(1)};
      count_.store(n + 1, order::release);  // for a history that is taken while this call sleeps
      slot.operation = body();
      slot.end = ticket_->fetch_add(1);
      slot.how = checker::ending::returned;
      return slot.operation;
    }

    std::atomic<std::uint64_t>* ticket_ = nullptr;  // a shared mapping has the same address in the children of one parent
    unsigned thread_ = 0;
    std::atomic<std::size_t> count_{0};
    std::array<mutex_call, CallsEach> calls_;
  };

  recording() {
    for (std::size_t i = 0; i < Callers; ++i) {
      lanes_[i].ticket_ = &ticket_;
      lanes_[i].thread_ = static_cast<unsigned>(i + 1);
    }
  }
  recording(const recording&) = delete;
  recording& operator=(const recording&) = delete;

  lane& of(std::size_t thread) { return lanes_.at(thread - 1); }

  // In order of return. REQUIRES: nobody is recording, except for threads that are blocked inside a call.
  mutex_history history() const {
    mutex_history all;
    for (const lane& l : lanes_) {
      const auto count = static_cast<std::ptrdiff_t>(l.count_.load(order::acquire));
      all.insert(all.end(), l.calls_.begin(), l.calls_.begin() + count);
    }
    checker::sort_by_return(all);
    return all;
  }

 private:
  std::atomic<std::uint64_t> ticket_{0};
  std::array<lane, Callers> lanes_;
};

}  // namespace holdfast

#endif  // HOLDFAST_TESTS_RECORDER_H_
