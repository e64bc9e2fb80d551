// The kernel's queue in both engines: random programs of seq_cst accesses, waits on one word and on both, wakes and wake_ops end in the same
// ways under relacy, which tries every interleaving, and in the graph engine under sequential consistency; and get stuck in the one if they
// do in the other. Under RC11, where a kernel's operation orders nothing but the queue, they end in those ways at least. What a wake_op does
// to its word orders nothing, which relacy knows, too.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "checker/relacy/relacy_platform.h"
#include "tests/engine/ends.h"
#include "tests/engine/exploring.h"

namespace holdfast::checker {
namespace {

constexpr layout x_word{"x", {}};
constexpr unsigned most_threads = 3;
constexpr unsigned most_operations = 3;

enum class opcode { load, store, exchange, wait, wake, wake_op, wait_any };
struct operation {
  opcode what = opcode::load;
  unsigned word = 0;   // of a wake_op: the one that it changes; of a wait_any: the first
  unsigned value = 0;  // written, expected, or how many to wake; a wake_op: which of those below; a wait_any: see there
};
using code = std::vector<std::vector<operation>>;

// What the scenarios run. An end is a digit for each operation of each thread, and the words.
code running;

using change = word_change::update;
using test = word_change::test;
constexpr word_change changes[] = {
    {change::set, 0, test::not_equal, 0},
    {change::add, -1, test::greater, 1},
    {change::bit_xor, 1, test::less_or_equal, 0},
};

template <class P>
struct futex_program {
  using word = typename P::word;
  using data = typename P::template plain<unsigned>;
  typename P::template atomic<word> x{x_word, 0};
  typename P::template atomic<word> y{x_word, 0};
  data first{"first", 0};
  data second{"second", 0};
  data third{"third", 0};

  unsigned perform(const operation& o) {
    auto& on = o.word == 0 ? x : y;
    auto& other = o.word == 0 ? y : x;
    switch (o.what) {
      case opcode::load: return static_cast<unsigned>(on.load(order::seq_cst, "load"));
      case opcode::store: on.store(o.value, order::seq_cst, "store"); return 0;
      case opcode::exchange: return static_cast<unsigned>(on.exchange(o.value, order::seq_cst, "exchange"));
      case opcode::wait: return static_cast<unsigned>(P::wait(on, o.value, scope::process_private, P::deadline::never(), "wait"));
      case opcode::wake: P::wake(on, static_cast<int>(o.value), scope::process_private, "wake"); return 0;
      case opcode::wake_op: P::wake_op(other, 1, on, 1, changes[o.value], scope::process_private, "wake_op"); return 0;
      case opcode::wait_any: return wait_any(on, other, o.value);
    }
    return 0;
  }
  // A bit for what is expected of each, and one for a deadline.
  unsigned wait_any(typename P::template atomic<word>& on, typename P::template atomic<word>& other, unsigned value) {
    const awaited_word<P> both[] = {{&on, value & 1}, {&other, value >> 1 & 1}};
    const auto until = (value & 4) != 0 ? P::deadline::at_any_moment() : P::deadline::never();
    const any_result r = P::wait_any(both, scope::process_private, until, "wait_any");
    return r.why == wait_result::woken ? r.index : r.why == wait_result::changed ? 2 : 3;
  }
  data& result_of(unsigned thread) { return thread == 1 ? first : thread == 2 ? second : third; }

