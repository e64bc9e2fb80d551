// Scenarios and mutants of impl/ticket_mutex.h.
#include "checker/relacy/register.h"
#include "checker/relacy/relacy_platform.h"
#include "checker/runtime/explore.h"
#include "checker/runtime/graph_platform.h"
#include "impl/ticket_mutex.h"
#include "models/lock_scenarios.h"
#include "models/mutex_scenarios.h"

namespace holdfast::models {
namespace {

using checker::violation_kind;
using checker::wake_order;

// Words: next is the first, serving the second.
template <std::size_t Sleepers>
bool sleep_on_serving(const checker::world_view& v) {
  return v.asleep_on(1) == Sleepers;
}
const situation one{"a thread sleeps", sleep_on_serving<1>};
const situation two{"two threads sleep at once", sleep_on_serving<2>};
const situation three{"three threads sleep at once", sleep_on_serving<3>};

// What an unlock does when it saw nobody wait, and somebody sleeps.
const situation missed{"a thread sleeps and S is off: a wake is owed",
                       [](const checker::world_view& v) { return v.asleep_on(1) != 0 && !ticket_word::has_sleepers(v.word(1)); }};

// The one ticket that is out is the owner's.
const situation without_ticket{"a thread without a ticket sleeps",
                               [](const checker::world_view& v) { return v.asleep_on(1) == 1 && v.word(0) == ticket_word::one_ticket; }};
const situation neither_has_a_ticket{"two threads without tickets sleep", [](const checker::world_view& v) {
                                       return v.asleep_on(1) == 2 && v.word(0) == ticket_word::one_ticket;
                                     }};
// Two tickets are out, the first has had its turn, and whoever has the second is the owner.
const situation sleeps_on{"a thread without a ticket sleeps through a hand-over", [](const checker::world_view& v) {
                            return v.asleep_on(1) == 1 && v.word(0) == 2 * ticket_word::one_ticket &&
                                   v.word(1) == ticket_word::with_sleepers(ticket_word::one_ticket);
                          }};

// The scenarios over a world. Narrow: the same with words of three bits, which leaves tickets of two.
template <class World, class Narrow>
struct scenarios {
  using tested = basic_ticket_mutex<World>;
  using narrow = basic_ticket_mutex<Narrow>;
  // Sleepers whose tickets are so far apart share a bit, as t and t + 32 do of 32.
  template <unsigned Bits>
  using colliding = basic_ticket_mutex<World, scope::process_private, ticket_default_spin, Bits>;
  std::string lock;

  template <class Scenario>
  exploration alike(const char* name, unsigned threads, const situation& reached) const {
    exploration e = mutex_exploration<Scenario>(lock + "/" + name, threads, threads);
    e.must_reach = reached;
    return e;
  }

  exploration count_to_two() const { return alike<count_scenario<World, tested, 2>>("count_to_two", 2, one); }
  exploration count_twice() const { return alike<count_scenario<World, tested, 2, 2>>("count_twice", 2, one); }
  exploration owes_a_wake() const { return alike<count_scenario<World, tested, 2>>("owes_a_wake", 2, missed); }
  exploration count_to_three() const { return alike<count_scenario<World, tested, 3>>("count_to_three", 3, two); }
  exploration owned_one_tries() const { return owned_by_the_first<World, tested, 1>(lock + "/owned_one_tries", one); }
  exploration last_user() const { return alike<last_user_frees<World, tested, 2>>("last_user_frees", 2, one); }
  exploration three_share_a_bit() const { return alike<count_scenario<World, colliding<1>, 3>>("three_share_a_bit", 3, two); }

