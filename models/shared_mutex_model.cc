// Scenarios and mutants of impl/shared_mutex.h.
#include "checker/relacy/register.h"
#include "checker/relacy/relacy_platform.h"
#include "checker/runtime/explore.h"
#include "checker/runtime/graph_platform.h"
#include "impl/shared_mutex.h"
#include "models/shared_mutex_scenarios.h"

namespace holdfast::models {
namespace {

using checker::violation_kind;
using checker::wake_order;
using checker::world_view;
using spec::failed_try;
using layout_of = shared_mutex_word;
using enum part;
using enum shared_policy;

// Situations, over the first word and its queue.
bool two_share(const world_view& v) { return (v.word(0) & layout_of::holders) == 2; }
bool one_holds(const world_view& v) { return v.word(0) == layout_of::written || v.word(0) == layout_of::one_holder; }
bool a_reader_sleeps(const world_view& v) { return v.asleep_on(0) == 1 && layout_of::has_waiting(v.word(0)); }
bool two_readers_sleep(const world_view& v) {
  return v.asleep_on(0) == 2 && (v.word(0) & layout_of::waiting) == 2 * layout_of::one_waiting;
}
bool a_writer_sleeps(const world_view& v) { return v.asleep_on(0) == 1 && layout_of::may_sleep_at_door(v.word(0)); }
bool both_sleep(const world_view& v) {
  return v.asleep_on(0) == 2 && layout_of::may_sleep_at_door(v.word(0)) && layout_of::has_waiting(v.word(0));
}
bool two_writers_sleep(const world_view& v) { return v.asleep_on(0) == 2 && layout_of::is_queued_for(v.word(0)); }
const situation sharing_two{"two readers share", two_share};
const situation held{"somebody holds it", one_holds};
const situation sleeping_reader{"a reader sleeps", a_reader_sleeps};
const situation sleeping_readers{"two readers sleep", two_readers_sleep};
const situation sleeping_writer{"a writer sleeps at the door", a_writer_sleeps};
const situation sleeping_both{"a reader and a writer sleep", both_sleep};
const situation sleeping_writers{"a writer sleeps at the door, another in the queue", two_writers_sleep};

constexpr const char* name_of(shared_policy p) {
  return p == phase_fair ? "phase_fair" : p == prefer_writers ? "prefer_writers" : "prefer_readers";
}

// The scenarios over a world; `lock` is the name that they go by: "shared_mutex/phase_fair" under relacy, with "/rc11" in the graph engine.
template <class World, shared_policy Policy>
struct scenarios {
  template <scope Scope = scope::process_private>
  using tested = basic_shared_mutex<World, Scope, Policy>;
  std::string lock;

  // No try fails but for who holds the lock.
  template <part... Parts>
  exploration of(const std::string& name, situation reach, checker::alike same = {}) const {
    return sharing_exploration<sharing<World, tested<>, Parts...>>(lock + "/" + name, sizeof...(Parts), std::move(reach), same);
  }

  exploration write_and_read() const { return of<writer, reader>("write_and_read", sleeping_reader); }
  exploration read_and_write() const { return of<reader, writer>("read_and_write", sleeping_writer); }
  exploration two_write() const { return of<writer, writer>("two_write", sleeping_writer, {1, 2}); }
  exploration two_read() const { return of<reader, reader>("two_read", sharing_two, {1, 2}); }
  exploration timed_write() const { return of<reader, timed_writer>("timed_write", sleeping_writer); }
  exploration timed_read() const { return of<writer, timed_reader>("timed_read", sleeping_reader); }
  exploration tries_only() const { return of<trying_writer, trying_reader>("tries_only", held); }

