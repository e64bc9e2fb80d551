// any_event: two events with automatic reset, of which a thread may wait for any, by futex_waitv; and why a set has to wake everybody.
//
// A set of an event lets one wait return, so that it seems enough to wake one. But who waits for any of several sleeps on each, until it
// has left them one by one, and a wake may take it off one when it has been woken on another. It takes one event, and the other's wake is
// spent:
//     A waits for any, B for the first | set second, wakes A, who is late | set first, wakes A again | A takes the second | B sleeps
// So here a set wakes everybody, and who comes too late sleeps again. WokenByASet = 1 is the mistake, for study.
//
//     event     0  unset
//               1  set
//
// Guarantees: whoever waits for an event that is set returns, or another does that takes it. A set happens before the wait that
// it lets return. Not fair.
// Source: what futex_waitv was made for, the objects of Windows in Wine; and the documentation of the call. No line is copied.
#ifndef HOLDFAST_MODELS_PUBLISHED_ANY_EVENT_H_
#define HOLDFAST_MODELS_PUBLISHED_ANY_EVENT_H_

#include "impl/platform.h"

namespace holdfast::published {

struct any_event_word {
  static constexpr std::uint32_t unset = 0, set = 1;
  static constexpr named_value states[] = {{unset, "unset", "nobody may pass"}, {set, "set", "one may pass"}};
  static constexpr field fields[] = {{"state", 0, 1, states}};
  static constexpr layout events[] = {{"first", fields}, {"second", fields}};
};

template <class Platform, int WokenByASet = everyone>
requires has_exchange<Platform> && has_compare_exchange<Platform> && has_wait<Platform> && has_wake<Platform> && has_wait_any<Platform>
class any_event {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;
  using w = any_event_word;

 public:
  void set(unsigned which) noexcept {
    // [S1] release: publishes what the caller did to T1. Else: mutant s1_relaxed races. Finds it set: whoever set it wakes.
    if (events_[which].exchange(w::set, order::release, "S1") == w::set) return;
    // [S2] wakes those that sleep on it. Else: mutant s2_dropped loses a wake-up.
    Platform::wake(events_[which], WokenByASet, scope::process_private, "S2");
  }

  void wait(unsigned which) noexcept {
    while (!take(which)) {
      // [W1] sleeps only while it is unset. Else: mutant w1_never_sleeps does not reach the situation.
      Platform::wait(events_[which], w::unset, scope::process_private, deadline::never(), "W1");
    }
  }

  // Returns which it took.
  unsigned wait_any() noexcept {
    for (;;) {
      if (take(0)) return 0;
      if (take(1)) return 1;
      const awaited_word<Platform> both[] = {{&events_[0], w::unset}, {&events_[1], w::unset}};
      // [A1] sleeps only while both are unset. Else: mutant a1_never_sleeps does not reach the situation.
      const any_result r = Platform::wait_any(both, scope::process_private, deadline::never(), "A1");
      if (r.why == wait_result::woken && take(r.index)) return r.index;
    }
  }

 private:
  bool take(unsigned which) noexcept {
    word found = w::set;
    // [T1] acquire: reads S1's write, so that what the setter did is visible. Else: mutant t1_relaxed races. failure relaxed: the wait
    //      that follows compares.
    if (events_[which].compare_exchange_strong(found, w::unset, order::acquire, order::relaxed, "T1")) return true;
    return false;
  }

  typename Platform::template atomic<word> events_[2] = {{w::events[0], w::unset}, {w::events[1], w::unset}};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_ANY_EVENT_H_