  exploration spinning() const {
    exploration e = count_to_two();
    e.name = lock + "/count_to_two_spinning";
    e.spin_rounds = 1;
    return e;
  }
  exploration process_shared() const {
    return alike<count_scenario<World, basic_ticket_mutex<World, scope::process_shared>, 2>>("process_shared", 2, one);
  }
  exploration trying() const {
    exploration e = mutex_exploration<try_scenario<World, tested, 2>>(lock + "/try_lock", 2, 1);
    e.must_reach = situation{"the first ticket is out", [](const checker::world_view& v) { return v.word(0) == ticket_word::one_ticket; }};
    return e;
  }
  exploration timed_two() const { return timed<timed_scenario<World, tested, 2>>("timed_lock_two", 2, 1, without_ticket); }
  exploration timed_three() const { return timed<timed_scenario<World, tested, 3>>("timed_lock_three", 3, 2, sleeps_on); }
  exploration two_timed() const {
    return timed<several_timed_scenario<World, tested, 3, 2>>("two_timed_of_three", 3, 1, neither_has_a_ticket);
  }
  exploration patient_two() const {
    return timed<several_timed_scenario<World, tested, 2, 1, true>>("without_deadline", 2, 1, without_ticket);
  }
  exploration patient_three() const {
    return timed<several_timed_scenario<World, tested, 3, 2, true>>("without_deadline_three", 3, 1, neither_has_a_ticket);
  }
  exploration patient_last() const {
    return timed<several_timed_scenario<World, tested, 3, 1, true>>("without_deadline_last", 3, 2, sleeps_on);
  }
  exploration timed_spinning() const {
    exploration e = patient_two();
    e.name = lock + "/without_deadline_spinning";
    e.spin_rounds = 1;
    return e;
  }
  exploration any_waiter(exploration e) const {
    e.name += "_any_waiter";
    e.wakes = wake_order::any_waiter;
    return e;
  }
  exploration misused() const { return mutex_exploration<misuse_scenario<World, tested>>(lock + "/unlock_of_free", 2, 1); }

  // Four tickets: the first thread has as many turns before the other takes its first.
  exploration wrapping() const { return narrowed<late_scenario<Narrow, narrow, 4>>("two_bit_tickets", 2); }
  exploration wrapping_try() const { return narrowed<late_try_scenario<Narrow, narrow, 4>>("two_bit_tickets_try", 2); }
  exploration wrapping_timed() const { return narrowed<late_timed_scenario<Narrow, narrow, 4>>("two_bit_tickets_timed", 2); }
  exploration wrapping_three() const { return narrowed<late_scenario<Narrow, narrow, 2>>("two_bit_tickets_three", 3); }

