// Scenarios and mutants of models/published/glibc_rwlock.h: what went wrong in its releases, and the fixes.
#include "models/check_scenario.h"
#include "models/condvar_scenarios.h"
#include "models/published/glibc_rwlock.h"
#include "models/shared_mutex_scenarios.h"

namespace holdfast::models {
namespace {

using published::glibc_release;
using published::glibc_rwlock_kind;
using word_of = published::glibc_rwlock_word;
using enum published::glibc_release;
using enum published::glibc_rwlock_kind;
using enum part;

template <glibc_release Release, glibc_rwlock_kind Kind, part... Parts>
using shares = sharing<world, published::glibc_rwlock<world, Release, Kind>, Parts...>;

// A writer has come and gone: the phase is a writer's.
template <glibc_release Release, glibc_rwlock_kind Kind, part... Parts>
struct after_a_writer : shares<Release, Kind, Parts...> {
  after_a_writer() {
    this->mutex.itself().lock();
    this->mutex.itself().unlock();
  }
};

// What threads do one after the other. The sections are empty, so that a race does not come first.
template <glibc_release Release, glibc_rwlock_kind Kind>
struct empty_sections {
  observed_shared_mutex<world, published::glibc_rwlock<world, Release, Kind>> mutex;

  void read() { mutex.lock_shared("lock_shared"), mutex.unlock_shared("unlock_shared"); }
  void write() { mutex.lock("lock"), mutex.unlock("unlock"); }
  void try_to_read() {
    if (mutex.try_lock_shared("try_lock_shared")) mutex.unlock_shared("unlock_shared");
  }
  void try_to_write() {
    if (mutex.try_lock("try_lock")) mutex.unlock("unlock");
  }
  void write_in_time() {
    if (mutex.try_lock_until(world::deadline::at_any_moment(), "try_lock_until")) mutex.unlock("unlock");
  }
};

template <glibc_release Release>
struct changing_phases : empty_sections<Release, prefer_readers> {
  void thread(unsigned self) {
    if (self == 1) this->read(), this->read();
    if (self == 2) this->write(), this->read(), this->write();
  }
};

// Somebody reads, and goes on with it.
template <glibc_release Release>
struct gives_up_twice : empty_sections<Release, prefer_writers_nonrecursive> {
  gives_up_twice() { this->mutex.itself().lock_shared(); }
  void thread(unsigned self) {
    if (self == 1) this->read();
    if (self == 2) this->write_in_time(), this->write_in_time();
  }
};

// The first thread has its share from the start; the second may give up as it leaves, and the third is next.
template <glibc_release Release>
struct gives_up_early : empty_sections<Release, prefer_writers> {
  stage third_was_through{1}, second_has_read{2};

