// Priority inheritance in both engines: random programs that take, give, wait for and are moved to one word end in the same ways under
// relacy and in the graph engine under sequential consistency, and get stuck in the one if they do in the other. Of several words the
// engines know different things: relacy all that the kernel does.
#include <gtest/gtest.h>

#include <cstdio>
#include <iterator>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "checker/relacy/relacy_platform.h"
#include "impl/word/pi_word.h"
#include "tests/engine/ends.h"
#include "tests/engine/exploring.h"

namespace holdfast::checker {
namespace {

constexpr layout x_word{"x", {}};
constexpr unsigned most_threads = 3;

enum class opcode { load, store, take, lock, lock_timed, try_lock, unlock, wait, wait_timed, requeue_one, requeue_all };
constexpr const char* names[] = {"load",   "store", "take",       "lock",        "lock_timed", "try_lock",
                                 "unlock", "wait",  "wait_timed", "requeue_one", "requeue_all"};
constexpr unsigned opcodes = std::size(names);

struct operation {
  opcode what = opcode::load;
  unsigned value = 0;  // stored, or expected
};
using code = std::vector<std::vector<operation>>;

// What the scenarios run. An end is a digit for each operation of each thread, and the words.
code running;

// Of a result, a digit below 4.
constexpr unsigned digit(pi_result r) {
  switch (r) {
    case pi_result::done: return 0;
    case pi_result::again: return 1;
    case pi_result::timed_out: return 2;
    default: return 3;
  }
}

// Each thread gives the word back at last, if it has it.
template <class P>
struct pi_program {
  using word = typename P::word;
  using deadline = typename P::deadline;
  using data = typename P::template plain<unsigned>;
  static constexpr auto own = scope::process_private;
  typename P::template atomic<word> pi{pi_word::description, pi_word::free};
  typename P::template atomic<word> x{x_word, 0};
  data first{"first", 0};
  data second{"second", 0};
  data third{"third", 0};

  unsigned perform(const operation& o) {
    switch (o.what) {
      case opcode::load: return static_cast<unsigned>(x.load(order::seq_cst, "load"));
      case opcode::store: x.store(o.value, order::seq_cst, "store"); return 0;
      case opcode::take: return take();
      case opcode::lock: return digit(P::lock_pi(pi, own, deadline::never(), "lock"));
      case opcode::lock_timed: return digit(P::lock_pi(pi, own, deadline::at_any_moment(), "lock_timed"));
      case opcode::try_lock: return digit(P::try_lock_pi(pi, own, "try_lock"));
      case opcode::unlock: return digit(P::unlock_pi(pi, own, "unlock"));
      case opcode::wait: return digit(P::wait_requeue_pi(x, o.value, pi, own, deadline::never(), "wait"));
      case opcode::wait_timed: return digit(P::wait_requeue_pi(x, o.value, pi, own, deadline::at_any_moment(), "wait_timed"));
      case opcode::requeue_one: return digit(P::requeue_pi(x, o.value, 0, pi, own, "requeue_one"));
      case opcode::requeue_all: return digit(P::requeue_pi(x, o.value, everyone, pi, own, "requeue_all"));
    }
    return 0;
  }
  unsigned take() {
    word w = pi_word::free;
    return pi.compare_exchange_strong(w, P::this_thread_id(), order::seq_cst, order::seq_cst, "take") ? 1 : 0;
  }
  void give_back() {
    word w = P::this_thread_id();
    if (pi.compare_exchange_strong(w, pi_word::free, order::seq_cst, order::seq_cst, "free")) return;
    P::unlock_pi(pi, own, "give back");
  }
  data& result_of(unsigned thread) { return thread == 1 ? first : thread == 2 ? second : third; }

