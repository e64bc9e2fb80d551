// request: what a thread of the code under test asks for next, and the tree of all that it may ask.
//
// A thread is a function of the results that it received: after the same results it makes the same request. So all that a thread may do is
// a tree: a node is a position in the thread's code, with the request made there, and a child for each result. The tree is filled on
// demand, by running the code (checker/runtime); the exploration walks it.
#ifndef HOLDFAST_CHECKER_GRAPH_REQUEST_H_
#define HOLDFAST_CHECKER_GRAPH_REQUEST_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "checker/graph/clock.h"
#include "checker/kernel/futex.h"
#include "checker/report/record.h"
#include "checker/site.h"
#include "impl/platform.h"

namespace holdfast::checker::graph {

// Objects are numbered by the runtime; the kernel's queue is the first.
using location_id = std::uint16_t;
inline constexpr location_id kernel_queue = 0;

enum class action : std::uint8_t {
  load,
  store,
  update,  // a read-modify-write that always writes
  compare_exchange,
  fence,
  construct,  // an object begins, with a value or without
  destroy,
  choose,           // one of `operand` alternatives; the first is the usual one
  wait,             // futex
  wake,             // futex
  requeue,          // futex
  wake_op,          // futex: changes `location`, wakes on `to`, and then perhaps on `location`
  enqueue,          // futex: a wait on one word of several, as the waiter `entry`, that does not sleep yet
  sleep_any,        // futex: until one of the thread's `entry` waiters is taken off
  dequeue,          // futex: takes the waiter `entry` off, if it is still there
  lock_pi,          // futex: LOCK_PI2
  try_lock_pi,      // futex
  unlock_pi,        // futex
  wait_requeue_pi,  // futex: on `location`, until moved to `to`
  requeue_pi,       // futex: CMP_REQUEUE_PI
  exit_pi,          // the kernel, for a thread that has died: of a word with priority inheritance
  start,            // the threads of `operand`, a bit for each, begin
  join,             // waits until they have ended
  end,              // of the thread
  fail,             // the code found something wrong
};

enum class update_kind : std::uint8_t { exchange, add, subtract, bit_and, bit_or, bit_xor };

// How a sleep may end other than by a wake, as a set of bits.
enum leaving : std::uint8_t { by_time_out = 1, by_interruption = 2, by_nothing = 4, by_death = 8 };

struct request {
  action what = action::end;
  bool plain = false;          // not an atomic access; a fence: see event
  bool of_death = false;       // choose: 0 is to live
  bool weak = false;           // a compare-exchange that may fail on an equal value
  bool uninitialised = false;  // construct: without a value
  bool inherits = false;       // construct: a word with priority inheritance
  order success = order::relaxed;
  order failure = order::relaxed;
  update_kind update = update_kind::exchange;
  std::uint8_t bits = 64;                    // of the object's value
  std::uint8_t leaving = 0;                  // wait: a set of `leaving`
  std::uint32_t bitset = kernel::match_any;  // wait, wake
  std::uint32_t wake_op = 0;                 // wake_op: the encoded change and test
  std::uint8_t entry = 0;                    // enqueue, dequeue: which; sleep_any: how many there are
  bool wakes_nobody = false;                 // wake_op: a mutant, which only changes the word
  bool any_waiter = false;                   // wake, requeue, wake_op: which waiter is a choice
  bool shared = false;                       // of a futex operation: the scope
  bool tells = false;                        // wake, wake_op: the reply says how many it woke
  location_id location = 0;
  location_id to = 0;          // requeue, wake_op, wait_requeue_pi, requeue_pi
  std::uint64_t operand = 0;   // the value written, or what the update applies
  std::uint64_t expected = 0;  // compare_exchange, and what compares: wait, requeue, wait_requeue_pi, requeue_pi; unlock_pi: call::seen
  int how_many_wake = 0;
  int how_many_move = 0;  // requeue, requeue_pi; wake_op: how many to wake on `location`
  bool replaces = false;  // a mutant: writes `replacement`, if it read `found` or there is no `found`
  std::optional<std::uint64_t> found;
  std::uint64_t replacement = 0;
  violation_kind failure_kind = violation_kind::none;  // fail
  const char* text = "";                               // fail
  const site* at = nullptr;

