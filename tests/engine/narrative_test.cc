// What the graph engine says of a violation: names, values, both sites, and the link that is missing between them.
#include <gtest/gtest.h>

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "checker/report/text.h"
#include "tests/engine/exploring.h"

namespace holdfast::checker {
namespace {

using world = graph_platform;
using word = world::atomic<unsigned>;
using data = world::plain<unsigned>;

constexpr layout x_word{"x", {}};
constexpr layout link_word{"link", {}};
constexpr auto relaxed = order::relaxed;

std::vector<std::string> objects_of(const result& r) {
  std::vector<std::string> names;
  for (const step& s : r.found->steps) {
    if (!s.object.empty() && std::ranges::find(names, s.object) == names.end()) names.push_back(s.object);
  }
  return names;
}

// What was written to the object, as it is shown.
std::vector<std::string> written_to(const result& r, const std::string& object) {
  std::vector<std::string> values;
  for (const step& s : r.found->steps) {
    if (s.object == object && s.written) values.push_back(s.written->text);
  }
  return values;
}

struct two_namesakes {
  word first{x_word, 0};
  word second{x_word, 0};
  void thread(unsigned self) {
    (self == 1 ? second : first).store(self, relaxed, "write");
    if (self == 2) world::expect(first.load(relaxed, "one") + second.load(relaxed, "two") != 3, "not both", "expect");
  }
};
struct one_of_the_name {
  word x{x_word, 0};
  void thread(unsigned) {
    x.store(1, relaxed, "write");
    world::expect(false, "never", "expect");
  }
};

TEST(Narrative, TellsObjectsWithOneNameApart) {
  const result r = explored<two_namesakes>(2);
  ASSERT_EQ(kind_of(r), violation_kind::assertion);
  EXPECT_EQ(objects_of(r), (std::vector<std::string>{"x #2", "x #1"}));
  EXPECT_EQ(written_to(r, "x #1"), std::vector<std::string>{"2"});
  EXPECT_EQ(written_to(r, "x #2"), std::vector<std::string>{"1"});
  EXPECT_EQ(objects_of(explored<one_of_the_name>(1)), std::vector<std::string>{"x"});
}

struct item {
  const long before = 0;
  word value{x_word, 0};
  world::atomic<item*> link{link_word, nullptr};
};
struct pointing {
  item items[2];
  world::atomic<word*> direct{x_word, nullptr};
  world::plain<const char*> outside{"outside", nullptr};
  void thread(unsigned) {
    items[0].link.store(&items[1], relaxed, "link");
    items[0].link.store(nullptr, relaxed, "unlink");
    direct.store(&items[0].value, relaxed, "direct");
    outside.store(reinterpret_cast<const char*>(0xbeef), "outside");
    world::expect(false, "never", "expect");
  }
};

TEST(Narrative, APointerIsNamedAfterWhatItPointsAt) {
  const result r = explored<pointing>(1);
  EXPECT_EQ(written_to(r, "link #1"), (std::vector<std::string>{"&x #2 - 8", "null"}));
  EXPECT_EQ(written_to(r, "x #3"), std::vector<std::string>{"&x #1"});
  EXPECT_EQ(written_to(r, "outside"), std::vector<std::string>{"0xbeef"});
}

std::string report_of(const result& r) {
  result named = r;
  named.name = "test";
  return report(named, "holdfast");
}

// Lines as the test has them, from its own first line: where they stand does not matter.
std::string without_line_numbers(std::string text) {
  const std::string file = "narrative_test.cc:";
  for (std::size_t at = text.find(file); at != std::string::npos; at = text.find(file, at + 1)) {
    const std::size_t begin = at + file.size();
    text.replace(begin, text.find_first_not_of("0123456789", begin) - begin, "N");
  }
  return text;
}

bool says(const result& r, const std::string& what) { return without_line_numbers(report_of(r)).find(what) != std::string::npos; }

struct node {
  word value{x_word, 0};
};
enum class freed { early, twice };
template <freed How>
struct allocation {
  world::atomic<node*> shared{link_word, nullptr};
  void thread(unsigned self) {
    if (self == 1) {
      node* const n = new node;
      shared.store(n, order::release, "A1");
      delete n;
    } else if (node* const n = shared.load(order::acquire, "A2"); n != nullptr) {
      if constexpr (How == freed::twice) return delete n;
      n->value.store(1, relaxed, "A3");
    }
  }
};

TEST(Narrative, AUseAfterFreeNamesTheUseAndTheFree) {
  const result r = explored<allocation<freed::early>>(2);
  ASSERT_EQ(kind_of(r), violation_kind::use_after_free);
  EXPECT_EQ(r.found->object, "x");
  EXPECT_TRUE(says(r, "tests/engine/narrative_test.cc:N: VIOLATED test: use after free on `x`\n")) << report_of(r);
  EXPECT_TRUE(says(r, "T2 store [A3] 1 ")) << report_of(r);
  EXPECT_TRUE(says(r, "T1 destroyed  after store [A1] at narrative_test.cc:N ")) << report_of(r);
  EXPECT_TRUE(says(r, "T1 may have destroyed the object by then: nothing orders them: ")) << report_of(r);
}

TEST(Narrative, ADoubleFreeNamesBoth) {
  const result r = explored<allocation<freed::twice>>(2);
  ASSERT_EQ(kind_of(r), violation_kind::use_after_free);
  ASSERT_EQ(r.found->parties.size(), 2u);
  EXPECT_TRUE(says(r, "T2 destroyed after load [A2] at narrative_test.cc:N ")) << report_of(r);
  EXPECT_TRUE(says(r, "T1 destroyed after store [A1] at narrative_test.cc:N ")) << report_of(r);
  EXPECT_TRUE(says(r, "the object is destroyed a second time")) << report_of(r);
}

struct used_when_gone {
  word go{link_word, 0};
  alignas(word) unsigned char room[sizeof(word)];
  word* x() { return reinterpret_cast<word*>(room); }
  used_when_gone() { new (room) word(x_word, 0); }
  void thread(unsigned self) {
    if (self == 1) {
      x()->~word();
      go.store(1, order::release, "A1");
    } else if (go.load(order::acquire, "A2") == 1) {
      x()->load(relaxed, "A3");
    }
  }
};

TEST(Narrative, AnAccessAfterTheEndIsNotSaidToBeUnordered) {
  const result r = explored<used_when_gone>(2);
  ASSERT_EQ(kind_of(r), violation_kind::use_after_free);
  EXPECT_TRUE(says(r, "T2 load [A3]") && says(r, "  T1 has destroyed the object by then\n")) << report_of(r);
}

struct never_made {
  word y{link_word, 0};
  alignas(word) unsigned char room[sizeof(word)];
  void thread(unsigned) {
    y.load(relaxed, "A1");
    reinterpret_cast<word*>(room)->load(relaxed, "A2");
  }
};

TEST(Narrative, AnAccessToWhatWasNeverMadeIsNamed) {
  const result r = explored<never_made>(1);
  ASSERT_EQ(kind_of(r), violation_kind::uninitialised);
  EXPECT_TRUE(says(r, "T1 load [A2]  at narrative_test.cc:N ")) << report_of(r);
}

// What a publication lacks. No fence: order::relaxed.
struct publication {
  order write_fence = relaxed;
  order write = relaxed;
  order read = relaxed;
  order read_fence = relaxed;
  bool fences_early = false;
};
template <publication P>
struct published {
  word flag{x_word, 0};
  data d{"d", 0};
  static void fence(order o, world::site at) {
    if (o != relaxed) world::fence(o, at);
  }
  void thread(unsigned self) {
    if (self == 1) {
      if (P.fences_early) fence(P.write_fence, "F1");
      d.store(1, "write");
      if (!P.fences_early) fence(P.write_fence, "F1");
      flag.store(1, P.write, "W1");
    } else if (flag.load(P.read, "R1") == 1) {
      if (!P.fences_early) fence(P.read_fence, "F2");
      d.load("read");
      if (P.fences_early) fence(P.read_fence, "F2");
    }
  }
};
template <publication P>
std::string lack() {
  const result r = explored<published<P>>(2);
  if (!r.found) return "";
  EXPECT_EQ(kind_of(r), violation_kind::data_race);
  const std::string text = without_line_numbers(r.found->explanation);
  const std::string names =
      "nothing orders them: T2's load [R1] at narrative_test.cc:N took the word from T1's store [W1] at narrative_test.cc:N, but ";
  EXPECT_TRUE(text.starts_with(names)) << text;
  return text.substr(std::min(text.size(), names.size()));
}

TEST(Narrative, ARaceNamesTheOrderThatIsMissing) {
  EXPECT_EQ((lack<publication{.write = order::release}>()), "the read was relaxed");
  EXPECT_EQ((lack<publication{.read = order::acquire}>()), "the write was relaxed");
  EXPECT_EQ((lack<publication{}>()), "the write was relaxed and the read was relaxed");
  EXPECT_EQ((lack<publication{.write = order::release, .read = order::acquire}>()), "");
}

TEST(Narrative, AFenceCountsAsTheOrderOfWhatItCovers) {
  constexpr auto release = order::release;
  constexpr auto acquire = order::acquire;
  EXPECT_EQ((lack<publication{.write_fence = release}>()), "the read was relaxed, with no acquire fence after it");
  EXPECT_EQ((lack<publication{.read_fence = acquire}>()), "the write was relaxed, with no release fence before it");
  EXPECT_EQ((lack<publication{.write_fence = release, .read = acquire}>()), "");
  EXPECT_EQ((lack<publication{.write_fence = release, .read_fence = acquire}>()), "");
  EXPECT_EQ((lack<publication{.write_fence = release, .read = acquire, .fences_early = true}>()),
            "the write was relaxed, and its release fence comes too early");
  EXPECT_EQ((lack<publication{.write = release, .read_fence = acquire}>()), "");
}

// T1 publishes to T2, which passes it on to T3.
template <order Pass, order Read>
struct passed_on {
  word first{x_word, 0};
  word second{link_word, 0};
  data d{"d", 0};
  void thread(unsigned self) {
    if (self == 1) {
      d.store(1, "write");
      first.store(1, order::release, "W1");
    } else if (self == 2) {
      if (first.load(order::acquire, "R1") == 1) second.store(1, Pass, "W2");
    } else if (second.load(Read, "R2") == 1) {
      d.load("read");
    }
  }
};
template <order Head, order Read>
struct updated_in_between {
  word x{x_word, 0};
  data d{"d", 0};
  void thread(unsigned self) {
    if (self == 1) {
      d.store(1, "write");
      x.store(1, Head, "W1");
    } else if (self == 2) {
      x.fetch_add(1, relaxed, "U1");
    } else if (x.load(Read, "R1") == 2) {
      d.load("read");
    }
  }
};

TEST(Narrative, ARaceNamesTheLinkOfAChainThatIsMissing) {
  EXPECT_EQ((kind_of(explored<passed_on<order::release, order::acquire>>(3))), violation_kind::none);
  const result written = explored<passed_on<relaxed, order::acquire>>(3);
  EXPECT_TRUE(
      says(written,
           "T3's load [R2] at narrative_test.cc:N took the word from T2's store [W2] at narrative_test.cc:N, but the write was relaxed\n"))
      << report_of(written);
  const result read = explored<passed_on<order::release, relaxed>>(3);
  EXPECT_TRUE(says(
      read, "T3's load [R2] at narrative_test.cc:N took the word from T2's store [W2] at narrative_test.cc:N, but the read was relaxed\n"))
      << report_of(read);
}

TEST(Narrative, AnUpdateContinuesAReleaseSequence) {
  EXPECT_EQ((kind_of(explored<updated_in_between<order::release, order::acquire>>(3))), violation_kind::none);
  const result r = explored<updated_in_between<order::release, relaxed>>(3);
  EXPECT_TRUE(says(r, "took the word from T1's store [W1] at narrative_test.cc:N, but the read was relaxed\n")) << report_of(r);
}

// The update by T2 acquires nothing that T1 did, and its order is no help: "the write was release" would be.
template <order O>
struct handed_over {
  word x{x_word, 0};
  data d{"d", 0};
  void thread(unsigned self) {
    if (self == 1) {
      d.store(1, "write");
      x.store(1, order::release, "W1");
    } else if (x.exchange(2, O, "U1") == 1) {
      d.load("read");
    }
  }
};

TEST(Narrative, AnOrderThatIsOfNoHelpIsNamedWithTheOneThatIs) {
  EXPECT_TRUE(says(explored<handed_over<order::release>>(2), "but the read was release, not acquire\n"));
}

struct throwing {
  word x{x_word, 0};
  void thread(unsigned self) {
    if (self == 1) return x.store(1, relaxed, "W1");
    word local{link_word, 0};  // ends as the stack is unwound
    if (x.load(relaxed, "R1") == 1) throw std::runtime_error("one is too many");
  }
};
struct throws_a_number {
  void thread(unsigned) { throw 1; }
};
struct throws_at_the_end {
  void thread(unsigned) {}
  void finish() { throw std::logic_error("late"); }
};

TEST(Narrative, AnExceptionThatNobodyCatchesIsAViolation) {
  const result r = explored<throwing>(2);
  ASSERT_EQ(kind_of(r), violation_kind::exception);
  EXPECT_TRUE(says(r, "test: exception\n")) << report_of(r);
  EXPECT_TRUE(says(r, "T2 throws std::runtime_error: one is too many, after load [R1] at narrative_test.cc:N")) << report_of(r);
  EXPECT_TRUE(says(r, "  T2 threw an exception that nobody caught\n")) << report_of(r);
  EXPECT_EQ(written_to(r, "x"), std::vector<std::string>{"1"});
  EXPECT_TRUE(says(explored<throws_a_number>(1), "T1 throws int")) << report_of(explored<throws_a_number>(1));
  EXPECT_TRUE(says(explored<throws_at_the_end>(1), "throws std::logic_error: late")) << report_of(explored<throws_at_the_end>(1));
}

// Threads take turns while they throw and catch.
struct catching {
  word x{x_word, 0};
  void thread(unsigned self) {
    try {
      throw self;
    } catch (unsigned caught) {
      x.fetch_add(caught, relaxed, "U1");
      try {
        throw std::runtime_error("inner");
      } catch (const std::runtime_error&) {
        x.fetch_add(1, relaxed, "U2");
      }
      world::expect(caught == self, "each its own", "expect");
    }
    world::expect(std::uncaught_exceptions() == 0, "none is left", "expect");
  }
  void finish() { world::expect(x.load(relaxed, "read") == 5, "all were caught", "finish"); }
};

TEST(Narrative, WhatIsCaughtIsNoViolation) {
  const result r = explored<catching>(2);
  EXPECT_EQ(r.outcome, verdict::verified) << report_of(r);
  EXPECT_EQ(r.executions, 6u);
}

struct throws_from_noexcept {
  static void throws() { throw 1; }
  void thread(unsigned) noexcept { throws(); }
};
struct allocates_without_end {
  void thread(unsigned) {
    for (std::string all;;) all += "more";
  }
};
template <class Scenario>
std::string refusal() {
  try {
    explored<Scenario>(1);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "";
}

TEST(Narrative, WhatEndsAProgramIsRefused) {
  EXPECT_EQ(refusal<throws_from_noexcept>(), "thread 1 crashed: Aborted");
  EXPECT_EQ(refusal<allocates_without_end>(), "thread 1 allocates more than 1 MB");
}

}  // namespace
}  // namespace holdfast::checker