  void thread(unsigned self) {
    unsigned result = 0;  // of values below 4: of a word that is below 0, the last bits
    for (const operation& o : running[self - 1]) result = result * 4 + perform(o) % 4;
    result_of(self).store(result, "result");
  }
  void finish() {
    unsigned end = 0;
    for (unsigned t = 1; t <= most_threads; ++t) end = end * 64 + result_of(t).load("read");
    end = (end * 4 + static_cast<unsigned>(x.load(order::seq_cst, "x")) % 4) * 4 + static_cast<unsigned>(y.load(order::seq_cst, "y")) % 4;
    note_end(end);
  }
};

code random_code(std::mt19937_64& random) {
  code c;
  const auto below = [&random](unsigned n) { return static_cast<unsigned>(random() % n); };
  const unsigned words = 1 + below(2);
  const unsigned threads = 2 + below(2);
  unsigned any_left = threads == 2 ? 3 : 1;  // each is many steps
  for (unsigned t = 0; t < threads; ++t) {
    c.emplace_back();
    for (unsigned i = 0; i < 1 + below(most_operations); ++i) {
      operation o{static_cast<opcode>(below(any_left == 0 ? 6 : 7)), below(words), below(3)};
      if (o.what == opcode::wait) o.value = below(2);
      if (o.what == opcode::wake) o.value = 1 + below(2);
      if (o.what == opcode::wait_any) {
        --any_left;
        o.word = below(2);
        o.value = below(8);
      }
      c.back().push_back(o);
    }
  }
  return c;
}

// One thread waits on both words, and others mostly wake those that sleep there.
code random_code_around_a_wait_on_both(std::mt19937_64& random) {
  const auto below = [&random](unsigned n) { return static_cast<unsigned>(random() % n); };
  constexpr opcode around[] = {opcode::wake, opcode::wake, opcode::wake, opcode::store, opcode::wake_op, opcode::wait};
  code c = {{{opcode::wait_any, below(2), below(3) == 0 ? below(8) : 0}}};
  for (unsigned t = 0; t < 1 + below(2); ++t) {
    c.emplace_back();
    for (unsigned i = 0; i < 2 + below(2); ++i) c.back().push_back({around[below(std::size(around))], below(2), 1 + below(2)});
  }
  return c;
}

std::string text_of(const code& c) {
  constexpr const char* names[] = {"load", "store", "exchange", "wait", "wake", "wake_op", "wait_any"};
  std::string text;
  for (const auto& thread : c) {
    for (const operation& o : thread) {
      text += std::string(names[static_cast<int>(o.what)]) + "(" + (o.word == 0 ? "x" : "y") + ", " + std::to_string(o.value) + "); ";
    }
    text += "\n";
  }
  return text;
}

struct conditions {
  wake_order wakes = wake_order::first_come;
  unsigned spurious_wake_ups = 0;
  kernel::toggles on = {};
};

template <class P>
exploration of_this(const conditions& c) {
  exploration e = exploration_of<futex_program<P>>(static_cast<unsigned>(running.size()));
  e.wakes = c.wakes;
  e.spurious_wake_ups = c.spurious_wake_ups;
  e.on = c.on;
  return e;
}
seen seen_by_graph(const conditions& c, bool under_sc) { return ends_by_graph(of_this<graph_platform>(c), under_sc); }

struct tally {
  unsigned stuck = 0;
  unsigned otherwise = 0;     // than without the toggles
  unsigned only_relaxed = 0;  // relacy ends in ways that no interleaving does
  unsigned any = 0;           // with a wait on both words
};

bool has(const code& c, opcode what) {
  return std::ranges::any_of(c, [what](const auto& thread) { return std::ranges::count(thread, what, &operation::what) != 0; });
}

tally compare_engines(int programs, kernel::toggles on, code (*random_code_of)(std::mt19937_64&) = random_code,
                      unsigned spurious_wake_ups = 0) {
  std::mt19937_64 random(1);
  tally seen_so_far;
  for (int i = 0; i < programs && !testing::Test::HasFailure(); ++i) {
    running = random_code_of(random);
    const conditions now{i % 2 == 0 ? wake_order::first_come : wake_order::any_waiter, spurious_wake_ups, on};
    const seen relacy = ends_by_relacy(of_this<relacy_platform>(now));
    const seen sc = seen_by_graph(now, true);
    EXPECT_EQ(relacy.gets_stuck, sc.gets_stuck) << text_of(running);
    if (!on.none()) {
      const seen usual = seen_by_graph({now.wakes, spurious_wake_ups, {}}, true);
      seen_so_far.otherwise += usual.gets_stuck != sc.gets_stuck || (!sc.gets_stuck && usual.ends != sc.ends) ? 1 : 0;
    }
    seen_so_far.any += has(running, opcode::wait_any) ? 1 : 0;
    if (relacy.gets_stuck) {
      ++seen_so_far.stuck;
      continue;
    }
    // A wake_op's change of the word orders nothing: a load that comes later may miss it.
    const bool is_sc = !has(running, opcode::wake_op);
    EXPECT_TRUE(relacy.ends == sc.ends || !is_sc) << text_of(running);
    const seen rc11 = seen_by_graph(now, false);
    EXPECT_TRUE(is_included(sc.ends, relacy.ends) && is_included(relacy.ends, rc11.ends)) << text_of(running);
    seen_so_far.only_relaxed += relacy.ends == sc.ends ? 0 : 1;
  }
  return seen_so_far;
}

TEST(FutexPrograms, EndTheSameWayInBothEngines) {
  const tally t = compare_engines(400, {});
  EXPECT_GT(t.stuck, 20u);
  EXPECT_LT(t.stuck, 300u);
  EXPECT_GT(t.only_relaxed, 0u);
  EXPECT_GT(t.any, 100u);
}

TEST(FutexPrograms, EndTheSameWayInBothEnginesIfWaitsCompareOutsideOfTheLock) {
  const tally t = compare_engines(200, kernel::toggle::compare_outside_lock);
  EXPECT_GT(t.otherwise, 0u);
  EXPECT_LT(t.stuck, 150u);
}

TEST(FutexPrograms, EndTheSameWayInBothEnginesIfAThreadWaitsOnBothWords) {
  const tally t = compare_engines(200, {}, random_code_around_a_wait_on_both);
  EXPECT_GT(t.any - t.stuck, 50u);
  EXPECT_GT(compare_engines(100, {}, random_code_around_a_wait_on_both, 1).any, 50u);
  EXPECT_GT(compare_engines(100, kernel::toggle::waitv_smallest, random_code_around_a_wait_on_both).otherwise, 0u);
  EXPECT_GT(compare_engines(100, kernel::toggle::waitv_counts_once, random_code_around_a_wait_on_both).otherwise, 0u);
}

}  // namespace
}  // namespace holdfast::checker
