// The exploration and the proof are about the same program: every move that a thread makes in an exploration is an edge of the
// automaton that the proof extracted from the same template, and every edge is made by some thread, but for those listed with a reason.
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "checker/relacy/explore.h"
#include "checker/relacy/relacy_platform.h"
#include "impl/mutex.h"
#include "models/mutex_scenarios.h"
#include "models/published/mutex2.h"
#include "models/published/mutex3.h"
#include "proofs/mutex_subjects.h"
#include "proofs/symbolic/automaton.h"

namespace holdfast::proofs {
namespace {

using checker::kernel::code;
using checker::relacy::exploration;
using checker::relacy::explored_step;
using world = checker::relacy_platform;

// One operation of one thread, with where the thread was and where it came to: labels, "idle", "owner", or a label and ".asleep".
struct move {
  std::string from;
  std::string to;
  action what;
  std::uint32_t before;
  std::uint32_t after;
  friend auto operator<=>(const move&, const move&) = default;
};

// Turns the explored steps of each thread into moves. A move is known when the thread's next operation, or its return, is seen.
class follower {
 public:
  void operator()(const explored_step& s) {
    thread& t = threads_[s.thread];
    if (s.returns) return arrive(t, owns_after(s.operation) ? "owner" : "idle");
    if (*s.label == '\0') return;
    if (s.outcome == code::timed_out || s.outcome == code::spurious) {
      t.open.what = s.outcome == code::timed_out ? action::timed_out : action::woken;
      return;
    }
    arrive(t, s.label);
    const std::uint32_t before = s.before.value_or(0);
    t.open = {s.label, "", what_of(s), before, s.after.value_or(before)};
    t.is_open = true;
    if (t.open.what != action::sleeps) return;
    arrive(t, std::string(s.label) + ".asleep");
    t.open = {t.at, "", action::woken, 0, 0};
    t.is_open = true;
  }

  // Between executions the threads are new.
  void begin_execution() { threads_ = {}; }
  const std::set<move>& moves() const { return moves_; }

 private:
  struct thread {
    std::string at = "idle";
    move open{};
    bool is_open = false;
  };

  static bool owns_after(unsigned char operation) { return static_cast<spec::mutex_operation>(operation) == spec::mutex_operation::lock; }
  static action what_of(const explored_step& s) {
    if (!s.futex) return !s.after ? action::load : s.stores ? action::store : action::read_modify_write;
    if (s.outcome == code::sleeps) return action::sleeps;
    return s.outcome == code::again ? action::changed : action::wakes;
  }

  void arrive(thread& t, std::string at) {
    if (t.is_open) {
      t.open.to = at;
      moves_.insert(t.open);
    } else if (at != t.at) {
      moves_.insert({t.at, at, action::call, 0, 0});
    }
    t.is_open = false;
    t.at = std::move(at);
  }

