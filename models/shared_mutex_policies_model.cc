// Scenarios of impl/shared_mutex.h that tell its policies apart, and their mutants.
//
// A scenario looks at the lock's word, which is its first member, to know that a writer waits.
#include "checker/runtime/explore.h"
#include "checker/runtime/graph_platform.h"
#include "impl/shared_mutex.h"
#include "models/shared_mutex_scenarios.h"
#include "models/shared_mutex_situations.h"

namespace holdfast::models {
namespace {

using checker::violation_kind;
using checker::world_view;
using spec::failed_try;
using world = checker::graph_platform;
using layout_of = shared_mutex_word;
using enum part;
using enum shared_policy;

template <shared_policy Policy>
using lock_of = observed_shared_mutex<world, basic_shared_mutex<world, scope::process_private, Policy>>;

template <class Lock>
std::uint32_t word_of(const Lock& lock) {
  static_assert(std::is_standard_layout_v<Lock>);
  return reinterpret_cast<const world::atomic<std::uint32_t>&>(lock).load(order::relaxed, "look at the word");
}

// The first thread holds it from the start, and lets go once the word shows who waits: executions in which it does not are left out.
template <class SharedMutex, bool (*Shown)(std::uint32_t), part... Parts>
struct crowd : sharing<world, SharedMutex, Parts...> {
  void thread(unsigned self) {
    if (self == 1) world::assume(Shown(word_of(this->mutex)));
    sharing<world, SharedMutex, Parts...>::thread(self);
  }
};

bool a_reader_and_a_writer_wait(std::uint32_t w) { return layout_of::has_waiting(w) && !layout_of::is_door_open(w); }
bool two_wait_to_write(std::uint32_t w) { return layout_of::is_queued_for(w); }

template <shared_policy Policy>
std::string graph_name(const char* scenario) {
  return std::string("shared_mutex/") + name_of(Policy) + "/rc11/" + scenario;
}
template <shared_policy Policy, bool (*Shown)(std::uint32_t), part... Parts>
exploration crowd_of(const char* name, situation reach, checker::alike same = {}) {
  using tested = basic_shared_mutex<world, scope::process_private, Policy>;
  return sharing_exploration<crowd<tested, Shown, Parts...>, failed_try::declined>(graph_name<Policy>(name), sizeof...(Parts),
                                                                                   std::move(reach), same);
}
// Under prefer_writers a section passes by a reader that waits, between its look at the word [R5] and its entering [R6], and leaves the
// word as it was: the second thread owns it from the start and once more, and each time the third waits at the door, so that the reader is
// not handed the mutex, and gives up when that is free. Executions in which the word does not show that are left out.
struct passed_by {
  lock_of<prefer_writers> mutex;
  world::plain<unsigned> count{"count", 0};

  static constexpr std::uint32_t reader_waits = layout_of::one_waiting;
  static constexpr std::uint32_t owned = layout_of::written | reader_waits;
  static constexpr std::uint32_t both_wait = owned | layout_of::asleep;

  passed_by() { mutex.itself().lock(); }
  void thread(unsigned self) {
    if (self == 1) return read();
    if (self == 2) return own_twice();
    for (int i = 0; i < 2; ++i) {
      assume_word(owned);
      world::assume(!mutex.try_lock_until(world::deadline::at_any_moment(), "try_lock_until"));
    }
  }
  void read() {
    mutex.lock_shared("lock_shared");
    static_cast<void>(count.load("look"));
    mutex.unlock_shared("unlock_shared");
  }
  void own_twice() {
    assume_word(both_wait);
    mutex.itself().unlock();
    assume_word(reader_waits);
    world::assume(mutex.try_lock("try_lock"));
    count.store(1, "write");
    assume_word(both_wait);
    mutex.unlock("unlock");
  }
  void assume_word(std::uint32_t w) { world::assume(word_of(mutex) == w); }
  void finish() {}
};

template <shared_policy Policy>
exploration four_in_turn() {
  return crowd_of<Policy, a_reader_and_a_writer_wait, first_writer, writer, reader, trying_reader>("four_in_turn", sleeping_both);
}
constexpr field number_fields[] = {{"value", 0, 32, {}}};
constexpr layout seen_layout{"seen", number_fields};
constexpr layout entered_layout{"entered", number_fields};
const situation seen{"the writer was seen to wait", [](const world_view& v) { return v.word(1) == 1; }};

// A reader shares it from the start. The first thread wants to write; the second looks, and if a writer waits, it tries to read.
template <shared_policy Policy, bool Enters>
struct late_reader {
  lock_of<Policy> mutex;
  world::atomic<unsigned> seen{seen_layout, 0};

  late_reader() { mutex.lock_shared("setup"); }
  void thread(unsigned self) {
    if (self == 1) return mutex.lock("lock");
    if (layout_of::is_door_open(word_of(mutex))) return;
    seen.store(1, order::relaxed, "see");
    world::expect(mutex.try_lock_shared("try_lock_shared") == Enters, Enters ? "a late reader gets in" : "a late reader does not get in",
                  "expect");
  }
  void finish() {}
};

// The first thread reads, the second writes; the third looks, and if a writer waits, it tries to write.
template <shared_policy Policy>
struct late_writer {
  lock_of<Policy> mutex;
  world::atomic<unsigned> seen{seen_layout, 0};

