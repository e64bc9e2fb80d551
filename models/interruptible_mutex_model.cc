// Scenarios and mutants of impl/interruptible_mutex.h.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "checker/relacy/register.h"
#include "checker/relacy/relacy_platform.h"
#include "checker/runtime/explore.h"
#include "checker/runtime/graph_platform.h"
#include "impl/interruptible_mutex.h"
#include "models/mutex_scenarios.h"

namespace holdfast::models {
namespace {

using checker::violation_kind;
using operation = spec::mutex_operation;

// Each of the threads counts if it gets the mutex; those after the first `Patient` may be called off. The last gives up at any moment, too,
// if `Timed`.
template <class P, unsigned Threads, unsigned Patient, bool Timed = false>
struct called_off {
  basic_interruptible_mutex<P> mutex;
  typename P::template plain<unsigned> count{"count", 0};

  interruptible_result take(unsigned self) {
    if (self <= Patient) {
      mutex.lock();
      return interruptible_result::acquired;
    }
    if (Timed && self == Threads) return mutex.try_lock_interruptible_until(P::deadline::at_any_moment());
    return mutex.lock_interruptible();
  }

  void thread(unsigned self) {
    const operation begun = self <= Patient ? operation::lock : operation::give_up;
    P::begin_operation(static_cast<unsigned char>(begun), "lock");
    const bool owns = take(self) == interruptible_result::acquired;
    P::end_operation(static_cast<unsigned char>(owns ? operation::lock : operation::give_up));
    if (!owns) return;
    count.store(count.load("read") + 1, "write");
    P::begin_operation(static_cast<unsigned char>(operation::unlock), "unlock");
    mutex.unlock();
    P::end_operation(static_cast<unsigned char>(operation::unlock));
  }
  void finish() { P::expect(count.load("read") >= Patient, "whoever is patient has counted", "finish"); }
};

const situation one{"a thread sleeps while the word is held_waiters", one_sleeps};
const situation two{"two threads sleep at once", two_sleep};
const situation three{"three threads sleep at once", three_sleep};
const situation owed{"a thread sleeps on a free word: a wake is owed", one_sleeps_on_a_free_word};

template <class World>
struct scenarios {
  using tested = basic_interruptible_mutex<World>;
  std::string lock;

  exploration two_threads() const { return count_to_two<World, tested>(lock); }
  exploration three_threads() const { return count_to_three<World, tested>(lock); }
  exploration four_threads() const {
    exploration e = mutex_exploration<count_scenario<World, tested, 4>>(lock + "/count_to_four", 4, 4);
    e.must_reach = three;
    return e;
  }
  exploration spinning() const {
    exploration e = two_threads();
    e.name = lock + "/count_to_two_spinning";
    e.spin_rounds = 1;
    return e;
  }
  exploration trying() const {
    exploration e = mutex_exploration<try_scenario<World, tested, 2>>(lock + "/try_lock", 2, 1);
    e.must_reach = situation{"the word is held", is_held};
    return e;
  }
  exploration process_shared() const {
    exploration e = count_to_two<World, basic_interruptible_mutex<World, scope::process_shared>>(lock);
    e.name = lock + "/process_shared";
    return e;
  }
  exploration misused() const { return mutex_exploration<misuse_scenario<World, tested>>(lock + "/unlock_of_free", 2, 1); }

