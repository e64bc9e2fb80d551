// Scenarios and mutants of impl/notify_sequence.h: narrow sequences, which wrap.
//
// The mutex of a condition variable is left out: what it orders, a flag does. relacy is left out: a pass through all values is too long for it.
#include "impl/notify_sequence.h"
#include "models/check_scenario.h"

namespace holdfast::models {
namespace {

inline constexpr auto entered_number = number("entered");

template <unsigned Bits, unsigned Waiters>
struct sleepers {
  using tested = notify_sequence<world, scope::process_private, Bits>;

  tested sequence;
  world::atomic<unsigned> entered{entered_number, 0};
  world::plain<unsigned> memory{"memory", 0};  // of whoever has not left

  void sleep() {
    bool few = false;
    const unsigned s = sequence.enter(few);
    entered.fetch_add(1, order::acq_rel, "has entered");
    world::wait(sequence.futex_word(), s, scope::process_private, world::deadline::never(), "sleep");
    memory.load("use");
    sequence.leave(s);
  }
  void notify(int how_many) {
    sequence.advance();
    world::wake(sequence.futex_word(), how_many, scope::process_private, "wake");
  }
  void await_entered() {
    while (entered.load(order::acquire, "all have entered") != Waiters) continue;
  }
};

// The first thread notifies `Before` times, sees that the others have entered, and notifies one of them `After` times: none may sleep on.
template <unsigned Bits, unsigned Before, unsigned After, unsigned Waiters = 1>
struct wraps : sleepers<Bits, Waiters> {
  void thread(unsigned self) {
    if (self != 1) return this->sleep();
    for (unsigned i = 0; i < Before; ++i) this->sequence.advance();
    this->await_entered();
    for (unsigned i = 0; i < After; ++i) this->notify(1);
  }
};

// The first two notify when the third has entered.
template <unsigned Bits, unsigned Each>
struct two_notifiers : sleepers<Bits, 1> {
  void thread(unsigned self) {
    if (self == 3) return this->sleep();
    this->await_entered();
    for (unsigned i = 0; i < Each; ++i) this->notify(1);
  }
};

// The first thread notifies, and when all have left uses their memory for something else.
template <unsigned Waiters>
struct departs : sleepers<2, Waiters> {
  void thread(unsigned self) {
    if (self != 1) return this->sleep();
    this->await_entered();
    this->notify(everyone);
    this->sequence.await_departures();
    this->memory.store(1, "reuse");
  }
};

// Or destroys the sequence itself.
template <unsigned Waiters>
struct destroys {
  sleepers<2, Waiters>* it = new sleepers<2, Waiters>;

  void thread(unsigned self) {
    if (self != 1) return it->sleep();
    it->await_entered();
    it->notify(everyone);
    it->sequence.await_departures();
    delete it;
  }
};

// The first thread moves the waiter to a word of its own, and notifies again before it does anything for that.
struct moves : sleepers<1, 1> {
  world::atomic<unsigned> other{entered_number, 0};

  void thread(unsigned self) {
    if (self != 1) return this->sleep();
    this->await_entered();
    const unsigned s = this->sequence.advance();
    world::requeue(this->sequence.futex_word(), s, 0, everyone, other, scope::process_private, "move");
    this->sequence.advance(&other);
  }
};

template <std::size_t Sleepers>
bool sleep_on_sequence(const world_view& v) {
  return v.asleep_on(0) == Sleepers;
}
bool drains_the_lower_half(const world_view& v) { return v.asleep_on(1) == 1; }
const situation one_sleeps{"a thread sleeps", sleep_on_sequence<1>};
const situation two_sleep{"two threads sleep at once", sleep_on_sequence<2>};
const situation drains{"a notifier sleeps until the last has left the lower half", drains_the_lower_half};
const auto lost = violated(violation_kind::lost_wake_up, "sequence");
const auto race = violated(violation_kind::data_race, "memory");

const bool registered =
    (check_scenario<wraps<1, 0, 2>>({
         .name = "notify_sequence/one_bit_two_notifies",
         .threads = 2,
         .description = "two values: the second notify comes to the value that was entered with",
         .expected = verified(6),
         .must_reach = drains,
         .mutants = {{"e2_uncounted", writes("E2", 0, 0), lost},
                     {"l2_dropped", dropped("L2"), violated(violation_kind::lost_wake_up, "lower")},
                     {"d3_never_sleeps", dropped("D3"), violated(violation_kind::unreached, "")}},
     }),
     check_scenario<wraps<1, 1, 3>>({
         .name = "notify_sequence/one_bit_four_notifies",
         .threads = 2,
         .description = "two values and four notifies, one of them before or after it enters",
         .expected = verified(17),
         .must_reach = drains,
     }),
     check_scenario<wraps<2, 4, 1>>({
         .name = "notify_sequence/two_bits_late_waiter",
         .threads = 2,
         .description = "four values, a pass through all of them, and one notify: who enters late may know old values only",
         .expected = verified(235),
         .must_reach = one_sleeps,
         .mutants = {{"e2_relaxed", weakened("E2"), lost}, {"d1_acquire", weakened("D1", order::acquire), lost}},
     }),
     check_scenario<wraps<2, 0, 4>>({
         .name = "notify_sequence/two_bits_four_notifies",
         .threads = 2,
         .description = "four values and four notifies",
         .expected = verified(12),
         .must_reach = drains,
     }),
     check_scenario<wraps<1, 0, 2, 2>>({
         .name = "notify_sequence/two_waiters",
         .threads = 3,
         .description = "two values, two notifies, two waiters",
         .expected = verified(172),
         .must_reach = two_sleep,
         .mutants = {{"d2_dropped", dropped("D2"), violated(violation_kind::lost_wake_up, "lower")}},
         .same = {2, 3},
     }),
     check_scenario<two_notifiers<1, 1>>({
         .name = "notify_sequence/two_notifiers",
         .threads = 3,
         .description = "two values, two notifiers: one of them comes to the value that was entered with",
         .expected = verified(127),
         .must_reach = drains,
         .same = {1, 2},
     }),
     check_scenario<departs<1>>({
         .name = "notify_sequence/departure",
         .threads = 2,
         .description = "what the waiter used is used for something else when it has left",
         .expected = verified(6),
         .must_reach = one_sleeps,
         .mutants = {{"l1_relaxed", weakened("L1"), race}, {"d1_release", weakened("D1", order::release), race}},
     }),
     check_scenario<destroys<1>>({
         .name = "notify_sequence/destroy",
         .threads = 2,
         .description = "destroyed when the waiter has left",
         .expected = verified(6),
         .must_reach = one_sleeps,
     }),
     check_scenario<destroys<2>>({
         .name = "notify_sequence/destroy_three",
         .threads = 3,
         .description = "destroyed when both waiters have left",
         .expected = verified(176),
         .must_reach = two_sleep,
         .same = {2, 3},
     }),
     check_scenario<moves>({
         .name = "notify_sequence/moved",
         .threads = 2,
         .description = "the waiter is moved, and the next notify has to drain",
         .expected = verified(5),
         .must_reach = drains,
         .mutants = {{"d5_dropped", dropped("D5"), violated(violation_kind::lost_wake_up, "lower")}},
     }),
     check_scenario<wraps<1, 0, 3, 3>>({
         .name = "notify_sequence/three_waiters",
         .threads = 4,
         .description = "two values, three notifies, three waiters",
         .expected = verified(13356),
         .must_reach = situation{"three threads sleep at once", sleep_on_sequence<3>},
         .same = {2, 4},
     }),
     true);

}  // namespace
}  // namespace holdfast::models
