// Scenarios and mutants of models/published/glibc_pi_condvar.h.
#include "models/check_scenario.h"
#include "models/published/glibc_pi_condvar.h"

namespace holdfast::models {
namespace {

using published::glibc_pi_condvar;
using published::version;

// As impl/pi_mutex.h, with a word that a condition variable can get at.
class mutex {
 public:
  void lock() {
    std::uint32_t w = pi_word::free;
    if (word_.compare_exchange_strong(w, world::this_thread_id(), order::acquire, order::relaxed, "take")) return;
    world::expect(world::lock_pi(word_, scope::process_private, world::deadline::never(), "lock") == pi_result::done, "lock_pi", "lock");
  }
  void unlock() {
    std::uint32_t w = world::this_thread_id();
    if (word_.compare_exchange_strong(w, pi_word::free, order::release, order::relaxed, "free")) return;
    world::expect(world::unlock_pi(word_, scope::process_private, "unlock") == pi_result::done, "unlock_pi", "unlock");
  }
  world::atomic<std::uint32_t>& word() { return word_; }

 private:
  world::atomic<std::uint32_t> word_{pi_word::description, pi_word::free};
};

// The first thread signals once for each of the others, which wait once, each time in a section of its own.
template <version Version, unsigned Threads>
struct wait_and_signal {
  mutex m;
  glibc_pi_condvar<world, mutex, Version> condition;
  world::plain<unsigned> waiting{"waiting", 0};

  void thread(unsigned self) {
    if (self == 1) return signal();
    m.lock();
    waiting.store(waiting.load("waiting") + 1, "waiting");
    condition.wait(m);
    m.unlock();
  }
  void signal() {
    for (unsigned t = 1; t < Threads; ++t) {
      m.lock();
      world::assume(waiting.load("all wait") == Threads - 1);
      condition.signal(m);
      m.unlock();
    }
  }
};

// The mutex's word is the first, the futex the third.
bool one_waits(const world_view& v) { return v.asleep_on(2) == 1; }
bool two_wait(const world_view& v) { return v.asleep_on(2) == 2; }

const bool registered = (check_scenario<wait_and_signal<version::as_shipped, 3>, unspecified>({
                             .name = "glibc_pi_condvar/shipped_two_waiters",
                             .threads = 3,
                             .description = "as shipped: two wait, one signals twice",
                             .expected = violated(violation_kind::lost_wake_up, "pi"),
                         }),
                         check_scenario<wait_and_signal<version::as_fixed, 3>, unspecified>({
                             .name = "glibc_pi_condvar/fixed_two_waiters",
                             .threads = 3,
                             .description = "as fixed: two wait, one signals twice",
                             .expected = verified(981076),
                             .must_reach = situation{"both sleep", two_wait},
                         }),
                         check_scenario<wait_and_signal<version::as_fixed, 2>, unspecified>({
                             .name = "glibc_pi_condvar/fixed",
                             .threads = 2,
                             .description = "as fixed: one waits, one signals",
                             .expected = verified(15),
                             .must_reach = situation{"the waiter sleeps", one_waits},
                             .mutants = {{"s3_dropped", dropped("S3"), violated(violation_kind::lost_wake_up, "futex")},
                                         {"w3_dropped", dropped("W3"), violated(violation_kind::unreached, "")},
                                         {"k1_relaxed", weakened("K1"), violated(violation_kind::data_race, "")},
                                         {"k2_relaxed", weakened("K2"), violated(violation_kind::data_race, "")}},
                         }),
                         true);

}  // namespace
}  // namespace holdfast::models
