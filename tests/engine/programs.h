// programs: small programs whose number of execution graphs is known, by a formula or from other tools (GenMC, Nidhugg).
#ifndef HOLDFAST_TESTS_ENGINE_PROGRAMS_H_
#define HOLDFAST_TESTS_ENGINE_PROGRAMS_H_

#include "checker/runtime/graph_platform.h"
#include "models/published/mcs_lock.h"

namespace holdfast::checker::programs {

using world = graph_platform;
using word = world::atomic<unsigned>;
using data = world::plain<unsigned>;

inline constexpr layout x_word{"x", {}};
inline constexpr auto relaxed = order::relaxed;
inline constexpr auto acquire = order::acquire;
inline constexpr auto release = order::release;
inline constexpr auto sc = order::seq_cst;

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

template <order Write, order Read>
struct independent_reads : two_words {
  void thread(unsigned self) {
    if (self <= 2) return (self == 1 ? x : y).store(1, Write, "write");
    (self == 3 ? x : y).load(Read, "first");
    (self == 3 ? y : x).load(Read, "second");
  }
};

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

// Locks around a plain counter: a race would be found.
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

// Each thread pushes a node of its own on Treiber's stack, and pops one.
struct push_and_pop {
  struct node {
    world::plain<node*> next{"next", nullptr};
  };
  node nodes[4];
  world::atomic<node*> top{published::mcs_word::tail, nullptr};

  void thread(unsigned self) {
    node* first = nullptr;
    do {
      first = top.load(acquire, "guess");
      nodes[self - 1].next.store(first, "link");
    } while (!top.compare_exchange_strong(first, &nodes[self - 1], release, relaxed, "push"));
    do {
      first = top.load(acquire, "first");
      if (first == nullptr) return;
    } while (!top.compare_exchange_strong(first, first->next.load("next"), release, relaxed, "pop"));
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

// With a compare-exchange, which GenMC accepts, in place of published::ttas_lock's exchange.
struct test_and_test_and_set_lock : guarded {
  word x{x_word, 0};
  void thread(unsigned) {
    for (;;) {
      while (x.load(relaxed, "test") != 0) {
      }
      unsigned free = 0;
      if (x.compare_exchange_strong(free, 1, acquire, relaxed, "lock")) break;
    }
    increment();
    x.store(0, release, "unlock");
  }
};

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

}  // namespace holdfast::checker::programs

#endif  // HOLDFAST_TESTS_ENGINE_PROGRAMS_H_
