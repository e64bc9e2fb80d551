// Scenarios and mutants of impl/adaptive_mutex.h: with every thread on a processor of its own, and with all on one.
#include <cstdint>
#include <optional>
#include <vector>

#include "checker/relacy/register.h"
#include "checker/relacy/relacy_platform.h"
#include "checker/runtime/explore.h"
#include "checker/runtime/graph_platform.h"
#include "impl/adaptive_mutex.h"
#include "models/lock_scenarios.h"
#include "models/mutex_scenarios.h"

namespace holdfast::models {
namespace {

using checker::violation_kind;

enum class processors : bool { one, each_its_own };

template <class World, processors How>
struct with_processors : World {
  static typename World::word this_processor() { return How == processors::one ? 1 : World::this_thread_id(); }
};

template <std::size_t Sleepers>
bool sleep_on_the_word(const checker::world_view& v) {
  return v.asleep_on(0) == Sleepers && adaptive_word::has_waiters(v.word(0));
}
const situation one{"a thread sleeps while the word is held_waiters", sleep_on_the_word<1>};
const situation two{"two threads sleep at once", sleep_on_the_word<2>};
const situation three{"three threads sleep at once", sleep_on_the_word<3>};
const situation held{"the word is held", [](const checker::world_view& v) { return !adaptive_word::is_free(v.word(0)); }};

template <class World, processors How = processors::each_its_own>
struct scenarios {
  using P = with_processors<World, How>;
  using tested = basic_adaptive_mutex<P>;
  std::string lock;

  template <class Scenario>
  exploration make(const char* name, unsigned threads, unsigned alike, std::optional<situation> reached, unsigned spins = 0) const {
    exploration e = mutex_exploration<Scenario>(lock + "/" + name, threads, alike);
    e.must_reach = std::move(reached);
    e.spin_rounds = spins;
    return e;
  }
  // Threads that know their numbers are not alike.
  exploration count_to_two() const { return make<count_scenario<World, tested, 2>>("count_to_two", 2, 1, one); }
  exploration spinning() const { return make<count_scenario<World, tested, 2>>("count_to_two_spinning", 2, 1, one, 1); }
  exploration one_processor() const { return make<count_scenario<World, tested, 2>>("one_processor", 2, 1, one, 1); }
  exploration timed() const { return make<timed_scenario<World, tested, 2>>("timed_lock_two", 2, 1, one); }
  exploration trying() const { return make<try_scenario<World, tested, 2>>("try_lock", 2, 1, held); }
  exploration misused() const { return make<misuse_scenario<World, tested>>("unlock_of_free", 2, 1, {}); }
  exploration last_user() const { return make<last_user_frees<World, tested, 2>>("last_user_frees", 2, 1, one); }
  exploration count_to_three() const { return make<count_scenario<World, tested, 3>>("count_to_three", 3, 1, two); }
  exploration owned_at_first() const { return owned_by_the_first<World, tested>(lock + "/owned_from_the_start", two); }
  exploration count_to_four() const { return make<count_scenario<World, tested, 4>>("one_processor_four", 4, 4, three); }
  exploration process_shared() const {
    return make<count_scenario<World, basic_adaptive_mutex<P, scope::process_shared>, 2>>("process_shared", 2, 1, one);
  }
  exploration any_waiter() const {
    exploration e = count_to_three();
    e.name += "_any_waiter";
    e.wakes = checker::wake_order::any_waiter;
    return e;
  }
};

const auto race = violated(violation_kind::data_race, "count");
const auto lost = violated(violation_kind::lost_wake_up, "mutex");
const auto asleep = violated(violation_kind::unreached, "");

template <class World>
void register_two_threads(const scenarios<World>& s, const scenarios<World, processors::one>& together, enter engine,
                          const std::vector<std::uint64_t>& counts) {
  engine(s.count_to_two(), "two threads, each counts once", verified(counts[0]), false);
  engine(s.spinning(), "the same; a spinner may look once more before it sleeps", verified(counts[1]), false);
  engine(together.one_processor(), "the same on one processor", verified(counts[2]), false);
  engine(s.timed(), "one locks, one gives up at any moment", verified(counts[3]), false);
  engine(s.trying(), "one locks, one tries", verified(counts[4]), false);
  engine(s.process_shared(), "two threads and a process-shared mutex", verified(counts[5]), false);
  engine(with_spurious_wake_ups(s.count_to_two()), "two threads; each may wake once for no reason", verified(counts[6]), false);
  engine(s.misused(), "unlocks what nobody holds", violated(violation_kind::misuse, ""), false);
  register_mutant(engine, s.count_to_two(), "l1_relaxed", weakened("L1"), race);
  register_mutant(engine, s.spinning(), "l3_relaxed", weakened("L3"), race);
  register_mutant(engine, s.count_to_two(), "l6_relaxed", weakened("L6"), race);
  register_mutant(engine, s.count_to_two(), "l8_never_sleeps", dropped("L8"), asleep);
  register_mutant(engine, s.trying(), "t1_relaxed", weakened("T1"), race);
  register_mutant(engine, s.count_to_two(), "u1_relaxed", weakened("U1"), race);
  register_mutant(engine, s.count_to_two(), "u2_dropped", dropped("U2"), lost);
}

template <class World>
void register_three_threads(const scenarios<World>& s, enter engine, std::uint64_t counts) {
  engine(s.owned_at_first(), "one owns it from the start, two lock", verified(counts), false);
  register_mutant(engine, s.owned_at_first(), "l6_lost_flag", writes("L6", adaptive_word::held_on(2u), adaptive_word::free), lost);
}

const bool registered = [] {
  using world = checker::graph_platform;
  const enter engine = checker::runtime::register_exploration;
  const scenarios<world> s{"adaptive_mutex/rc11"};
  const scenarios<world, processors::one> together{"adaptive_mutex/rc11"};
  register_two_threads(s, together, engine, {12, 48, 44, 13, 8, 12, 44});
  engine(s.last_user(), "whoever is the last user frees the mutex", verified(12), false);
  register_three_threads(s, engine, 2026);
  engine(s.count_to_three(), "three threads, each counts once", verified(6078), false);
  engine(s.any_waiter(), "three threads; a wake takes any waiter", verified(6726), false);
  engine(together.count_to_four(), "four threads on one processor, each counts once", verified(571507), true);
  const scenarios<checker::relacy_platform> in_relacy{"adaptive_mutex"};
  register_mutant(engine, s.count_to_three(), "l6_lost_flag", writes("L6", adaptive_word::held_on(2u), adaptive_word::free), lost);
  register_two_threads(in_relacy, scenarios<checker::relacy_platform, processors::one>{"adaptive_mutex"},
                       checker::relacy::register_exploration, {28, 106, 102, 30, 16, 28, 284});
  register_three_threads(in_relacy, checker::relacy::register_exploration, 2755868);
  return true;
}();

}  // namespace
}  // namespace holdfast::models
