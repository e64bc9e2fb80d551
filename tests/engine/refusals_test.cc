// What the graph engine refuses to explore, and what it cannot explore to the end.
#include <gtest/gtest.h>

#include <cstdint>
#include <new>
#include <stdexcept>
#include <string>

#include "tests/engine/exploring.h"

namespace holdfast::checker {
namespace {

using world = graph_platform;
using word = world::atomic<unsigned>;
using word_64 = world::atomic<std::uint64_t>;
using word_16 = world::atomic<std::uint16_t>;

constexpr layout x_word{"x", {}};
constexpr layout y_word{"y", {}};
constexpr auto relaxed = order::relaxed;

template <class Exception, class Scenario>
std::string refusal(unsigned threads) {
  try {
    explored<Scenario>(threads);
  } catch (const Exception& e) {
    return e.what();
  }
  return "";
}

struct overlapping {
  union both {
    both() {}
    ~both() {}
    world::atomic<std::uint32_t> wide;
    world::atomic<std::uint16_t> narrow;
  };
  both b;
  overlapping() {
    new (&b.wide) world::atomic<std::uint32_t>(x_word, 0);
    new (&b.narrow) world::atomic<std::uint16_t>(x_word, 0);
  }
  void thread(unsigned) {}
};

struct endless {
  word x{x_word, 0};
  void thread(unsigned) {
    for (;;) x.fetch_add(1, relaxed, "count");
  }
};

TEST(Engine, WhatIsTooLongIsInconclusive) {
  const result r = explored<endless>(1);
  EXPECT_EQ(r.outcome, verdict::inconclusive);
  EXPECT_EQ(r.limits.stopped_by, "a thread of more than 254 events");
}

unsigned calls = 0;
struct nondeterministic {
  word x{x_word, 0};
  word y{x_word, 0};
  void thread(unsigned self) {
    if (self == 2) return x.store(1, relaxed, "write");
    (++calls % 2 == 0 ? x : y).load(relaxed, "read");
    x.load(relaxed, "again");
    y.load(relaxed, "and again");
  }
};

TEST(Engine, NamesNondeterminism) {
  EXPECT_NE((refusal<std::runtime_error, nondeterministic>(2)).find("did not do the same again"), std::string::npos);
}

struct hidden_result {
  word x{x_word, 0};
  unsigned seen = 0;
  void thread(unsigned self) { self == 1 ? x.store(1, relaxed, "write") : static_cast<void>(seen = x.load(relaxed, "read") + 1); }
};
struct shared_heap {
  world::atomic<unsigned*> shared{x_word, nullptr};
  void thread(unsigned self) {
    if (self == 1) return shared.store(new unsigned(1), order::release, "publish");
    unsigned* const p = shared.load(order::acquire, "take");
    if (p != nullptr) world::expect(*p == 1, "it is one", "expect");
  }
};
struct null_access {
  world::atomic<word*> shared{x_word, nullptr};
  void thread(unsigned) { *reinterpret_cast<volatile int*>(shared.load(relaxed, "take")) = 1; }
};

// Room for objects of different kinds.
struct room {
  alignas(8) unsigned char bytes[8];
  template <class T>
  T* at(unsigned offset) {
    return reinterpret_cast<T*>(bytes + offset);
  }
};

struct half_of_a_word : room {
  half_of_a_word() {
    new (bytes) word_64(x_word, 0);
    new (bytes + 4) word(y_word, 0);
  }
  void thread(unsigned) {}
};
struct access_to_half_of_a_word : room {
  access_to_half_of_a_word() { new (bytes) word_64(x_word, 0); }
  void thread(unsigned) { at<word>(4)->load(relaxed, "read"); }
};
struct neighbours : room {
  neighbours() {
    new (bytes) word(x_word, 0);
    new (bytes + 4) word(y_word, 0);
  }
  void thread(unsigned) { at<word>(0)->fetch_add(1, relaxed, "add"), at<word>(4)->fetch_add(1, relaxed, "add"); }
  void finish() { world::expect(at<word>(0)->load(relaxed, "x") == 2 && at<word>(4)->load(relaxed, "y") == 2, "all added", "finish"); }
};

TEST(Engine, RefusesMixedSizesThatOverlap) {
  EXPECT_EQ((refusal<std::runtime_error, half_of_a_word>(1)), "mixed-size access: x of 64 bits and y of 32 bits overlap");
  EXPECT_EQ((refusal<std::runtime_error, access_to_half_of_a_word>(1)), "mixed-size access: x of 64 bits and an access of 32 bits overlap");
  EXPECT_EQ(explored<neighbours>(2).outcome, verdict::verified);
}

enum class reuse { ordered, unordered, stale };
// The first thread ends an object, and makes others of other sizes in its place; the second uses what it finds.
template <reuse How>
struct reused : room {
  word stage{y_word, 0};
  reused() { new (bytes) word_64(x_word, 7); }
  void thread(unsigned self) {
    if (self == 1) {
      at<word_64>(0)->~word_64();
      new (bytes + 2) word_16(x_word, 5);
      at<word_16>(2)->~word_16();
      if (How == reuse::unordered) stage.store(1, order::release, "early");
      new (bytes) word(x_word, 9);
      stage.store(2, order::release, "late");
    } else if (const unsigned now = stage.load(order::acquire, "look"); now == 2) {
      if (How == reuse::stale) at<word_64>(0)->load(relaxed, "stale");
      world::expect(at<word>(0)->load(relaxed, "new") == 9, "the new object", "expect");
    } else if (now == 1) {
      new (bytes) word_64(x_word, 1);
    }
  }
  void finish() { at<word>(0)->~word(); }
};

TEST(Engine, AnObjectMayFollowAnotherOfAnotherSize) {
  const result r = explored<reused<reuse::ordered>>(2);
  EXPECT_EQ(r.outcome, verdict::verified);
  EXPECT_EQ(kind_of(explored<reused<reuse::stale>>(2)), violation_kind::use_after_free);
  EXPECT_EQ((refusal<std::runtime_error, reused<reuse::unordered>>(2)).substr(0, 18), "mixed-size access:");
}

TEST(Engine, RefusesMixedSizes) {
  EXPECT_NE((refusal<std::runtime_error, overlapping>(1)).find("mixed-size access: x of 32 bits and x of 16 bits have one address"),
            std::string::npos);
}

TEST(Engine, RefusesMemoryThatItDoesNotSee) {
  EXPECT_NE((refusal<std::runtime_error, hidden_result>(2)).find("writes a member of the scenario"), std::string::npos);
  EXPECT_NE((refusal<std::runtime_error, shared_heap>(2)).find("touches memory that thread 1 allocated"), std::string::npos);
  EXPECT_NE((refusal<std::runtime_error, null_access>(1)).find("crashed: Segmentation fault"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::checker
