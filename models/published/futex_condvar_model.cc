// Scenarios and mutants of models/published/futex_condvar.h: two ways to lose a wake-up, and where the second is right.
#include "models/check_scenario.h"
#include "models/mutex_scenarios.h"
#include "models/published/futex_condvar.h"
#include "models/published/mutex3.h"
#include "models/relacy_scenarios.h"

namespace holdfast::models {
namespace {

using published::condvar_version;
template <unsigned Bits>
using narrow_world = checker::narrow_graph_platform<Bits>;

// The first thread signals `Signals` times, and has made everything ready before the last; each of the others waits until then.
template <class World, condvar_version Version, unsigned Signals>
struct wait_until_ready {
  published::futex_condvar<World, Version> changed;
  observed_mutex<world, published::mutex3<world>> mutex;
  world::plain<unsigned> ready{"ready", 0};

  void thread(unsigned self) {
    if (self == 1) {
      for (unsigned i = 1; i < Signals; ++i) changed.signal();
      mutex.lock("lock");
      ready.store(1, "make ready");
      mutex.unlock("unlock");
      changed.signal();
    } else {
      mutex.lock("lock");
      while (ready.load("look") == 0) changed.wait(mutex);
      mutex.unlock("unlock");
    }
  }
};

template <std::size_t Sleepers>
bool sleep_on_sequence(const world_view& v) {
  return v.asleep_on(0) == Sleepers;
}
const situation one_sleeps_on_it{"a thread sleeps", sleep_on_sequence<1>};
const auto lost = violated(violation_kind::lost_wake_up, "sequence");

const bool registered =
    (check_scenario<wait_until_ready<world, condvar_version::without_sequence, 1>, spec::mutex<>>({
         .name = "futex_condvar/without_sequence",
         .threads = 2,
         .description = "the word never changes: a signal comes before the sleep",
         .expected = lost,
     }),
     check_scenario<wait_until_ready<world, condvar_version::with_sequence, 1>, spec::mutex<>>({
         .name = "futex_condvar/with_sequence",
         .threads = 2,
         .description = "one waits, one signals",
         .expected = verified(157),
         .must_reach = one_sleeps_on_it,
         .mutants = {{"s2_dropped", dropped("S2"), lost}, {"w2_never_sleeps", dropped("W2"), violated(violation_kind::unreached, "")}},
     }),
     check_scenario<wait_until_ready<narrow_world<1>, condvar_version::with_sequence, 2>, spec::mutex<>>({
         .name = "futex_condvar/one_bit_two_signals",
         .threads = 2,
         .description = "a counter of one bit and two signals: it wraps",
         .expected = lost,
     }),
     check_scenario<wait_until_ready<narrow_world<2>, condvar_version::with_sequence, 2>, spec::mutex<>>({
         .name = "futex_condvar/two_bits_two_signals",
         .threads = 2,
         .description = "a counter of two bits and two signals: it does not wrap",
         .expected = verified(7402),
         .must_reach = one_sleeps_on_it,
     }),
     check_scenario<wait_until_ready<narrow_world<2>, condvar_version::with_sequence, 3>, spec::mutex<>>({
         .name = "futex_condvar/two_bits_three_signals",
         .threads = 2,
         .description = "a counter of two bits and three signals: it does not wrap",
         .expected = verified(156500),
         .must_reach = one_sleeps_on_it,
     }),
     true);

const bool registered_with_relacy = check_with_relacy<
    relacy_wait_until_ready<published::futex_condvar<relacy_world, condvar_version::with_sequence>, published::mutex3<relacy_world>>,
    spec::mutex<>>("futex_condvar/relacy/with_sequence", 725);

}  // namespace
}  // namespace holdfast::models