  template <class Scenario>
  exploration interrupted(const char* name, unsigned threads, const situation& reached) const {
    exploration e = mutex_exploration<Scenario>(lock + "/" + name, threads, 1);
    e.interruptions = 1;
    e.must_reach = reached;
    return e;
  }
  exploration one_called_off() const { return interrupted<called_off<World, 2, 1>>("called_off", 2, one); }
  exploration all_called_off() const { return interrupted<called_off<World, 2, 0>>("all_called_off", 2, one); }
  exploration called_off_while_woken() const { return interrupted<called_off<World, 2, 1>>("called_off_while_woken", 2, owed); }
  exploration timed() const { return interrupted<called_off<World, 2, 1, true>>("called_off_or_timed_out", 2, one); }
  // One owns it, one is patient, one is called off: the wake that is sent must reach the patient one.
  exploration three_called_off() const { return interrupted<called_off<World, 3, 2>>("called_off_among_three", 3, two); }
  exploration three_called_off_any_waiter() const {
    exploration e = three_called_off();
    e.name += "_any_waiter";
    e.wakes = checker::wake_order::any_waiter;
    return e;
  }
};

const auto race = violated(violation_kind::data_race, "count");
const auto lost = violated(violation_kind::lost_wake_up, "mutex");

template <class World>
void register_two_threads(const scenarios<World>& s, enter engine, const std::vector<std::uint64_t>& counts) {
  std::size_t next = 0;
  const auto n = [&] { return verified(counts[next++]); };
  engine(s.two_threads(), "two threads, each counts once", n(), false);
  engine(s.spinning(), "the same; a spinner may look once more before it sleeps", n(), false);
  engine(s.trying(), "one locks, one tries", n(), false);
  engine(s.process_shared(), "two threads and a process-shared mutex", n(), false);
  engine(with_spurious_wake_ups(s.two_threads()), "two threads; each may wake once for no reason", n(), false);
  engine(s.one_called_off(), "one locks, one may be called off", n(), false);
  engine(s.all_called_off(), "both may be called off", n(), false);
  engine(s.called_off_while_woken(), "one may be called off; the wake is on its way to it", n(), false);
  engine(s.timed(), "one locks, one may be called off or give up", n(), false);
  engine(s.misused(), "unlocks what nobody holds", violated(violation_kind::misuse, ""), false);
  register_mutant(engine, s.two_threads(), "l1_relaxed", weakened("L1"), race);
  register_mutant(engine, s.spinning(), "l3_relaxed", weakened("L3"), race);
  register_mutant(engine, s.two_threads(), "l4_relaxed", weakened("L4"), race);
  register_mutant(engine, s.trying(), "t1_relaxed", weakened("T1"), race);
  register_mutant(engine, s.two_threads(), "u1_relaxed", weakened("U1"), race);
  register_mutant(engine, s.two_threads(), "u2_dropped", dropped("U2"), lost);
  register_mutant(engine, s.two_threads(), "l5_never_sleeps", dropped("L5"), violated(violation_kind::unreached, ""));
  // Somebody sleeps on: the wake that the one who was called off announced for is not sent.
  register_mutant(engine, s.three_called_off(), "l4_lost_flag", writes("L4", mutex_word::held, mutex_word::free), lost);
}

void register_with_graphs() {
  const scenarios<checker::graph_platform> s{"interruptible_mutex/rc11"};
  const enter engine = checker::runtime::register_exploration;
  register_two_threads(s, engine, {4, 14, 6, 4, 18, 13, 10, 13, 14});
  engine(s.three_threads(), "three threads, each counts once", verified(162), false);
  engine(s.four_threads(), "four threads, each counts once", verified(70355), false);
  register_mutant(engine, s.four_threads(), "l4_lost_flag", writes("L4", mutex_word::held, mutex_word::free), lost);
  engine(s.three_called_off(), "three threads, one may be called off", verified(31320), false);
  engine(s.three_called_off_any_waiter(), "the same; a wake takes any waiter", verified(34016), false);
}

void register_with_relacy() {
  const scenarios<checker::relacy_platform> s{"interruptible_mutex"};
  const enter engine = checker::relacy::register_exploration;
  register_two_threads(s, engine, {16, 66, 10, 16, 136, 34, 20, 34, 36});
  engine(s.three_called_off(), "three threads, one may be called off", verified(2282598), true);
}

const bool registered = (register_with_graphs(), register_with_relacy(), true);

}  // namespace
}  // namespace holdfast::models