 private:
  template <class Scenario>
  exploration timed(const char* name, unsigned threads, unsigned alike, const situation& reached) const {
    exploration e = mutex_exploration<Scenario>(lock + "/" + name, threads, alike);
    e.must_reach = reached;
    return e;
  }
  template <class Scenario>
  exploration narrowed(const char* name, unsigned threads) const {
    exploration e = mutex_exploration<Scenario>(lock + "/" + name, threads, 1);
    e.must_reach = situation{"all tickets are out and the first comes again",
                             [](const checker::world_view& v) { return v.word(0) == 0 && v.word(1) != 0; }};
    return e;
  }
};

using graph_scenarios = scenarios<checker::graph_platform, checker::narrow_graph_platform<3>>;
using relacy_scenarios = scenarios<checker::relacy_platform, checker::narrow_relacy_platform<3>>;

const auto race = violated(violation_kind::data_race, "count");
const auto lost = violated(violation_kind::lost_wake_up, "serving");
const auto asleep = violated(violation_kind::unreached, "");

// Of four threads that come as they like, 2.9 M executions are not all. When they have drawn their tickets, what is left is how they
// sleep and pass it on.
exploration four_in_line(const graph_scenarios& s) {
  using world = checker::graph_platform;
  using scenario = in_line_scenario<world, basic_ticket_mutex<world>, 4, 4 * ticket_word::one_ticket>;
  exploration e = s.alike<scenario>("four_in_line", 4, three);
  e.same = {2, 4};
  e.make = checker::make_program<scenario, checker::unspecified>;
  return e;
}

// The last has no ticket: the tickets of the others are all served before it, while it sleeps.
exploration three_in_line(const graph_scenarios& s) {
  using world = checker::graph_platform;
  using scenario = in_line_scenario<world, basic_ticket_mutex<world>, 4, 3 * ticket_word::one_ticket, true>;
  exploration e = s.alike<scenario>("three_in_line_one_without_ticket", 4, three);
  e.same = {2, 3};
  e.make = checker::make_program<scenario, checker::unspecified>;
  return e;
}

// How often a loop that comes to the same word again is taken for one that gets nowhere depends on what lies on its stack.
const checker::expectation uncounted{checker::verdict::verified, violation_kind::none, "", std::nullopt};

void register_with_graphs() {
  using checker::runtime::register_exploration;
  const graph_scenarios s{"ticket_mutex/rc11"};
  register_exploration(s.count_to_two(), "two threads, each counts once", verified(22));
  register_exploration(s.spinning(), "the same; the next may look once more before it sleeps", verified(44));
  register_exploration(s.count_twice(), "two threads, each counts twice", verified(8058));
  register_exploration(s.owes_a_wake(), "two threads; one sleeps, unseen", verified(22));
  register_exploration(s.trying(), "one locks, one tries", verified(25));
  register_exploration(s.process_shared(), "two threads and a process-shared mutex", verified(22));
  register_exploration(s.timed_two(), "one locks, one gives up at any moment", verified(40));
  register_exploration(s.patient_two(), "one locks, one waits without a ticket", verified(37));
  register_exploration(s.timed_spinning(), "the same; it may look once more before it sleeps", verified(75));
  register_exploration(with_spurious_wake_ups(s.patient_two()), "the same; each may wake once for no reason", verified(205));
  register_exploration(s.timed_three(), "three threads; one gives up at any moment", verified(38416));
  register_exploration(s.two_timed(), "three threads; two give up at any moment", verified(87750));
  register_exploration(s.patient_three(), "one locks, two wait without tickets", verified(72262));
  register_exploration(s.patient_last(), "two lock, one waits without a ticket", verified(33340));
  register_exploration(s.wrapping_timed(), "tickets of two bits; four turns pass while one waits without a ticket", uncounted);
  register_exploration(s.last_user(), "whoever is the last user frees the mutex", verified(22));
  register_exploration(s.misused(), "unlocks what nobody holds", violated(violation_kind::misuse, ""));
  register_exploration(with_spurious_wake_ups(s.count_to_two()), "two threads; each may wake once for no reason", verified(118));
  register_exploration(s.wrapping(), "tickets of two bits; four turns pass before a thread comes", verified(1280));
  register_exploration(s.wrapping_try(), "tickets of two bits; four turns pass before a thread tries", verified(110));
  register_exploration(s.owned_one_tries(), "one owns it from the start, one locks, one tries", verified(126));
  register_exploration(s.count_to_three(), "three threads, each counts once", verified(10836));
  register_exploration(s.any_waiter(s.count_to_three()), "three threads; a wake takes any waiter", verified(14316));
  register_exploration(four_in_line(s), "one owns it from the start, until three have tickets", verified(267646));
  register_exploration(three_in_line(s), "one owns it from the start, until two have tickets; one has none", verified(2213186), true);
  register_exploration(s.three_share_a_bit(), "three threads whose tickets share one bit", verified(12096));
  register_exploration(s.wrapping_three(), "tickets of two bits; three threads, one counts twice", verified(10197924), true);
  register_exploration(with_spurious_wake_ups(s.count_to_three()), "three threads; each may wake once for no reason", verified(13346244),
                       true);
  exploration overtaking = mutex_exploration<overtaking_scenario<checker::graph_platform, basic_ticket_mutex<checker::graph_platform>>>(
      s.lock + "/overtaking", 2, 1);
  overtaking.make = checker::make_program<overtaking_scenario<checker::graph_platform, basic_ticket_mutex<checker::graph_platform>>,
                                          checker::unspecified>;
  overtaking.must_reach = one;
  register_exploration(overtaking, "whoever unlocks and locks again finds the one that waited served", verified(134));
}

void register_with_relacy() {
  using checker::relacy::register_exploration;
  const relacy_scenarios s{"ticket_mutex"};
  register_exploration(s.count_to_two(), "two threads, each counts once", verified(2134));
  register_exploration(s.spinning(), "the same; the next may look once more before it sleeps", verified(5510));
  register_exploration(s.owes_a_wake(), "two threads; one sleeps, unseen", verified(2134));
  register_exploration(s.trying(), "one locks, one tries", verified(1088));
  register_exploration(s.process_shared(), "two threads and a process-shared mutex", verified(2134));
  register_exploration(s.misused(), "unlocks what nobody holds", violated(violation_kind::misuse, ""));
  register_exploration(with_spurious_wake_ups(s.count_to_two()), "two threads; each may wake once for no reason", verified(308766));
  register_exploration(s.timed_two(), "one locks, one gives up at any moment", verified(5308));
  register_exploration(s.patient_two(), "one locks, one waits without a ticket", verified(4300));
  // Of three threads that all lock, or of two that lock twice, 5 M executions are not all.
  register_exploration(s.owned_one_tries(), "one owns it from the start, one locks, one tries", verified(81004));
}

// Those that two threads show, or three of whom one tries.
template <class Scenarios>
void register_mutants(const Scenarios& s, enter engine) {
  register_mutant(engine, s.count_to_two(), "l2_relaxed", weakened("L2"), race);
  register_mutant(engine, s.spinning(), "l3_relaxed", weakened("L3"), race);
  register_mutant(engine, s.count_to_two(), "l4_relaxed", weakened("L4"), race);
  register_mutant(engine, s.patient_two(), "d6_never_sleeps", dropped("D6"), asleep);
  register_mutant(engine, s.patient_two(), "u5_dropped", dropped("U5"), lost);
  register_mutant(engine, s.count_to_two(), "l6_never_sleeps", dropped("L6"), asleep);
  register_mutant(engine, s.trying(), "t3_relaxed", weakened("T3"), race);
  register_mutant(engine, s.count_to_two(), "u3_relaxed", weakened("U3"), race);
  register_mutant(engine, s.count_to_two(), "u4_relaxed", weakened("U4"), race);
  register_mutant(engine, s.count_to_two(), "u5_dropped", dropped("U5"), lost);
  register_mutant(engine, s.count_to_two(), "u6_relaxed", weakened("U6"), race);
  register_mutant(engine, s.count_to_two(), "u7_dropped", dropped("U7"), lost);
  register_mutant(engine, s.owned_one_tries(), "u7_dropped", dropped("U7"), lost);
}

// The first owner passes the mutex on as if nobody slept.
const mutation passes_without_flag{mutation::change::write, "U6", order::relaxed, ticket_word::one_ticket};

void register_graph_mutants() {
  const graph_scenarios s{"ticket_mutex/rc11"};
  const enter engine = checker::runtime::register_exploration;
  register_mutants(s, engine);
  register_mutant(engine, s.count_to_two(), "l5_lost_flag", writes("L5", ticket_word::first, ticket_word::first), asleep);
  register_mutant(engine, s.wrapping(), "l1_relaxed", weakened("L1"), race);
  register_mutant(engine, s.wrapping(), "l1_acquire", weakened("L1", order::acquire), race);
  register_mutant(engine, s.wrapping(), "l1_release", weakened("L1", order::release), race);
  register_mutant(engine, s.patient_two(), "d4_lost_flag", writes("D4", ticket_word::first, ticket_word::first), asleep);
  register_mutant(engine, s.patient_two(), "d4_relaxed", weakened("D4"), lost);
  register_mutant(engine, s.wrapping_try(), "t2_relaxed", weakened("T2"), race);
  register_mutant(engine, s.count_to_three(), "u6_lost_flag", passes_without_flag, lost);
  register_mutant(engine, four_in_line(s), "u7_dropped", dropped("U7"), lost);
}

const bool registered = (register_with_graphs(), register_graph_mutants(), register_with_relacy(),
                         register_mutants(relacy_scenarios{"ticket_mutex"}, checker::relacy::register_exploration), true);

}  // namespace
}  // namespace holdfast::models
