// nsync_waiters: those that wait for nsync's mutex (nsync_rw_mu.h) or condition variable (nsync_rw_cv.h): how one sleeps, and their queue.
//
//     waiting    1    in a queue, or on the way out of one
//                0    woken
//
// Guarantees: who is woken sees what its waker did to the queues.
// Lifetime: a waiter is on its thread's stack, and may be gone when A3 is done: A4 uses its address only.
// nsync has a semaphore beside the flag, here the flag is what a waiter sleeps on. No line is copied.
#ifndef HOLDFAST_MODELS_PUBLISHED_NSYNC_WAITERS_H_
#define HOLDFAST_MODELS_PUBLISHED_NSYNC_WAITERS_H_

#include "impl/platform.h"

namespace holdfast::published {

enum class nsync_mode : bool { reads, writes };

struct nsync_waiter_word {
  static constexpr std::uint32_t woken = 0;
  static constexpr std::uint32_t waits = 1;

  static constexpr named_value states[] = {{woken, "woken", "may go on"}, {waits, "waits", "sleeps, or is about to"}};
  static constexpr field fields[] = {{"state", 0, 1, states}};
  static constexpr layout description{"waiting", fields};
};

template <class Platform>
  requires has_load<Platform> && has_store<Platform> && has_plain<Platform> && has_wait<Platform> && has_wake<Platform>
struct nsync_waiter {
  template <class T>
  using plain = typename Platform::template plain<T>;
  using deadline = typename Platform::deadline;
  using w = nsync_waiter_word;

  typename Platform::template atomic<typename Platform::word> waiting{w::description, w::waits};
  plain<nsync_waiter*> next{"next", nullptr};
  plain<nsync_mode> mode;
  plain<plain<bool>*> condition{"condition", nullptr};  // of the mutex: not to be woken while that is false
  plain<bool> moved{"moved", false};                    // from the condition variable to the mutex

  explicit nsync_waiter(nsync_mode m) : mode("mode", m) {}

  bool writes() { return mode.load("mode") == nsync_mode::writes; }
  bool may_be_woken() {
    plain<bool>* const c = condition.load("condition");
    return c == nullptr || c->load("test");
  }

  // Before it goes into a queue of the mutex.
  void prepare(plain<bool>* c) noexcept {
    // [A5] relaxed: who writes it next has the queue from this thread.
    waiting.store(w::waits, order::relaxed, "A5");
    condition.store(c, "waits for");
  }

  // Returns false if its time is over: it may have been woken all the same.
  bool sleep(const deadline& until) noexcept {
    // [A1] acquire: reads A3's write, for the links. Else: mutant a1_relaxed uses what is gone.
    while (waiting.load(order::acquire, "A1") != w::woken) {
      // [A2] sleeps only while nobody has woken it. Else: mutant a2_never_sleeps does not reach the situation.
      if (Platform::wait(waiting, w::waits, scope::process_private, until, "A2") == wait_result::timed_out) return false;
    }
    return true;
  }

  // All that are linked.
  static void wake(nsync_waiter* first) noexcept {
    for (nsync_waiter *p = first, *following; p != nullptr; p = following) {
      following = p->next.load("to wake");
      // [A3] release: publishes the links to A1. Else: mutant a3_relaxed uses what is gone.
      p->waiting.store(w::woken, order::release, "A3");
      // [A4] wakes it, if it sleeps. Else: mutant a4_dropped loses a wake-up.
      Platform::wake(p->waiting, 1, scope::process_private, "A4");
    }
  }
};

// Under a spinlock. The links end at nullptr.
template <class Platform>
class nsync_waiters {
  using waiter = nsync_waiter<Platform>;

 public:
  waiter* first() { return first_.load("first"); }
  waiter* take_all() {
    waiter* const all = first();
    first_.store(nullptr, "take all");
    return all;
  }
  void prepend(waiter& w) {
    w.next.store(first(), "prepend");
    first_.store(&w, "prepend");
  }
  void append(waiter& w) {
    link_before(nullptr).store(&w, "append");
    w.next.store(nullptr, "append");
  }
  // Returns false if it is not here.
  bool remove(waiter& w) {
    auto& link = link_before(&w);
    if (link.load("look") == nullptr) return false;
    link.store(w.next.load("remove"), "remove");
    return true;
  }

 private:
  using link_to = typename Platform::template plain<waiter*>;

  // The link that leads to it, or the last.
  link_to& link_before(waiter* w) {
    link_to* link = &first_;
    for (waiter* p = first(); p != w && p != nullptr; p = link->load("look")) link = &p->next;
    return *link;
  }

  link_to first_{"first", nullptr};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_NSYNC_WAITERS_H_