  std::array<thread, 5> threads_{};
  std::set<move> moves_;
};

bool is_at(const automaton& a, std::size_t l, const std::string& place) {
  const location& where = a.locations[l];
  if (l == automaton::idle) return place == "idle";
  if (l == automaton::owner) return place == "owner";
  return where.asleep ? place == where.label + ".asleep" : place == where.label;
}

// The operations of the futex read the word too, but what they do does not depend on it: a wake and the end of a sleep fit any.
bool makes(const automaton& a, std::size_t e, const move& m) {
  const edge& made = a.edges[e];
  if (!is_at(a, made.from, m.from) || !is_at(a, made.to, m.to) || made.what != m.what) return false;
  const bool reads = m.what != action::call && m.what != action::wakes && m.what != action::woken && m.what != action::timed_out;
  return !reads || admits(a, e, m.before, m.after);
}

using strings = std::vector<std::string>;

// Runs the explorations and compares both ways. Returns the edges that nobody made.
strings unmade_edges(const automaton& a, std::vector<exploration> explorations) {
  follower seen;
  for (exploration& e : explorations) {
    e.on_execution = [&seen] { seen.begin_execution(); };
    e.on_step = [&seen](const explored_step& s) { seen(s); };
    EXPECT_NE(checker::relacy::explore(e, {}).outcome, checker::verdict::violated) << e.name;
  }
  EXPECT_GT(seen.moves().size(), 10u);
  std::vector<bool> made(a.edges.size(), false);
  for (const move& m : seen.moves()) {
    bool admitted = false;
    for (std::size_t e = 0; e < a.edges.size(); ++e) {
      if (!makes(a, e, m)) continue;
      admitted = made[e] = true;
    }
    EXPECT_TRUE(admitted) << m.from << " -> " << m.to << " (" << name_of(m.what) << "): " << m.before << " -> " << m.after;
  }
  strings unmade;
  for (std::size_t e = 0; e < a.edges.size(); ++e) {
    if (!made[e]) unmade.push_back(a.name_of_edge(e));
  }
  return unmade;
}

// Bounded where it is large: it is the variety of moves that counts here.
template <class Scenario>
exploration bounded(std::string name, unsigned threads, unsigned spin_rounds = 0) {
  exploration e = models::mutex_exploration<Scenario>(std::move(name), threads, 1);
  e.spurious_wake_ups = 1;
  e.spin_rounds = spin_rounds;
  e.context_bound = 3;
  return e;
}

template <class Mutex>
std::vector<exploration> counting() {
  return {bounded<models::count_scenario<world, Mutex, 2, 2>>("count_twice", 2),
          bounded<models::count_scenario<world, Mutex, 3>>("count_to_three", 3)};
}

// A spurious wake-up of the exploration returns as woken; that a signal's return leads on to the same place, the extraction says.
TEST(CrossCheck, Mutex2) {
  EXPECT_EQ(unmade_edges(mutex2_subject().extracted({}), counting<published::mutex2<world>>()),
            (strings{"lock.L3.asleep.interrupted.to.lock.L4", "lock.L3.b.asleep.interrupted.to.lock.L4"}));
}

TEST(CrossCheck, Mutex3) {
  EXPECT_EQ(unmade_edges(mutex3_subject().extracted({}), counting<published::mutex3<world>>()),
            (strings{"lock.L3.asleep.interrupted.to.lock.L4", "lock.L3.b.asleep.interrupted.to.lock.L4.b"}));
}

// Besides: no scenario that is verified unlocks what is free.
TEST(CrossCheck, Mutex) {
  using tested = basic_mutex<world>;
  EXPECT_EQ(unmade_edges(mutex_subject().extracted({}), {bounded<models::count_scenario<world, tested, 2, 2>>("count_twice", 2, 2),
                                                         bounded<models::timed_scenario<world, tested, 2, 2>>("timed_lock_twice", 2, 2),
                                                         models::mutex_exploration<models::try_scenario<world, tested, 2>>("try_lock", 2, 1)}),
            (strings{"lock.L5.asleep.interrupted.to.lock.L6", "lock.L5.asleep.interrupted.to.lock.L4",
                     "timed_lock.L5.asleep.interrupted.to.timed_lock.L6", "timed_lock.L5.asleep.interrupted.to.timed_lock.L4",
                     "unlock.U1.to.misuse"}));
}

// A relation that lacks an edge does not pass.
TEST(CrossCheck, NoticesAMissingEdge) {
  automaton a = mutex2_subject().extracted({});
  const auto takes_late = [&a](const edge& e) { return a.locations[e.from].label == "L4" && e.to == automaton::owner; };
  ASSERT_EQ(std::erase_if(a.edges, takes_late), 1u);
  EXPECT_NONFATAL_FAILURE(static_cast<void>(unmade_edges(a, counting<published::mutex2<world>>())), "L4 -> owner");
}

}  // namespace
}  // namespace holdfast::proofs
