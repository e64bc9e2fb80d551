// once: of the functions that threads bring along, one is run to its end, once; all wait for that.
//
// Guarantees: call_once returns after one function has returned, and that happens before; no two run at a time. If one throws, its caller
// gets the exception, and another caller runs its own; a function that has thrown happens before the next. No lost wake-up. constinit,
// trivially destructible, 4 bytes. Afterwards call_once is one load.
// Does not guarantee: anything if the thread that runs a function dies or calls pthread_exit, or if a function calls with the same flag.
//
//     bit 31 ............ 2 | 1 0 |      value  name     meaning
//        must be zero       |  s  |        0    fresh    nobody has begun, or whoever did has thrown
//                                          1    running  a thread runs its function
//                                          2    awaited  a thread runs its function; some thread may sleep or be about to
//                                          3    done     a function has returned
//
//     from \ step    begin [C2]      announce [C3]    function returned [C5]     function threw [C7]
//     fresh          running, own    --               --                         --
//     running        -- (fails)      awaited          done                       fresh
//     awaited        -- (fails)      -- (is it)       done, then wake all [C6]   fresh, then wake all [C8]
//     done           -- (fails)      --               --                         --
//
// I1: the word is running or awaited exactly if one thread is between C2 and C5 or C7.
// I2: a thread sleeps => the word is awaited, or a wake of all is owed. C8 wakes all, not one: the one might come late and find the word
//     done by a third, who saw nobody announced and woke nobody, and the others would sleep for ever.
//
// Memory order: C5 (release) publishes to C1 and to a failing C2 (acquire); C7 (release) publishes to the next C2 (acquire).
// Lifetime: C5 or C7 is the last access to the word of whoever ran; C6 and C8 use its address only. Once a call_once has returned, and
// no thread is inside another or will call, the flag may be destroyed.
// Source: std::call_once; musl's pthread_once has the same states. Waiters do not spin: a function takes long, or call_once is not for it.
#ifndef HOLDFAST_IMPL_ONCE_H_
#define HOLDFAST_IMPL_ONCE_H_

#include <functional>
#include <utility>

#include "impl/linux/linux_platform.h"
#include "impl/platform.h"
#include "impl/word/once_word.h"

namespace holdfast {

template <class P>
concept once_platform = has_load<P> && has_exchange<P> && has_compare_exchange<P> && has_wait<P> && has_wake<P>;

// Platform: the world it runs in. Scope: who may use it; a process_shared flag lies in memory that the processes share.
template <once_platform Platform, scope Scope = scope::process_private>
class basic_once_flag {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;

 public:
  constexpr basic_once_flag() noexcept = default;
  basic_once_flag(const basic_once_flag&) = delete;
  basic_once_flag& operator=(const basic_once_flag&) = delete;

  // Returns once a function has returned, this one or another thread's. Acquire. Throws what this one throws, if it runs.
  // REQUIRES: the function does not call with this flag (it would wait for itself for ever).
  template <class Function, class... Args>
  void call(Function&& function, Args&&... args) {
    // [C1] acquire: reads C5's write, so that what the function did is visible. Else: mutant c1_relaxed races.
    if (once_word::is_done(word_.load(order::acquire, "C1"))) return;
    if (!begin()) return;
    turn mine(this);
    std::invoke(std::forward<Function>(function), std::forward<Args>(args)...);
    mine.end();
  }

 private:
  // The caller's, from begin() to the end of its function, whichever way that ends. One pointer and nothing else.
  class turn {
   public:
    explicit turn(basic_once_flag* flag) noexcept : flag_(flag) {}
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;
    ~turn() {
      if (flag_ != nullptr) flag_->give_back();
    }
    void end() noexcept { std::exchange(flag_, nullptr)->finish(); }

   private:
    basic_once_flag* flag_;
  };

  // True: the caller is to run its function. False: one has returned.
  [[gnu::cold, gnu::noinline]] bool begin() noexcept {
    for (;;) {
      word w = once_word::fresh;
      // [C2] success acquire: reads C7's write, so that what a function did before it threw is visible. Else: mutant c2_relaxed races.
      //      failure acquire: as C1. Else: mutant c2_failure_relaxed races.
      if (word_.compare_exchange_strong(w, once_word::running, order::acquire, order::acquire, "C2")) return true;
      if (once_word::is_done(w)) return false;
      w = once_word::running;
      // [C3] relaxed: C5 or C7 finds it, in the same word. If it fails the word is awaited already, or C4 returns at once.
      word_.compare_exchange_strong(w, once_word::awaited, order::relaxed, order::relaxed, "C3");
      // [C4] sleeps only while the word is awaited. Else: mutant c4_never_sleeps does not reach the situation.
      Platform::wait(word_, once_word::awaited, Scope, deadline::never(), "C4");
    }
  }

  void finish() noexcept {
    // [C5] release: publishes what the function did to C1 and C2. Else: mutant c5_relaxed races.
    if (!once_word::is_awaited(word_.exchange(once_word::done, order::release, "C5"))) return;
    // [C6] pays the wakes that awaited owes. Else: mutant c6_dropped loses a wake-up.
    Platform::wake(word_, everyone, Scope, "C6");
  }

  void give_back() noexcept {
    // [C7] release: publishes what the function did before it threw to C2. Else: mutant c7_relaxed races.
    if (!once_word::is_awaited(word_.exchange(once_word::fresh, order::release, "C7"))) return;
    // [C8] as C6: they begin anew. Else: mutant c8_dropped loses a wake-up.
    Platform::wake(word_, everyone, Scope, "C8");
  }

  typename Platform::template atomic<word> word_{once_word::description, once_word::fresh};
};

using once_flag = basic_once_flag<linux_platform>;
using process_shared_once_flag = basic_once_flag<linux_platform, scope::process_shared>;

// As std::call_once.
template <class Platform, scope Scope, class Function, class... Args>
void call_once(basic_once_flag<Platform, Scope>& flag, Function&& function, Args&&... args) {
  flag.call(std::forward<Function>(function), std::forward<Args>(args)...);
}

static_assert(sizeof(once_flag) == 4);
static_assert(std::is_trivially_destructible_v<once_flag>);

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_ONCE_H_
