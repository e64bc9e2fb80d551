// Programs whose number of execution graphs is known: by a formula, or by other tools (GenMC, Nidhugg).
#include <gtest/gtest.h>

#include "impl/mutex.h"
#include "models/published/mcs_lock.h"
#include "models/published/mutex3.h"
#include "models/published/ticket_lock.h"
#include "models/published/ttas_lock.h"
#include "tests/engine/counting.h"

namespace holdfast::checker {
namespace {

using world = graph_platform;
using word = world::atomic<unsigned>;
using data = world::plain<unsigned>;

constexpr layout x_word{"x", {}};
constexpr auto relaxed = order::relaxed;
constexpr auto acquire = order::acquire;
constexpr auto release = order::release;
constexpr auto sc = order::seq_cst;

// Every graph once, and no blocked one.
template <class Scenario>
void expect_count(unsigned threads, std::uint64_t expected, const graph::exploration_options& options = {}) {
  const counted c = count<Scenario>(threads, options);
  EXPECT_EQ(c.complete, expected) << threads << " threads";
  EXPECT_EQ(c.blocked, 0u) << threads << " threads";
  EXPECT_EQ(c.twice, 0u) << threads << " threads";
  EXPECT_TRUE(c.faults.empty()) << threads << " threads";
}

graph::exploration_options under_sc() {
  graph::exploration_options o;
  o.model = graph::memory_model::sc;
  return o;
}

graph::exploration_options without_cutting() {
  graph::exploration_options o;
  o.cut_pure = false;
  return o;
}

std::uint64_t factorial(unsigned n) { return n < 2 ? 1 : n * factorial(n - 1); }

struct two_words {
  word x{x_word, 0};
  word y{x_word, 0};
};

template <order O>
struct store_buffering : two_words {
  void thread(unsigned self) {
    word& mine = self == 1 ? x : y;
    word& other = self == 1 ? y : x;
    mine.store(1, O, "write");
    other.load(O, "read");
  }
};

struct load_buffering : two_words {
  void thread(unsigned self) {
    word& mine = self == 1 ? x : y;
    word& other = self == 1 ? y : x;
    mine.load(relaxed, "read");
    other.store(1, relaxed, "write");
  }
};

struct two_plus_two_writes : two_words {
  void thread(unsigned self) {
    word& first = self == 1 ? x : y;
    word& second = self == 1 ? y : x;
    first.store(1, relaxed, "first");
    second.store(2, relaxed, "second");
  }
};

TEST(Families, LitmusTests) {
  expect_count<store_buffering<relaxed>>(2, 4);
  expect_count<store_buffering<sc>>(2, 3);
  expect_count<store_buffering<relaxed>>(2, 3, under_sc());
  expect_count<load_buffering>(2, 3);
  expect_count<load_buffering>(2, 3, under_sc());
  expect_count<two_plus_two_writes>(2, 4);
  expect_count<two_plus_two_writes>(2, 3, under_sc());
}

template <order Write, order Read>
struct independent_reads : two_words {
  void thread(unsigned self) {
    if (self <= 2) return (self == 1 ? x : y).store(1, Write, "write");
    (self == 3 ? x : y).load(Read, "first");
    (self == 3 ? y : x).load(Read, "second");
  }
};

TEST(Families, IndependentReadsOfIndependentWrites) {
  expect_count<independent_reads<release, acquire>>(4, 16);
  expect_count<independent_reads<sc, sc>>(4, 15);
  expect_count<independent_reads<relaxed, relaxed>>(4, 15, under_sc());
}

template <int Rounds>
struct fibonacci {
  word x{x_word, 1};
  word y{x_word, 1};
  void thread(unsigned self) {
    word& mine = self == 1 ? x : y;
    word& other = self == 1 ? y : x;
    for (int i = 0; i < Rounds; ++i) mine.store(mine.load(sc, "mine") + other.load(sc, "other"), sc, "sum");
  }
};

TEST(Families, Fibonacci) {
  expect_count<fibonacci<2>>(2, 19);
  expect_count<fibonacci<3>>(2, 141);
  expect_count<fibonacci<4>>(2, 1107);
  expect_count<fibonacci<3>>(2, 141, under_sc());
}

struct one_counter {
  word x{x_word, 0};
  void thread(unsigned) { x.fetch_add(1, relaxed, "count"); }
};
struct two_counters : two_words {
  void thread(unsigned) {
    x.fetch_add(1, relaxed, "count");
    y.fetch_add(1, relaxed, "count");
  }
};
struct readers {
  word x{x_word, 0};
  void thread(unsigned self) { self == 1 ? x.store(1, relaxed, "write") : static_cast<void>(x.load(relaxed, "read")); }
};
struct compare_exchanges_beside_a_store {
  word x{x_word, 0};
  void thread(unsigned self) {
    if (self == 1) return x.store(2, relaxed, "write");
    unsigned expected = 2;
    x.compare_exchange_strong(expected, 3, relaxed, relaxed, "exchange");
  }
};
struct chain_of_compare_exchanges {
  word x{x_word, 0};
  void thread(unsigned self) {
    unsigned expected = self - 1;
    x.compare_exchange_strong(expected, self, relaxed, relaxed, "exchange");
  }
};

TEST(Families, ClosedForms) {
  for (unsigned n = 2; n <= 7; ++n) expect_count<one_counter>(n, factorial(n));
  for (unsigned n = 2; n <= 4; ++n) expect_count<two_counters>(n, factorial(n) * factorial(n));
  for (unsigned n = 1; n <= 10; ++n) expect_count<readers>(n + 1, std::uint64_t{1} << n);
  for (unsigned n = 1; n <= 8; ++n) expect_count<compare_exchanges_beside_a_store>(n + 1, n * (std::uint64_t{1} << (n - 1)) + 1);
  const std::uint64_t chain[] = {2, 5, 14, 43, 144, 523, 2048, 8597};
  for (unsigned n = 2; n <= 9; ++n) expect_count<chain_of_compare_exchanges>(n, chain[n - 2]);
}

// Locks that spin, around a plain counter: a race would be found.
struct guarded {
  data count{"count", 0};
  void increment() { count.store(count.load("read") + 1, "write"); }
};

template <class Lock>
struct counting : guarded {
  Lock lock;
  void thread(unsigned) {
    lock.lock();
    increment();
    lock.unlock();
  }
};

struct counting_with_nodes : guarded {
  using lock_with_nodes = published::mcs_lock<world>;
  lock_with_nodes lock;
  void thread(unsigned) {
    lock_with_nodes::node mine;
    lock.lock(mine);
    increment();
    lock.unlock(mine);
  }
};

struct compare_exchange_lock : guarded {
  word x{x_word, 0};
  void thread(unsigned) {
    for (unsigned free = 0; !x.compare_exchange_strong(free, 1, acquire, relaxed, "lock"); free = 0) {
    }
    increment();
    x.store(0, release, "unlock");
  }
};

struct exchange_lock : guarded {
  word x{x_word, 0};
  void thread(unsigned) {
    while (x.exchange(1, acquire, "lock") != 0) {
    }
    increment();
    x.store(0, release, "unlock");
  }
};

TEST(Families, SpinningLocksLeaveNoBlockedExecutions) {
  for (unsigned n = 2; n <= 5; ++n) expect_count<counting<published::ticket_lock<world>>>(n, factorial(n));
  for (unsigned n = 2; n <= 5; ++n) expect_count<compare_exchange_lock>(n, factorial(n));
  for (unsigned n = 2; n <= 5; ++n) expect_count<exchange_lock>(n, factorial(n));
  const std::uint64_t ttas[] = {4, 36, 576};
  for (unsigned n = 2; n <= 4; ++n) expect_count<counting<published::ttas_lock<world>>>(n, ttas[n - 2]);
  const std::uint64_t mcs[] = {6, 66};
  for (unsigned n = 2; n <= 3; ++n) expect_count<counting_with_nodes>(n, mcs[n - 2]);
}

// Drepper's mutex with an await on the word's value in place of the futex.
template <bool Exchange>
struct awaiting_mutex : guarded {
  word x{x_word, 0};
  void thread(unsigned) {
    unsigned w = 0;
    if (!x.compare_exchange_strong(w, 1, acquire, relaxed, "take")) {
      if (w != 2) w = x.exchange(2, acquire, "announce");
      while (w != 0) {
        while (x.load(relaxed, "await") == 2) {
        }
        w = x.exchange(2, acquire, "retake");
      }
    }
    increment();
    if constexpr (Exchange) {
      x.exchange(0, release, "free");
    } else if (x.fetch_sub(1, release, "decrement") != 1) {
      x.store(0, release, "free");
    }
  }
};

TEST(Families, MutexThatAwaitsAValue) {
  const std::uint64_t exchange[] = {6, 198, 41688};
  for (unsigned n = 2; n <= 4; ++n) expect_count<awaiting_mutex<true>>(n, exchange[n - 2], without_cutting());
  const std::uint64_t exchange_cut[] = {6, 168, 17040};
  for (unsigned n = 2; n <= 4; ++n) expect_count<awaiting_mutex<true>>(n, exchange_cut[n - 2]);
  const std::uint64_t decrement[] = {10, 3324};
  for (unsigned n = 2; n <= 3; ++n) expect_count<awaiting_mutex<false>>(n, decrement[n - 2], without_cutting());
  const std::uint64_t decrement_cut[] = {10, 1812};
  for (unsigned n = 2; n <= 3; ++n) expect_count<awaiting_mutex<false>>(n, decrement_cut[n - 2]);
}

// With the kernel's queue. The first numbers are without cutting iterations that write back what they read.
TEST(Families, MutexesWithTheKernelsQueue) {
  using shipped = counting<basic_mutex<world>>;
  expect_count<shipped>(2, 8, without_cutting());
  expect_count<shipped>(3, 1260, without_cutting());
  expect_count<shipped>(2, 8);
  expect_count<shipped>(3, 972);
  using drepper = counting<published::mutex3<world>>;
  expect_count<drepper>(2, 18, without_cutting());
  expect_count<drepper>(3, 59616, without_cutting());
  expect_count<drepper>(2, 18);
  expect_count<drepper>(3, 29286);
}

}  // namespace
}  // namespace holdfast::checker