  friend bool operator==(const request&, const request&) = default;
};

// What a request gave the thread: a value (a wake or wake_op that tells: how many were woken), and how it went.
struct reply {
  std::uint64_t value = 0;  // wait_requeue_pi: 1 if it was interrupted
  // compare_exchange: 1 if it succeeded; wait, enqueue (0: queued), sleep_any: a wait_result; dequeue: 1 if somebody took it off; requeue: 1
  // if it took effect; with priority inheritance: 0 or an errno.
  std::uint64_t status = 0;
  friend bool operator==(const reply&, const reply&) = default;
};

// A thread enters or leaves an operation that the specification speaks of, or begins to die and is dead.
struct mark {
  bool enters = false;
  bool of_death = false;
  unsigned char operation = 0;
  const site* at = nullptr;
  friend bool operator==(const mark&, const mark&) = default;
};

// The status of a wait that ended for no reason, or with its thread; others are a wait_result or an errno.
inline constexpr std::uint64_t woke_for_nothing = 1000;
inline constexpr std::uint64_t died_asleep = 1001;

// Whether the operation is one of the kernel on a word with priority inheritance, and its queue that word's; the queue of the others is the
// kernel's own location.
constexpr bool is_pi(action a) { return a >= action::lock_pi && a <= action::exit_pi; }
// Whether the operation reads a word, under the lock of its queue, before it looks at the queue.
constexpr bool compares(action a) {
  return a == action::wait || a == action::enqueue || a == action::requeue || a == action::wake_op || a == action::wait_requeue_pi ||
         a == action::requeue_pi;
}
// Whether the operation puts the thread on the kernel's queue.
constexpr bool queues(action a) { return a == action::wait || a == action::enqueue; }
constexpr location_id queue_of(const request& q) {
  if (!is_pi(q.what)) return kernel_queue;
  return compares(q.what) ? q.to : q.location;
}

// Whether an operation with the first order may have the second when it fails.
inline bool stronger_or_equal(order o, order failure) {
  const bool acquires = o == order::acquire || o == order::acq_rel || o == order::consume;
  return o == order::seq_cst || failure == order::relaxed || (acquires && failure != order::seq_cst);
}

using node_id = std::uint32_t;
inline constexpr node_id no_node = ~node_id{0};

// What others can tell of a request after its reply.
//   read_data   that it may race
//   wrote_data  that it may race, and what it wrote until the thread overwrites it
//   wrote_back  that somebody wrote: the value was there before
enum class effect : std::uint8_t { none, read_data, wrote_data, wrote_back, some };

struct node {
  request next;
  reply by;  // the reply that led here
  node_id parent = no_node;
  node_id next_sibling = no_node;
  std::atomic<node_id> first_child = no_node;
  std::uint64_t state = 0;      // of the thread: two nodes with the same state and request behave alike
  effect after = effect::some;  // what the parent's request did, with that reply
  enum class answer : std::uint8_t { unknown, no, yes };
  std::atomic<answer> comes_back = answer::unknown;  // thread_tree::comes_back
  std::vector<mark> marks;                           // what the thread entered and left on the way here
};

// What the tree asks of whoever runs the code.
struct arrival {
  request next;
  std::uint64_t state = 0;
  std::vector<mark> marks;
};

// Several explorers may use one tree at the same time.
class thread_tree {
 public:
  virtual ~thread_tree() = default;

  node_id root(unsigned thread) {
    const node_id known = roots_[thread].load(order::acquire);
    return known != no_node ? known : new_root(thread);
  }
  // no_node while nobody has asked for it.
  node_id known_root(unsigned thread) const { return roots_[thread].load(order::acquire); }
  const node& at(node_id n) const { return chunks_[n / chunk_size][n % chunk_size]; }
  // `e` is what the request does with this reply.
  node_id child(unsigned thread, node_id n, const reply& r, effect e) {
    const node_id known = known_child(n, r);
    return known != no_node ? known : new_child(thread, n, r, e);
  }

  // Whether the thread is, after a number of steps without effect, where it was before them: what it read on the way gets it nowhere.
  // Only the last of the steps may have written back what it read: it will be undone, the ones before it stay. Ordinary data that they
  // wrote has to be written again before it is read, or anybody can tell: then the next time round replaces what this one wrote.
  //
  // It is, if its stack and registers are the same. They may differ, though, in what is left of values that are no longer used. So a node
  // is also taken for an earlier one that makes the same request and goes on in the same way for every reply that was tried so far. If a
  // later reply shows a difference, this was wrong, and what was concluded from it is: see was_wrong().
  bool comes_back(unsigned thread, node_id n);
  bool was_wrong() const { return was_wrong_.load(order::relaxed); }
  // Forgets what was concluded, but not what was learnt. It is not the same mistake the next time.
  void conclude_again();

  std::size_t size() const { return size_; }

 protected:
  thread_tree() {
    for (auto& r : roots_) r = no_node;
  }

  // Runs the thread from the node (no_node: from its start) with this reply to its next request. One call at a time.
  virtual const arrival& run(unsigned thread, node_id from, const reply& r) = 0;

 private:
  struct likeness {
    unsigned thread;
    node_id earlier;
    node_id later;
  };

  static constexpr std::size_t chunk_size = 1024;
  static constexpr std::size_t most_chunks = 4096;

  node& mutable_at(node_id n) { return chunks_[n / chunk_size][n % chunk_size]; }
  node_id known_child(node_id n, const reply& r) const {
    for (node_id c = at(n).first_child.load(order::acquire); c != no_node; c = at(c).next_sibling) {
      if (at(c).by == r) return c;
    }
    return no_node;
  }
  node_id new_root(unsigned thread);
  node_id new_child(unsigned thread, node_id n, const reply& r, effect e);
  node_id add(const arrival& a, node_id parent, const reply& by, effect e);
  // Of a node after which, so far, a location is always overwritten before it matters.
  struct overwriting {
    node_id from;
    location_id location;
    friend bool operator==(const overwriting&, const overwriting&) = default;
  };
  bool finds_likeness(unsigned thread, node_id n);
  bool overwrites_all(node_id from, node_id to);
  bool overwrites(node_id n, location_id l);
  bool is_like(unsigned thread, node_id earlier, node_id later, unsigned steps);
  bool goes_on_alike(unsigned thread, node_id earlier, node_id later, node_id child_of_earlier, unsigned steps);

  std::array<std::unique_ptr<node[]>, most_chunks> chunks_;  // a node stays where it is
  std::array<std::atomic<node_id>, most_threads> roots_;

  std::recursive_mutex growing_;  // guards what follows, and every change
  std::size_t size_ = 0;
  std::vector<likeness> alike_;
  std::set<std::pair<node_id, node_id>> unlike_;
  std::vector<overwriting> overwriting_;
  std::atomic<bool> was_wrong_ = false;
};

}  // namespace holdfast::checker::graph

#endif  // HOLDFAST_CHECKER_GRAPH_REQUEST_H_
