// Scenarios and mutants of impl/shared_mutex.h.
#include "checker/relacy/register.h"
#include "checker/relacy/relacy_platform.h"
#include "checker/runtime/explore.h"
#include "checker/runtime/graph_platform.h"
#include "impl/shared_mutex.h"
#include "models/shared_mutex_scenarios.h"
#include "models/shared_mutex_situations.h"

namespace holdfast::models {
namespace {

using checker::violation_kind;
using checker::wake_order;
using spec::failed_try;
using world = checker::graph_platform;
using layout_of = shared_mutex_word;
using enum part;
using enum shared_policy;

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

template <shared_policy Policy>
void register_with_relacy() {
  using checker::relacy::register_exploration;
  const scenarios<checker::relacy_platform, Policy> s{std::string("shared_mutex/") + name_of(Policy)};
  const auto enter = [](exploration e, const char* description, counts n, bool is_long = false) {
    register_exploration(std::move(e), description, verified(n.of(Policy)), is_long);
  };
  enter(s.write_and_read(), "one writes, one reads; the reader sleeps", {730, 730, 730});
  enter(s.read_and_write(), "the same; the writer sleeps", {730, 730, 730});
  enter(s.two_write(), "two threads write", {1768, 1768, 1768});
  enter(s.two_read(), "two threads read", {34, 34, 34});
  enter(s.timed_write(), "one reads, one gives up writing at any moment", {750, 750, 750});
  enter(s.timed_read(), "one writes, one gives up reading at any moment", {3288, 3288, 3288});
  enter(s.tries_only(), "one tries to write, one to read", {24, 24, 24});
  enter(with_spurious_wake_ups(s.write_and_read()), "one writes, one reads; each may wake once for no reason", {18254, 18254, 18254});
  enter(s.three_read(), "three threads read", {16356, 16356, 16356});
  // Of three threads two of which wait, 3 M executions are not all.
  enter(s.tries(), "one writes, one tries to read, one to write", {213414, 566380, 3177624}, Policy == prefer_readers);
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
  register_mutant(engine, s.tries(), "x4_dropped", dropped("X4"), lost);
  register_mutant(engine, s.tries(), "s2_dropped", dropped("S2"), lost);
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
  enter(s.two_held_for_ever(), "held from the start and never released: two writers sleep", {13, 13, 13});
  enter(s.first_reads(), "one reads from the start, one writes, one gives up writing at any moment", {31623, 30367, 30367});
  enter(s.first_writes(), "one writes from the start, another writes, one reads", {37366, 88486, 32970});
}

void register_graph_mutants() {
  const enter engine = checker::runtime::register_exploration;
  const scenarios<world, phase_fair> s{"shared_mutex/phase_fair/rc11"};
  const auto race = violated(violation_kind::data_race, "count");
  const auto lost = violated(violation_kind::lost_wake_up, "shared_mutex");
  const auto unreached = violated(violation_kind::unreached, "");
  constexpr std::uint32_t written = layout_of::written;
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
  register_mutant(engine, s.three_write(), "w11_dropped", dropped("W11"), lost);
  register_mutant(engine, s.two_held_for_ever(), "w6_never_sleeps", dropped("W6"), unreached);
  register_mutant(engine, s.first_reads(), "d2_dropped", dropped("D2"), lost);
  register_mutant(engine, s.timed_write_three(), "d3_dropped", dropped("D3"), lost);
}

const bool registered = (register_with_relacy<phase_fair>(), register_with_relacy<prefer_writers>(), register_with_relacy<prefer_readers>(),
                         register_relacy_mutants(), register_with_graphs<phase_fair>(), register_with_graphs<prefer_writers>(),
                         register_with_graphs<prefer_readers>(), register_graph_mutants(), true);

}  // namespace
}  // namespace holdfast::models
