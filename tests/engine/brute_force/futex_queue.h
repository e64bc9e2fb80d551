// futex_queue: the kernel's queue of sleepers as the brute-force enumerator has it.
//
// Everybody who sleeps, in the order in which they came to the word that they sleep on. Written for itself, from what futex(2) is known to
// do: the engine's queue (checker/kernel) is held against it.
//
//   wait     appends the thread. That the word has the expected value, its caller has seen.
//   wake     takes the first so many on the word off; or, if it is free to choose, any so many of them, one after the other.
//   requeue  takes off as a wake does (nobody, if so many are none), then moves the first so many that are left behind those who sleep on
//            the other word. To move to the same word changes nothing, but takes them.
//   leave    takes the thread off.
#ifndef HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_FUTEX_QUEUE_H_
#define HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_FUTEX_QUEUE_H_

#include <algorithm>
#include <cstdint>
#include <vector>

namespace holdfast::oracle {

struct sleeper {
  int thread;
  int word;
  int entry = 0;  // of a wait on several words
  friend bool operator==(const sleeper&, const sleeper&) = default;
};
using futex_queue = std::vector<sleeper>;

// As a number; nobody is 0. REQUIRES: threads from 1 up to 15, words and entries up to 3, no more than 8 sleepers.
inline std::uint64_t encoded(const futex_queue& q) {
  std::uint64_t number = 0;
  for (std::size_t i = q.size(); i-- > 0;)
    number = number << 8 | static_cast<std::uint64_t>(q[i].thread << 4 | q[i].entry << 2 | q[i].word);
  return number;
}
inline futex_queue decoded(std::uint64_t number) {
  futex_queue q;
  for (; number != 0; number >>= 8) {
    q.push_back({static_cast<int>(number >> 4 & 15), static_cast<int>(number & 3), static_cast<int>(number >> 2 & 3)});
  }
  return q;
}

inline bool sleeps(const futex_queue& q, int thread) { return std::ranges::find(q, thread, &sleeper::thread) != q.end(); }

inline bool sleeps(const futex_queue& q, int thread, int entry) {
  return std::ranges::any_of(q, [=](const sleeper& s) { return s.thread == thread && s.entry == entry; });
}

inline futex_queue with(futex_queue q, int thread, int word, int entry = 0) {
  q.push_back({thread, word, entry});
  return q;
}
inline futex_queue without(futex_queue q, int thread, int entry = 0) {
  std::erase_if(q, [=](const sleeper& s) { return s.thread == thread && s.entry == entry; });
  return q;
}

struct queue_after {
  futex_queue queue;
  int taken = 0;  // how many were woken or moved; 0: nobody, and nothing has changed
};

// In every way, if any waiter may be taken: the same queue may come of several.
inline std::vector<queue_after> after_wake(const futex_queue& q, int word, int how_many, bool any_waiter) {
  std::vector<std::size_t> there;
  for (std::size_t i = 0; i < q.size(); ++i) {
    if (q[i].word == word) there.push_back(i);
  }
  if (how_many == 0 || there.empty()) return {{q, 0}};
  std::vector<queue_after> all;
  for (std::size_t n = 0; n < (any_waiter ? there.size() : 1); ++n) {
    for (queue_after rest : after_wake(without(q, q[there[n]].thread, q[there[n]].entry), word, how_many - 1, any_waiter)) {
      all.push_back({std::move(rest.queue), rest.taken + 1});
    }
  }
  return all;
}

inline std::vector<queue_after> after_requeue(const futex_queue& q, int from, int how_many_wake, int how_many_move, int to,
                                              bool any_waiter) {
  std::vector<queue_after> all = after_wake(q, from, how_many_wake, any_waiter);
  for (queue_after& a : all) {
    futex_queue stay;
    futex_queue moved;
    for (const sleeper& s : a.queue) {
      const bool moves = s.word == from && how_many_move > static_cast<int>(moved.size());
      (moves ? moved : stay).push_back(moves ? sleeper{s.thread, to, s.entry} : s);
    }
    a.taken += static_cast<int>(moved.size());
    if (from == to) continue;
    a.queue = stay;
    a.queue.insert(a.queue.end(), moved.begin(), moved.end());
  }
  return all;
}

}  // namespace holdfast::oracle

#endif  // HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_FUTEX_QUEUE_H_
