// Scenarios and mutants of impl/pi_condition_variable.h, with the mutex that ships.
#include "impl/pi_condition_variable.h"
#include "models/both_engines.h"

namespace holdfast::models {
namespace {

enum class notifies : bool { owning_the_mutex, without_it };
enum class whom : bool { one, all };

// The first thread makes items, one for each of the others, which wait until there is one and take it.
template <class World, unsigned Threads, notifies How, whom Whom, bool Timed = false>
struct hand_over {
  basic_pi_mutex<World> mutex;
  basic_pi_condition_variable<World> condition;
  typename World::template plain<unsigned> items{"items", 0};
  typename World::template plain<unsigned> taken{"taken", 0};

  void thread(unsigned self) {
    if (self == 1) return make();
    std::unique_lock lock(mutex);
    while (items.load("look") == 0) {
      if (!Timed) {
        condition.wait(lock);
      } else if (condition.wait_until(lock, World::deadline::at_any_moment()) == std::cv_status::timeout) {
        return;
      }
    }
    items.store(items.load("take") - 1, "take");
    taken.store(taken.load("taken") + 1, "taken");
  }
  void make() {
    if (Whom == whom::all) return put(Threads - 1);
    for (unsigned t = 1; t < Threads; ++t) put(1);
  }
  void put(unsigned count) {
    mutex.lock();
    items.store(items.load("put") + count, "put");
    if (How == notifies::owning_the_mutex) notify();
    mutex.unlock();
    if (How == notifies::without_it) notify();
  }
  void notify() { Whom == whom::one ? condition.notify_one(mutex) : condition.notify_all(mutex); }
  void finish() {
    if (!Timed) World::expect(taken.load("all") == Threads - 1, "every item is taken", "finish");
  }
};

template <class World>
using one = hand_over<World, 2, notifies::owning_the_mutex, whom::one>;
template <class World>
using one_without_the_mutex = hand_over<World, 2, notifies::without_it, whom::one>;
template <class World>
using all_without_the_mutex = hand_over<World, 3, notifies::without_it, whom::all>;
template <class World>
using one_timed = hand_over<World, 2, notifies::owning_the_mutex, whom::one, true>;

// Two wait, one after the other, and are moved to the mutex, which the fourth thread wants as well.
struct contended {
  basic_pi_mutex<world> mutex;
  basic_pi_condition_variable<world> condition;
  world::plain<unsigned> items{"items", 0};
  world::atomic<unsigned> waits{waits_layout, 0};

  static constexpr layout waits_layout = number("waits");

  void thread(unsigned self) {
    const unsigned before = self == 2 || self == 3 ? self - 2 : 2;
    while (waits.load(order::acquire, "have begun") < before) continue;
    std::unique_lock lock(mutex);
    if (self == 1) {
      items.store(2, "put");
      condition.notify_all(mutex);
    } else if (self != 4) {
      waits.fetch_add(1, order::release, "begin");
      while (items.load("look") == 0) condition.wait(lock);
      items.store(items.load("take") - 1, "take");
    }
  }
  void finish() { world::expect(items.load("all") == 0, "every item is taken", "finish"); }
};

// The mutex's word is the first, the sequence the second.
template <std::size_t Waiting>
bool wait_on_it(const world_view& v) {
  return v.asleep_on(1) == Waiting;
}
template <std::size_t Moved>
bool are_moved(const world_view& v) {
  return v.asleep_on(0) == Moved && v.asleep_on(1) == 0;
}
const situation one_waits{"a thread waits for a notify", wait_on_it<1>};
const situation two_wait{"two threads wait for a notify", wait_on_it<2>};
const situation one_is_moved{"a waiter was moved to the mutex", are_moved<1>};
const situation two_are_moved{"both waiters were moved to the mutex", are_moved<2>};
const situation three_want_the_mutex{"both waiters were moved to the mutex, and another sleeps there", are_moved<3>};
const auto lost = violated(violation_kind::lost_wake_up, "sequence");

const bool in_both =
    (check_in_both<one>(
         {
             .name = "pi_condition_variable/one",
             .description = "one waits; the other notifies while it owns the mutex",
             .expected = verified(21),
             .must_reach = one_waits,
             .mutants = {{"n3_dropped", dropped("N3"), lost}, {"w3_never_sleeps", dropped("W3"), violated(violation_kind::unreached, "")}},
         },
         {.executions = 306}),
     check_in_both<one_without_the_mutex>(
         {
             .name = "pi_condition_variable/one_without_the_mutex",
             .description = "one waits; the other notifies when it has unlocked the mutex",
             .expected = verified(30),
             .must_reach = one_waits,
         },
         {.executions = 106}),
     check_in_both<one>(
         {
             .name = "pi_condition_variable/one_interrupted",
             .description = "one waits, and may be interrupted once",
             .expected = verified(143),
             .must_reach = one_is_moved,
             .interruptions = 1,
         },
         {.executions = 4794}),
     check_in_both<one_timed>(
         {
             .name = "pi_condition_variable/one_timed",
             .description = "one waits until any moment",
             .expected = verified(118),
             .must_reach = one_is_moved,
         },
         {.executions = 4107}),
     check_in_both<all_without_the_mutex>(
         {
             .name = "pi_condition_variable/all_without_the_mutex",
             .threads = 3,
             .description = "two wait; the third notifies both when it has unlocked the mutex",
             .expected = verified(30498),
             .must_reach = two_wait,
             .mutants = {{"n3_dropped", dropped("N3"), lost}},
         },
         {.executions = 3263746}),
     true);

// relacy's searches are long if three threads want the mutex at the same time.
const bool in_graphs = (check_scenario<hand_over<world, 3, notifies::owning_the_mutex, whom::all>>({
                            .name = "pi_condition_variable/rc11/all",
                            .threads = 3,
                            .description = "two wait; the third notifies both while it owns the mutex",
                            .expected = verified(27732),
                            .must_reach = two_are_moved,
                        }),
                        check_scenario<contended>({
                            .name = "pi_condition_variable/rc11/all_and_another",
                            .threads = 4,
                            .description = "two wait and are notified; a fourth thread wants the mutex",
                            .expected = verified(638096),
                            .must_reach = three_want_the_mutex,
                            .mutants = {{"n3_dropped", dropped("N3"), lost}},
                        }),
                        check_scenario<hand_over<world, 3, notifies::owning_the_mutex, whom::one>>({
                            .name = "pi_condition_variable/rc11/one_each",
                            .threads = 3,
                            .description = "two wait; the third notifies twice",
                            .expected = verified(2037656),
                            .must_reach = two_wait,
                            .is_long = true,
                        }),
                        true);

}  // namespace
}  // namespace holdfast::models
