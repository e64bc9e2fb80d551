// Scenarios and mutants of models/published/musl_sequence_condvar.h: used with another mutex, and destroyed, while waiters are leaving; and
// that musl_condvar.h, which followed it, may be.
#include "models/check_scenario.h"
#include "models/condvar_scenarios.h"
#include "models/published/musl_condvar.h"
#include "models/published/musl_sequence_condvar.h"

namespace holdfast::models {
namespace {

using sequence = published::musl_sequence_condvar<world, awaited_lock>;
using list = published::musl_condvar<world, published::version::as_fixed, awaited_lock>;
using published::musl_mutex;

template <class Condvar, class Then>
void wait_with(Condvar& changed, musl_mutex<world>& mutex, Then then) {
  mutex.lock();
  changed.wait(mutex, then);
  mutex.unlock();
}

// The first waits, and is unblocked; then the others wait with another mutex, and the first unblocks them when it has left.
template <class Condvar>
struct another_mutex {
  static constexpr unsigned first_waits = 1, second_waits = 2, third_waits = 3;
  Condvar changed;
  musl_mutex<world> one;
  musl_mutex<world> other;
  stage script{1};

  void thread(unsigned self) {
    if (self == 1) {
      wait_with(changed, one, [&] { script.reach(first_waits); });
      script.await(third_waits);
      changed.broadcast();
    } else if (self == 2) {
      script.await(first_waits);
      changed.broadcast();
      wait_with(changed, other, [&] { script.reach(second_waits); });
    } else {
      script.await(second_waits);
      wait_with(changed, other, [&] { script.reach(third_waits); });
    }
  }
};

// The first waits; the second unblocks it and destroys the condition variable.
template <class Condvar>
struct destroyed_at_once {
  Condvar* changed = new Condvar;
  musl_mutex<world> mutex;
  stage waits{1};

  void thread(unsigned self) {
    if (self == 1) return wait_with(*changed, mutex, [&] { waits.reach(); });
    waits.await();
    changed->signal();
    if constexpr (requires { changed->destroy(); }) changed->destroy();
    delete changed;
  }
};

// One waits, one signals.
struct signalled {
  sequence changed;
  musl_mutex<world> mutex;
  stage waits{1};

  void thread(unsigned self) {
    if (self == 1) return wait_with(changed, mutex, [&] { waits.reach(); });
    waits.await();
    changed.signal();
  }
};

const auto lost = violated(violation_kind::lost_wake_up, "sequence");
const situation one_sleeps{"a thread sleeps", [](const world_view& v) { return v.asleep_on(0) == 1; }};

const bool registered =
    (check_scenario<another_mutex<sequence>>({
         .name = "musl_sequence_condvar/shipped",
         .threads = 3,
         .description = "as shipped: used with another mutex while somebody is leaving",
         .expected = lost,
     }),
     check_scenario<destroyed_at_once<sequence>>({
         .name = "musl_sequence_condvar/shipped_destroyed",
         .threads = 2,
         .description = "as shipped: destroyed while somebody is leaving",
         .expected = violated(violation_kind::use_after_free, "destroyed"),
     }),
     check_scenario<signalled>({
         .name = "musl_sequence_condvar/shipped_two",
         .threads = 2,
         .description = "one waits, one signals: nothing to see",
         .expected = verified(3),
         .must_reach = one_sleeps,
         .mutants = {{"s3_dropped", dropped("S3"), lost}, {"w3_never_sleeps", dropped("W3"), violated(violation_kind::unreached, "")}},
     }),
     check_scenario<another_mutex<list>>({
         .name = "musl_sequence_condvar/list",
         .threads = 3,
         .description = "musl_condvar.h, as fixed: used with another mutex while somebody is leaving",
         .expected = verified(2672),
         .must_reach = situation{"a thread was moved to the other mutex", [](const world_view& v) { return v.asleep_on(3) == 1; }},
     }),
     check_scenario<destroyed_at_once<list>>({
         .name = "musl_sequence_condvar/list_destroyed",
         .threads = 2,
         .description = "musl_condvar.h, as fixed: destroyed while somebody is leaving",
         .expected = verified(4),
         .must_reach = situation{"a thread sleeps on its barrier", [](const world_view& v) { return v.asleep_on(4) == 1; }},
     }),
     true);

}  // namespace
}  // namespace holdfast::models