  exploration spinning(exploration e) const {
    e.name += "_spinning";
    e.spin_rounds = 1;
    return e;
  }
  exploration any_waiter(exploration e) const {
    e.name += "_any_waiter";
    e.wakes = wake_order::any_waiter;
    return e;
  }
  exploration process_shared() const {
    return sharing_exploration<sharing<World, tested<scope::process_shared>, writer, reader>>(lock + "/process_shared", 2, sleeping_reader);
  }
  exploration two_held_for_ever() const {
    exploration e =
        sharing_exploration<held_by_writer<World, tested<>, writer, writer>>(lock + "/two_held_for_ever", 2, sleeping_writers, {1, 2});
    e.may_stay_blocked = true;
    return e;
  }
  exploration held_for_ever() const {
    exploration e = sharing_exploration<held_by_writer<World, tested<>, reader, writer>>(lock + "/held_for_ever", 2, sleeping_both);
    e.may_stay_blocked = true;
    return e;
  }
  template <misuse_by What>
  exploration misused(const std::string& name) const {
    exploration e = sharing_exploration<sharing_misused<World, tested<>, What>>(lock + "/" + name, 2, held);
    e.must_reach.reset();
    return e;
  }

  // With three threads, and more.
  exploration tries() const {
    constexpr failed_try failure = Policy == prefer_readers ? failed_try::held : failed_try::declined;
    return sharing_exploration<sharing<World, tested<>, writer, trying_reader, trying_writer>, failure>(lock + "/tries", 3,
                                                                                                        sleeping_writer);
  }
  template <part... Parts>
  exploration of_four(const char* name, checker::alike same) const {
    return sharing_exploration<sharing<World, tested<>, Parts...>, failed_try::declined>(lock + "/" + name, 4, sleeping_readers, same);
  }
  exploration three_write() const { return of<writer, writer, writer>("three_write", sleeping_writers, {1, 3}); }
  exploration two_write_one_reads() const { return of<writer, writer, reader>("two_write_one_reads", sleeping_both, {1, 2}); }
  exploration one_writes_two_read() const {
    return of<writer, reader, reader>("one_writes_two_read", Policy == prefer_readers ? sleeping_readers : sleeping_both, {2, 3});
  }
  exploration timed_write_three() const { return of<reader, reader, timed_writer>("timed_write_three", sleeping_writer, {1, 2}); }
  exploration timed_read_three() const {
    return of<timed_reader, writer, reader>("timed_read_three", Policy == prefer_readers ? sleeping_readers : sleeping_both);
  }
  // The first thread holds it from the start.
  exploration first_reads() const { return of<first_reader, timed_writer, writer>("first_reads", sleeping_writers); }
  exploration first_writes() const { return of<first_writer, writer, reader>("first_writes", sleeping_both); }
  exploration three_read() const { return of<reader, reader, reader>("three_read", sharing_two, {1, 3}); }
  // A writer and three others, one of whom only tries. If none does, 9.7 M executions are not all, even from a state in which three wait.
  exploration three_read_one_tries_to_write() const {
    return of_four<first_reader, trying_writer, reader, reader>("three_read_one_tries_to_write", {3, 4});
  }
  exploration first_writes_three_read() const {
    return of_four<first_writer, reader, reader, trying_reader>("first_writes_three_read", {2, 3});
  }
  exploration four_read() const { return of<reader, reader, reader, reader>("four_read", sharing_two, {1, 4}); }
};

// What tells the policies apart. A scenario looks at the lock's word, which is its first member, to know that a writer waits.
using world = checker::graph_platform;

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

// How many executions the searches have, policy by policy.
struct counts {
  std::uint64_t phase_fair, prefer_writers, prefer_readers;
  std::uint64_t of(shared_policy p) const {
    return p == shared_policy::phase_fair ? phase_fair : p == shared_policy::prefer_writers ? prefer_writers : prefer_readers;
  }
};

template <shared_policy Policy>
void register_with_relacy() {
  using checker::relacy::register_exploration;
  const scenarios<checker::relacy_platform, Policy> s{std::string("shared_mutex/") + name_of(Policy)};
  const auto enter = [](exploration e, const char* description, counts n) {
    register_exploration(std::move(e), description, verified(n.of(Policy)), false);
  };
  enter(s.write_and_read(), "one writes, one reads; the reader sleeps", {730, 730, 730});
  enter(s.read_and_write(), "the same; the writer sleeps", {730, 730, 730});
  enter(s.two_write(), "two threads write", {1768, 1768, 1768});
  enter(s.two_read(), "two threads read", {34, 34, 34});
  enter(s.timed_write(), "one reads, one gives up writing at any moment", {750, 750, 750});
  enter(s.timed_read(), "one writes, one gives up reading at any moment", {3288, 3288, 3288});
  enter(s.tries_only(), "one tries to write, one to read", {24, 24, 24});
  enter(with_spurious_wake_ups(s.write_and_read()), "one writes, one reads; each may wake once for no reason", {18254, 18254, 18254});
}

void register_relacy_mutants() {
  const enter engine = checker::relacy::register_exploration;
  const scenarios<checker::relacy_platform, phase_fair> s{"shared_mutex/phase_fair"};
  const auto race = violated(violation_kind::data_race, "count");
  const auto lost = violated(violation_kind::lost_wake_up, "shared_mutex");
  register_mutant(engine, s.two_write(), "w2_relaxed", weakened("W2"), race);
  register_mutant(engine, s.two_write(), "w8_relaxed", weakened("W8"), race);
  register_mutant(engine, s.two_write(), "x4_dropped", dropped("X4"), lost);
  register_mutant(engine, s.write_and_read(), "r2_relaxed", weakened("R2"), race);
  register_mutant(engine, s.write_and_read(), "r5_relaxed", weakened("R5"), race);
  register_mutant(engine, s.write_and_read(), "x2_relaxed", weakened("X2"), race);
  register_mutant(engine, s.write_and_read(), "x3_dropped", dropped("X3"), lost);
  register_mutant(engine, s.write_and_read(), "s1_relaxed", weakened("S1"), race);
  register_mutant(engine, s.read_and_write(), "s2_dropped", dropped("S2"), lost);
}

template <shared_policy Policy>
void register_with_graphs() {
  using checker::runtime::register_exploration;
  const scenarios<world, Policy> s{std::string("shared_mutex/") + name_of(Policy) + "/rc11"};
  const auto enter = [](exploration e, const char* description, counts n, bool is_long = false) {
    register_exploration(std::move(e), description, verified(n.of(Policy)), is_long);
  };
  enter(s.write_and_read(), "one writes, one reads; the reader sleeps", {32, 32, 32});
  enter(s.read_and_write(), "the same; the writer sleeps", {32, 32, 32});
  enter(s.two_write(), "two threads write", {32, 32, 32});
  enter(s.two_read(), "two threads read", {7, 7, 7});
  enter(s.timed_write(), "one reads, one gives up writing at any moment", {36, 36, 36});
  enter(s.timed_read(), "one writes, one gives up reading at any moment", {42, 42, 42});
  enter(s.tries_only(), "one tries to write, one to read", {8, 8, 8});
  enter(s.spinning(s.write_and_read()), "one writes, one reads; each may look once more before it waits", {104, 104, 104});
  enter(s.spinning(s.two_write()), "two threads write; each may look once more before it waits", {200, 200, 200});
  enter(with_spurious_wake_ups(s.write_and_read()), "one writes, one reads; each may wake once for no reason", {128, 128, 128});
  enter(with_spurious_wake_ups(s.two_write()), "two threads write; each may wake once for no reason", {160, 160, 160});
  enter(s.process_shared(), "one writes, one reads; process-shared", {32, 32, 32});
  enter(s.held_for_ever(), "held from the start and never released: reader and writer sleep", {59, 59, 59});
  register_exploration(s.template misused<misuse_by::unlock>("unlock_of_free"), "unlocks what nobody holds",
                       violated(violation_kind::misuse, ""), false);
  register_exploration(s.template misused<misuse_by::unlock_shared>("unlock_shared_of_free"), "unlocks what nobody shares",
                       violated(violation_kind::misuse, ""), false);
  enter(s.tries(), "one writes, one tries to read, one to write", {752, 1026, 1862});
  enter(s.one_writes_two_read(), "one writes, two read", {49970, 49970, 22574});
  enter(s.two_write_one_reads(), "two write, one reads", {193490, 396242, 174182}, Policy != phase_fair);
  enter(s.three_write(), "three threads write", {277252, 270868, 270868}, true);
  enter(s.any_waiter(s.first_writes()), "one writes from the start, another writes, one reads; a wake takes any waiter",
        {37366, 88486, 32970});
  enter(s.timed_write_three(), "two read, one gives up writing at any moment", {56274, 56274, 23728});
  enter(s.timed_read_three(), "one writes, one reads, one gives up reading at any moment", {149512, 149512, 65400});
  enter(s.three_read(), "three threads read", {172, 172, 172});
  enter(s.four_read(), "four threads read", {12132, 12132, 12132});
  enter(s.three_read_one_tries_to_write(), "one reads from the start, two read, one tries to write", {67030, 67030, 67030});
  enter(s.first_writes_three_read(), "one writes from the start, two read, one tries to read", {172780, 172780, 172780});
  enter(four_in_turn<Policy>(), "one writes from the start until one waits to write and one to read; one tries to read",
        {64416, 326013, 875037}, Policy == prefer_readers);
  enter(s.two_held_for_ever(), "held from the start and never released: two writers sleep", {13, 13, 13});
  enter(s.first_reads(), "one reads from the start, one writes, one gives up writing at any moment", {31623, 30367, 30367});
  enter(s.first_writes(), "one writes from the start, another writes, one reads", {37366, 88486, 32970});
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

void register_graph_mutants() {
  const enter engine = checker::runtime::register_exploration;
  const scenarios<world, phase_fair> s{"shared_mutex/phase_fair/rc11"};
  const auto race = violated(violation_kind::data_race, "count");
  const auto lost = violated(violation_kind::lost_wake_up, "shared_mutex");
  const auto unreached = violated(violation_kind::unreached, "");
  constexpr std::uint32_t written = layout_of::written;
  const exploration queue =
      crowd_of<phase_fair, two_wait_to_write, first_writer_again, writer, writer>("first_writes_again", sleeping_writers, {2, 3});
  register_mutant(engine, s.two_write(), "w2_relaxed", weakened("W2"), race);
  register_mutant(engine, s.two_write(), "w8_relaxed", weakened("W8"), race);
  register_mutant(engine, s.two_write(), "x4_dropped", dropped("X4"), lost);
  register_mutant(engine, s.two_write(), "w10_never_sleeps", dropped("W10"), unreached);
  register_mutant(engine, s.write_and_read(), "r2_relaxed", weakened("R2"), race);
  register_mutant(engine, s.write_and_read(), "r5_relaxed", weakened("R5"), race);
  register_mutant(engine, s.write_and_read(), "x2_relaxed", weakened("X2"), race);
  register_mutant(engine, s.first_writes(), "x2_lost_phase",
                  writes("X2", layout_of::asleep | 1, written | layout_of::asleep | layout_of::one_waiting), lost);
  register_mutant(engine, s.write_and_read(), "x3_dropped", dropped("X3"), lost);
  register_mutant(engine, s.write_and_read(), "s1_relaxed", weakened("S1"), race);
  register_mutant(engine, s.read_and_write(), "s2_dropped", dropped("S2"), lost);
  register_mutant(engine, s.write_and_read(), "r8_never_sleeps", dropped("R8"), unreached);
  register_mutant(engine, s.first_writes_three_read(), "x3_dropped", dropped("X3"), lost);
  register_mutant(engine, s.three_read_one_tries_to_write(), "x3_dropped", dropped("X3"), lost);
  register_mutant(engine, four_in_turn<phase_fair>(), "s2_dropped", dropped("S2"), lost);
  register_mutant(engine, passing_by(), "r6_relaxed", weakened("R6"), race);
  register_mutant(engine, s.three_write(), "w11_dropped", dropped("W11"), lost);
  register_mutant(engine, queue, "w4_lost_queue", writes("W4", written | layout_of::awake, written), lost);
  register_mutant(engine, s.two_held_for_ever(), "w6_never_sleeps", dropped("W6"), unreached);
  register_mutant(engine, s.first_reads(), "d2_dropped", dropped("D2"), lost);
  register_mutant(engine, s.timed_write_three(), "d3_dropped", dropped("D3"), lost);
}

const bool registered = (register_with_relacy<phase_fair>(), register_with_relacy<prefer_writers>(), register_with_relacy<prefer_readers>(),
                         register_relacy_mutants(), register_with_graphs<phase_fair>(), register_with_graphs<prefer_writers>(),
                         register_with_graphs<prefer_readers>(), register_policies(), register_graph_mutants(), true);

}  // namespace
}  // namespace holdfast::models