  gives_up_early() { this->mutex.itself().lock_shared(); }
  void thread(unsigned self) {
    if (self == 1) this->mutex.itself().unlock_shared(), second_has_read.await(), this->read();
    if (self == 2) {
      this->write_in_time();
      third_was_through.await();
      this->try_to_read(), second_has_read.reach(), this->try_to_write();
    }
    if (self == 3) this->write(), third_was_through.reach();
  }
};

using declining = spec::shared_mutex<spec::failed_try::declined>;

// Situations, over the words and their queues: readers, phase, writers, futex.
bool is_held(const world_view& v) { return word_of::is_write_phase(v.word(0)) && word_of::is_write_locked(v.word(0)); }
bool reader_sleeps(const world_view& v) { return v.asleep_on(1) == 1 && is_held(v) && word_of::has_readers(v.word(0)); }
bool primary_sleeps(const world_view& v) { return v.asleep_on(1) == 1 && !word_of::is_write_phase(v.word(0)); }
bool two_readers_sleep(const world_view& v) { return v.asleep_on(1) == 2; }
bool writer_sleeps(const world_view& v) { return v.asleep_on(3) == 1; }
bool two_writers_sleep(const world_view& v) { return v.asleep_on(3) == 2; }
bool both_sleep(const world_view& v) { return v.asleep_on(1) == 1 && v.asleep_on(3) == 1; }
bool lets_pass(const world_view& v) { return v.asleep_on(0) == 1 && word_of::is_waited_for(v.word(0)); }
const situation sleeping_reader{"a reader sleeps until the phase is the readers'", reader_sleeps};
const situation sleeping_primary{"a writer sleeps until the phase is its own", primary_sleeps};
const situation sleeping_readers{"two readers sleep", two_readers_sleep};
const situation sleeping_writer{"a writer sleeps until it can be the primary one", writer_sleeps};
const situation sleeping_writers{"two writers sleep until they can be the primary one", two_writers_sleep};
const situation sleeping_both{"one sleeps until the phase is its own, and a writer until it can be the primary one", both_sleep};
const situation letting_pass{"a reader sleeps to let the writer pass", lets_pass};
const situation held{"a writer holds it", is_held};

const auto race = violated(violation_kind::data_race, "count");
const auto lost_phase = violated(violation_kind::lost_wake_up, "phase");
const auto lost_futex = violated(violation_kind::lost_wake_up, "futex");
const auto lost_readers = violated(violation_kind::lost_wake_up, "readers");
const auto unreached = violated(violation_kind::unreached, "");

template <class Scenario>
bool falls(const char* name, unsigned threads, const char* description, checker::expectation expected) {
  return check_scenario<Scenario, declining>(
      {.name = std::string("glibc_rwlock/") + name, .threads = threads, .description = description, .expected = std::move(expected)});
}

template <class Scenario>
bool holds(const char* name, unsigned threads, const char* description, std::uint64_t executions, situation reach,
           std::vector<mutant> mutants = {}, checker::alike same = {}) {
  return check_scenario<Scenario, declining>({.name = std::string("glibc_rwlock/") + name,
                                              .threads = threads,
                                              .description = description,
                                              .expected = verified(executions),
                                              .must_reach = std::move(reach),
                                              .mutants = std::move(mutants),
                                              .same = same});
}

bool register_releases() {
  constexpr auto changing = "one reads twice, one writes, reads and writes";
  falls<changing_phases<v2_25>>("phases_shipped", 2, changing, lost_phase);
  holds<changing_phases<v2_26>>("phases_fixed", 2, changing, 252800, sleeping_reader);
  falls<shares<v2_25, prefer_readers, reader, writer>>("phases_race_shipped", 2, "one reads, one writes", race);

  constexpr auto twice = "somebody reads, another wants to, one gives up writing, twice; writers first, readers do not recur";
  falls<gives_up_twice<v2_26>>("pass_shipped", 2, twice, lost_readers);
  holds<gives_up_twice<v2_29>>("pass_fixed", 2, twice, 832, letting_pass,
                               {{"g9_dropped", dropped("G9"), lost_readers}, {"n4_never_sleeps", dropped("N4"), unreached}});

  constexpr auto try_lock = "in a write phase: one reads, one tries to write";
  falls<after_a_writer<v2_26, prefer_readers, reader, trying_writer>>("try_lock_shipped", 2, try_lock, lost_phase);
  holds<after_a_writer<v2_29, prefer_readers, reader, trying_writer>>("try_lock_fixed", 2, try_lock, 15, sleeping_reader);
  holds<after_a_writer<v2_29, prefer_writers, reader, trying_writer>>("try_lock_fixed_writers_first", 2, try_lock, 33, sleeping_reader);

  constexpr auto try_lock_shared = "in a write phase: one reads, one tries to";
  falls<after_a_writer<v2_26, prefer_readers, reader, trying_reader>>("try_lock_shared_shipped", 2, try_lock_shared, lost_phase);
  holds<after_a_writer<v2_29, prefer_readers, reader, trying_reader>>(
      "try_lock_shared_fixed", 2, try_lock_shared, 86, {"a reader sleeps", [](const world_view& v) { return v.asleep_on(1) == 1; }},
      {{"d5_dropped", dropped("D5"), lost_phase}});

  constexpr auto early = "one leaves and reads again, one may give up writing as it leaves, one writes next; writers first";
  falls<gives_up_early<v2_29>>("give_up_shipped", 3, early, lost_phase);
  holds<gives_up_early<repaired>>("give_up_repaired", 3, early, 112224, sleeping_both);
  constexpr auto next = "one reads from the start, one gives up writing at any moment, one writes; writers first";
  falls<shares<v2_29, prefer_writers, first_reader, timed_writer, writer>>("give_up_race_shipped", 3, next, race);
  return holds<shares<repaired, prefer_writers, first_reader, timed_writer, writer>>(
      "give_up_race_repaired", 3, next, 5344, sleeping_both,
      {{"g3_dropped", dropped("G3"), lost_futex}, {"g11_relaxed", weakened("G11"), race}});
}

bool register_two_threads() {
  holds<shares<v2_29, prefer_readers, reader, writer>>("read_and_write", 2, "one reads, one writes", 34, sleeping_reader,
                                                       {{"s2_relaxed", weakened("S2"), race},
                                                        {"v5_relaxed", weakened("V5"), race},
                                                        {"p4_relaxed", weakened("P4"), race},
                                                        {"h4_relaxed", weakened("H4"), race},
                                                        {"v7_dropped", dropped("V7"), lost_phase},
                                                        {"p3_never_sleeps", dropped("P3"), unreached}});
  holds<shares<v2_29, prefer_readers, trying_reader, writer>>(
      "try_read_and_write", 2, "one tries to read, one writes", 33, sleeping_primary,
      {{"d2_relaxed", weakened("D2"), race}, {"s5_dropped", dropped("S5"), lost_phase}, {"h3_never_sleeps", dropped("H3"), unreached}});
  holds<shares<v2_29, prefer_readers, trying_reader, trying_writer>>("tries_only", 2, "one tries to read, one to write", 8, held,
                                                                     {{"t2_relaxed", weakened("T2"), race}});
  holds<shares<v2_29, prefer_readers, timed_reader, writer>>("timed_read", 2, "one writes, one gives up reading at any moment", 43,
                                                             sleeping_reader, {{"p7_relaxed", weakened("P7"), race}});
  holds<shares<v2_29, prefer_readers, reader, timed_writer>>("timed_write", 2, "one reads, one gives up writing at any moment", 46,
                                                             sleeping_primary);
  holds<shares<v2_29, prefer_readers, writer, writer>>("two_write", 2, "two write", 40, sleeping_writer,
                                                       {{"w1_relaxed", weakened("W1"), race},
                                                        {"w3_relaxed", weakened("W3"), race},
                                                        {"v8_dropped", dropped("V8"), lost_futex},
                                                        {"w10_never_sleeps", dropped("W10"), unreached}});
  holds<shares<v2_29, prefer_writers, writer, writer>>("two_write_writers_first", 2, "two write; writers first", 60, sleeping_writer,
                                                       {{"w6_relaxed", weakened("W6"), race}, {"v3_relaxed", weakened("V3"), race}});
  return holds<shares<v2_29, prefer_writers, writer, timed_writer>>("timed_write_writers_first", 2,
                                                                    "one writes, one gives up writing at any moment; writers first", 73,
                                                                    sleeping_writer, {{"w12_relaxed", weakened("W12"), race}});
}

bool register_three_threads() {
  holds<shares<v2_29, prefer_readers, reader, reader, writer>>(
      "two_read_one_writes", 3, "two read, one writes", 7004, sleeping_readers,
      {{"r1_relaxed", weakened("R1"), race}, {"r5_dropped", dropped("R5"), lost_phase}}, {1, 2});
  holds<shares<v2_29, prefer_readers, first_reader, writer, writer>>("first_reads_two_write", 3, "one reads from the start, two write", 428,
                                                                     sleeping_both, {}, {2, 3});
  holds<shares<v2_29, prefer_writers, reader, writer, writer>>("one_reads_two_write_writers_first", 3,
                                                               "one reads, two write; writers first", 55838, sleeping_both, {}, {2, 3});
  holds<shares<v2_29, prefer_readers, writer, writer, writer>>("three_write", 3, "three write", 17505, sleeping_writers, {}, {1, 3});
  holds<shares<v2_29, prefer_writers, first_writer, writer, writer>>(
      "first_writes_writers_first", 3, "one writes from the start, two write; writers first", 40814, sleeping_writers, {}, {2, 3});
  holds<shares<v2_29, prefer_writers, first_writer, timed_writer, writer>>(
      "first_writes_one_gives_up", 3, "one writes from the start, one gives up writing, one writes; writers first", 189206,
      sleeping_writers);
  holds<shares<v2_29, prefer_readers, first_reader, timed_writer, writer>>(
      "first_reads_one_gives_up", 3, "one reads from the start, one gives up writing, one writes", 3358, sleeping_both,
      {{"g8_dropped", dropped("G8"), lost_futex}});
  holds<shares<v2_29, prefer_writers_nonrecursive, first_reader, reader, writer>>(
      "first_reads_nonrecursive", 3, "one reads from the start, one reads, one writes; writers first, readers do not recur", 13138,
      letting_pass, {{"s6_dropped", dropped("S6"), lost_readers}});
  holds<shares<repaired, prefer_writers_nonrecursive, first_reader, timed_reader, writer>>(
      "first_reads_one_gives_up_nonrecursive", 3,
      "repaired; one reads from the start, one gives up reading, one writes; writers first, readers do not recur", 31032, letting_pass);
  return holds<shares<v2_29, prefer_writers_nonrecursive, first_reader, timed_reader, timed_writer>>(
      "both_give_up_nonrecursive", 3,
      "one reads from the start, one gives up reading, one gives up writing; writers first, readers do not recur", 60698, letting_pass);
}

const bool registered = register_releases() && register_two_threads() && register_three_threads();

}  // namespace
}  // namespace holdfast::models