  void thread(unsigned self) {
    if (self == 1) return mutex.lock_shared("lock_shared"), mutex.unlock_shared("unlock_shared");
    if (self == 2) return mutex.lock("lock"), mutex.unlock("unlock");
    if (layout_of::is_door_open(word_of(mutex))) return;
    seen.store(1, order::relaxed, "see");
    if (!mutex.try_lock("try_lock")) return;
    world::expect(layout_of::is_door_open(word_of(mutex)), "a late writer does not get in before the one at the door", "expect");
    mutex.unlock("unlock");
  }
  void finish() {}
};

// The first thread owns it from the start, and sees the second wait to read and the third to write: who comes next?
template <shared_policy Policy, bool ReadersFirst>
struct after_a_writer {
  lock_of<Policy> mutex;
  world::atomic<unsigned> seen{seen_layout, 0};
  world::atomic<unsigned> entered{entered_layout, 0};

  after_a_writer() { mutex.itself().lock(); }
  void thread(unsigned self) {
    if (self == 2) mutex.lock_shared("lock_shared");
    if (self == 3) mutex.lock("lock");
    if (self == 1) {
      const std::uint32_t w = word_of(mutex);
      if (layout_of::has_waiting(w) && !layout_of::is_door_open(w)) seen.store(1, order::relaxed, "see");
    } else if (self == (ReadersFirst ? 2 : 3)) {
      entered.store(1, order::relaxed, "enter");
    } else if (seen.load(order::relaxed, "seen") == 1) {
      world::expect(entered.load(order::relaxed, "entered") == 1, ReadersFirst ? "the reader comes first" : "the writer comes first",
                    "expect");
    }
    if (self == 1) return mutex.itself().unlock();
    if (self == 2) return mutex.unlock_shared("unlock_shared");
    mutex.unlock("unlock");
  }
  void finish() {}
};

exploration passing_by() {
  return sharing_exploration<passed_by, failed_try::declined>(graph_name<prefer_writers>("passed_by"), 3, sleeping_both);
}

template <class Scenario>
exploration policy_exploration(const std::string& name, unsigned threads) {
  return sharing_exploration<Scenario, failed_try::declined>(name, threads, seen);
}

template <shared_policy Policy>
void register_four_in_turn() {
  const counts n{64416, 326013, 875037};
  checker::runtime::register_exploration(four_in_turn<Policy>(),
                                         "one writes from the start until one waits to write and one to read; one tries to read",
                                         verified(n.of(Policy)), Policy == prefer_readers);
}

void register_policies() {
  using checker::runtime::register_exploration;
  const auto unlike = [](exploration e, const char* description) {
    register_exploration(std::move(e), description, violated(violation_kind::assertion, ""), false);
  };
  const auto name = [](shared_policy p, const char* scenario) { return std::string("shared_mutex/") + name_of(p) + "/rc11/" + scenario; };
  constexpr auto late = "a reader shares it, a writer waits, another reader tries";
  const auto late_reader_of = [&]<shared_policy P, bool Enters>(std::uint64_t n) {
    exploration e = policy_exploration<late_reader<P, Enters>>(name(P, "late_reader"), 2);
    e.may_stay_blocked = true;
    register_exploration(std::move(e), late, verified(n), false);
  };
  late_reader_of.template operator()<phase_fair, false>(4);
  late_reader_of.template operator()<prefer_writers, false>(4);
  late_reader_of.template operator()<prefer_readers, true>(8);

  constexpr auto overtaking = "one reads, a writer waits, another tries";
  register_exploration(policy_exploration<late_writer<phase_fair>>(name(phase_fair, "late_writer"), 3), overtaking, verified(244), false);
  unlike(policy_exploration<late_writer<prefer_writers>>(name(prefer_writers, "late_writer"), 3), overtaking);
  unlike(policy_exploration<late_writer<prefer_readers>>(name(prefer_readers, "late_writer"), 3), overtaking);

  register_exploration(passing_by(), "a writer owns it twice while a reader waits; each time another waits, and gives up", verified(407577),
                       false);

  constexpr auto reader_next = "a writer unlocks while a reader and a writer wait: the reader is next";
  constexpr auto writer_next = "a writer unlocks while a reader and a writer wait: the writer is next";
  register_exploration(policy_exploration<after_a_writer<phase_fair, true>>(name(phase_fair, "reader_next"), 3), reader_next,
                       verified(68234), false);
  register_exploration(policy_exploration<after_a_writer<prefer_readers, true>>(name(prefer_readers, "reader_next"), 3), reader_next,
                       verified(60626), false);
  unlike(policy_exploration<after_a_writer<prefer_writers, true>>(name(prefer_writers, "reader_next"), 3), reader_next);
  register_exploration(policy_exploration<after_a_writer<prefer_writers, false>>(name(prefer_writers, "writer_next"), 3), writer_next,
                       verified(164218), false);
  unlike(policy_exploration<after_a_writer<phase_fair, false>>(name(phase_fair, "writer_next"), 3), writer_next);
  unlike(policy_exploration<after_a_writer<prefer_readers, false>>(name(prefer_readers, "writer_next"), 3), writer_next);
}

void register_mutants() {
  const enter engine = checker::runtime::register_exploration;
  const auto lost = violated(violation_kind::lost_wake_up, "shared_mutex");
  constexpr std::uint32_t written = layout_of::written;
  const exploration queue =
      crowd_of<phase_fair, two_wait_to_write, first_writer_again, writer, writer>("first_writes_again", sleeping_writers, {2, 3});
  register_mutant(engine, four_in_turn<phase_fair>(), "s2_dropped", dropped("S2"), lost);
  register_mutant(engine, passing_by(), "r6_relaxed", weakened("R6"), violated(violation_kind::data_race, "count"));
  register_mutant(engine, queue, "w4_lost_queue", writes("W4", written | layout_of::awake, written), lost);
}

const bool registered = (register_four_in_turn<phase_fair>(), register_four_in_turn<prefer_writers>(),
                         register_four_in_turn<prefer_readers>(), register_policies(), register_mutants(), true);

}  // namespace
}  // namespace holdfast::models