  void thread(unsigned self) {
    unsigned result = 0;
    for (const operation& o : running[self - 1]) result = result * 4 + perform(o);
    result_of(self).store(result, "result");
    give_back();
  }
  void finish() {
    unsigned end = 0;
    for (unsigned t = 1; t <= most_threads; ++t) end = end * 64 + result_of(t).load("read");
    const auto w = static_cast<std::uint32_t>(pi.load(order::seq_cst, "pi"));
    end = end * 8 + (pi_word::owner_of(w) & 3) + (pi_word::has_waiters(w) ? 4 : 0);
    note_end(end * 4 + static_cast<unsigned>(x.load(order::seq_cst, "x")));
  }
};

// Two threads of three operations or three of two. In one of two programs they do little else than wait and move.
code random_code(std::mt19937_64& random) {
  code c;
  const auto below = [&random](unsigned n) { return static_cast<unsigned>(random() % n); };
  constexpr opcode moving[] = {opcode::take, opcode::lock, opcode::wait, opcode::wait_timed, opcode::requeue_one, opcode::requeue_all};
  const unsigned threads = below(4) == 0 ? 3 : 2;
  const bool moves = below(2) == 1;
  for (unsigned t = 0; t < threads; ++t) {
    c.emplace_back();
    for (unsigned i = 0; i < 5 - threads; ++i) {
      const opcode what = moves ? moving[below(std::size(moving))] : static_cast<opcode>(below(opcodes));
      c.back().push_back({what, below(moves ? 8 : 2) == 1 ? 1u : 0u});
    }
  }
  return c;
}

std::string text_of(const code& c, const exploration& e) {
  std::string text = std::to_string(e.interruptions) + " interruptions\n";
  for (std::size_t t = 0; t < c.size(); ++t) {
    text += std::to_string(e.priorities[t]) + ": ";
    for (const operation& o : c[t]) text += std::string(names[static_cast<int>(o.what)]) + "(" + std::to_string(o.value) + "); ";
    text += "\n";
  }
  return text;
}

template <class P>
exploration of_this(std::vector<unsigned> priorities, unsigned interruptions, kernel::toggles on) {
  exploration e = exploration_of<pi_program<P>>(static_cast<unsigned>(running.size()));
  e.priorities = std::move(priorities);
  e.interruptions = interruptions;
  e.on = on;
  return e;
}

struct tally {
  unsigned stuck = 0;
  unsigned otherwise = 0;  // than without the toggles
};

// Of the program that runs.
void compare_engines(const std::vector<unsigned>& priorities, kernel::toggles on, tally& t) {
  const unsigned interruptions = running.size() == 2 ? 1 : 0;
  const exploration by_graph = of_this<graph_platform>(priorities, interruptions, on);
  const seen relacy = ends_by_relacy(of_this<relacy_platform>(priorities, interruptions, on));
  const seen sc = ends_by_graph(by_graph, true);
  EXPECT_EQ(relacy.gets_stuck, sc.gets_stuck) << text_of(running, by_graph);
  t.stuck += sc.gets_stuck ? 1 : 0;
  if (!sc.gets_stuck) {
    EXPECT_TRUE(relacy.ends == sc.ends) << text_of(running, by_graph) << "only in relacy:" << missing_of(relacy.ends, sc.ends)
                                        << ", only in the graph engine:" << missing_of(sc.ends, relacy.ends);
    EXPECT_TRUE(is_included(relacy.ends, ends_by_graph(by_graph, false).ends)) << text_of(running, by_graph);
  }
  if (on.none()) return;
  const seen usual = ends_by_graph(of_this<graph_platform>(priorities, interruptions, {}), true);
  t.otherwise += usual.gets_stuck != sc.gets_stuck || (!sc.gets_stuck && usual.ends != sc.ends) ? 1 : 0;
}

tally compare_engines_at_random(int programs, kernel::toggles on) {
  std::mt19937_64 random(1);
  tally t;
  for (int i = 0; i < programs && !testing::Test::HasFailure(); ++i) {
    running = random_code(random);
    std::vector<unsigned> priorities;
    for (std::size_t thread = 0; thread < running.size(); ++thread) priorities.push_back(10 * static_cast<unsigned>(random() % 3));
    compare_engines(priorities, on, t);
  }
  return t;
}

TEST(PiPrograms, EndTheSameWayInBothEngines) {
  const tally t = compare_engines_at_random(300, {});
  std::printf("%u of 300 get stuck\n", t.stuck);
  EXPECT_GT(t.stuck, 20u);
  EXPECT_LT(t.stuck, 200u);
}

TEST(PiPrograms, EndTheSameWayInBothEnginesOnAnotherKernel) {
  using enum kernel::toggle;
  for (const kernel::toggle other : {lock_pi_interrupted, requeue_pi_signals_none}) {
    const tally t = compare_engines_at_random(60, other);
    std::printf("%s: %u of 60 end otherwise, %u get stuck\n", kernel::name_of(other), t.otherwise, t.stuck);
    EXPECT_GT(t.otherwise, 0u) << kernel::name_of(other);
  }
}

// Both waiters are moved at once to a word that nobody owns.
TEST(PiPrograms, EndTheSameWayInBothEnginesIfAWordIsNotMarkedForTheSecond) {
  running = {{{opcode::wait_timed, 0}}, {{opcode::wait_timed, 0}}, {{opcode::requeue_all, 0}}};
  tally t;
  compare_engines({0, 10, 20}, {}, t);
  compare_engines({0, 10, 20}, kernel::toggle::requeue_pi_unmarked, t);
  EXPECT_EQ(t.otherwise, 1u);
  EXPECT_EQ(t.stuck, 0u);
}

}  // namespace
}  // namespace holdfast::checker
