#include "proofs/mutex_subjects.h"

#include <functional>
#include <stdexcept>
#include <utility>

#include "impl/mutex.h"
#include "impl/word/mutex_word.h"
#include "models/published/musl_file_lock.h"
#include "models/published/mutex1.h"
#include "models/published/mutex2.h"
#include "models/published/mutex3.h"
#include "proofs/symbolic/extract.h"
#include "proofs/symbolic/symbolic_platform.h"

namespace holdfast::proofs {

namespace {

using world = symbolic_platform;
using kind = mutation::kind;

constexpr word_meaning three_states = {
    [](const smt::word_term& w) { return mutex_word::is_free(w); },
    [](const smt::word_term& w) { return mutex_word::has_waiters(w); },
};

// mutex1 has no state for "nobody waits": every held word makes its unlocker wake.
constexpr word_meaning counted_lockers = {
    [](const smt::word_term& w) { return published::mutex1_word::is_free(w); },
    [](const smt::word_term& w) { return smt::truth("(not " + published::mutex1_word::is_free(w).text + ")"); },
};

// The unchanged code is run once.
template <class Lock>
std::function<automaton(const std::vector<mutation>&)> from(std::string name, std::vector<entry_point> entries) {
  return [name = std::move(name), entries = std::move(entries)](const std::vector<mutation>& m) {
    if (!m.empty()) return extract(name, entries, m);
    static const automaton unchanged = extract(name, entries);
    return unchanged;
  };
}

template <class Lock>
subject published_subject(const std::string& name, word_meaning meaning, std::vector<std::string> owing, ranking rank = {}) {
  return {name, from<Lock>(name, lock_and_unlock<Lock>()), meaning, std::move(owing), {}, std::move(rank)};
}

// The first number: 4 on the way to owning, then 3, 2, 1 and nothing. The second: the way to sleep or to the next try, as the word stands.
// If it changes to a value with larger numbers, somebody took or freed the lock, and the first number fell.
ranking mutex_ranking() {
  ranking r;
  r.weights = {
      {"L1", 4, 5, 5, 5}, {"T1", 4, 5, 5, 5}, {"L2", 4, 4, 4, 4}, {"L3", 4, 3, 3, 3}, {"L4", 4, 2, 2, 2},
      {"L5", 4, 4, 4, 1}, {"L6", 4, 3, 3, 3}, {"owner", 3},       {"U1", 2},          {"U2", 0, 4, 4, 4},
  };
  for (const std::string entry : {"lock.", "timed_lock."})
    for (const auto& [from, to] : {std::pair("L2", "L2"), std::pair("L3", "L2"), std::pair("L6", "L6")})
      r.spins.push_back(entry + from + ".to." + entry + to);
  return r;
}

ranking mutex2_ranking() {
  ranking r;
  r.weights = {
      {"L1", 4, 6, 6, 6}, {"L2", 4, 2, 3, 2}, {"L3", 4, 2, 5, 1}, {"L4", 4, 1, 4, 2},
      {"owner", 3},       {"U1", 2},          {"U2", 1},          {"U3", 0, 5, 5, 5},
  };
  return r;
}

ranking mutex3_ranking() {
  ranking r;
  r.weights = {
      {"L1", 4, 5, 5, 5}, {"L2", 4, 4, 4, 4}, {"L3", 4, 3, 3, 1}, {"L4", 4, 2, 2, 2},
      {"owner", 3},       {"U1", 2},          {"U2", 1},          {"U3", 0, 3, 3, 3},
  };
  return r;
}

ranking musl_ranking() {
  ranking r;
  r.weights = {
      {"L1", 4, 6, 6, 6}, {"L2", 4, 1, 4, 2}, {"L3", 4, 2, 3, 3}, {"L4", 4, 2, 5, 1}, {"owner", 3}, {"U1", 2}, {"U2", 0, 5, 5, 5},
  };
  return r;
}

edge& edge_of(automaton& a, const std::string& name) {
  for (std::size_t i = 0; i < a.edges.size(); ++i)
    if (a.name_of_edge(i) == name) return a.edges[i];
  throw std::invalid_argument(a.lock + " has no edge " + name);
}

std::function<void(automaton&)> leads_to(std::string edge_name, std::string location_name) {
  return [=](automaton& a) {
    const auto to = a.find(location_name);
    edge& e = edge_of(a, edge_name);
    e.to = to;
    e.remembers.assign(a.locations[to].parameters, "w");
  };
}

std::function<void(automaton&)> on_condition(std::string edge_name, std::string condition) {
  return [=](automaton& a) { edge_of(a, edge_name).condition = condition; };
}

mutant relaxed(const std::string& name, const std::string& label, const std::string& breaks) {
  return {name, label + " is relaxed", {{label, kind::relax}}, {}, breaks};
}

mutant dropped(const std::string& name, const std::string& label, const std::string& breaks) {
  return {name, label + " does nothing", {{label, kind::drop}}, {}, breaks};
}

mutant writes(const std::string& name, const std::string& label, std::uint32_t value, const std::string& breaks) {
  return {name, label + " writes " + std::to_string(value), {{label, kind::write, value}}, {}, breaks};
}

mutant edited(const std::string& name, const std::string& change, std::function<void(automaton&)> edit, const std::string& breaks) {
  return {name, change, {}, std::move(edit), breaks};
}

}  // namespace

subject mutex_subject() {
  using lock = basic_mutex<world>;
  return {"mutex",
          from<lock>("mutex", all_entries<lock>()),
          three_states,
          {"L4", "L5", "L6", "U2"},
          {{"unlock.U1.to.misuse", "the unlocker owns the mutex, so the word is not free"}},
          mutex_ranking()};
}

subject mutex1_subject() { return published_subject<published::mutex1<world>>("mutex1", counted_lockers, {"L3", "U1", "U2"}); }

subject mutex2_subject() {
  return published_subject<published::mutex2<world>>("mutex2", three_states, {"L2", "L3", "L4", "U2", "U3"}, mutex2_ranking());
}

subject mutex3_subject() {
  return published_subject<published::mutex3<world>>("mutex3", three_states, {"L2", "L3", "L4", "U2", "U3"}, mutex3_ranking());
}

subject musl_file_lock_subject() {
  using lock = published::musl_file_lock<world, published::musl_version::as_fixed>;
  return published_subject<lock>("musl_file_lock", three_states, {"L2", "L3", "L4", "U2"}, musl_ranking());
}

subject musl_file_lock_subject_shipped() {
  using lock = published::musl_file_lock<world, published::musl_version::as_shipped>;
  return published_subject<lock>("musl_file_lock", three_states, {"L2", "L3", "L4", "U2"}, musl_ranking());
}

std::vector<mutant> mutex_mutants() {
  return {
      relaxed("l1_relaxed", "L1", "lock.L1.to.owner / acquires"),
      relaxed("l3_relaxed", "L3", "lock.L3.to.owner / acquires"),
      relaxed("l4_relaxed", "L4", "lock.L4.to.owner / acquires"),
      relaxed("t1_relaxed", "T1", "try_lock.T1.to.owner / acquires"),
      relaxed("u1_relaxed", "U1", "unlock.U1.to.idle / published"),
      writes("l4_lost_flag", "L4", mutex_word::held, "lock.L4.to.owner / no_sleeper_forgotten"),
      writes("l4_writes_free", "L4", mutex_word::free, "lock.L4.to.lock.L5 / free_iff_unowned"),
      writes("l1_writes_free", "L1", mutex_word::free, "lock.L1.to.owner / free_iff_unowned"),
      writes("l1_writes_three", "L1", 3, "lock.L1.to.owner / layout"),
      writes("u1_writes_held", "U1", mutex_word::held, "unlock.U1.to.idle / free_iff_unowned"),
      dropped("u2_dropped", "U2", "unlock.U1.to.idle / no_sleeper_forgotten"),
      {"l5_waits_on_held",
       "L5 waits for held",
       {{"L5", kind::expect, mutex_word::held}},
       {},
       "lock.L5.to.lock.L5.asleep / no_sleeper_forgotten"},
      {"l5_waits_on_free",
       "L5 waits for free",
       {{"L5", kind::expect, mutex_word::free}},
       {},
       "lock.L5.to.lock.L5.asleep / no_sleeper_forgotten"},
      {"l3_expects_held", "L3 takes a held word", {{"L3", kind::expect, mutex_word::held}}, {}, "lock.L3.to.owner / step"},
      {"t1_expects_held", "T1 takes a held word", {{"T1", kind::expect, mutex_word::held}}, {}, "try_lock.T1.to.owner / step"},
      edited(
          "unlock_forgets_waiters", "U1 wakes if the word was held, not if it was held_waiters",
          [](automaton& a) {
            on_condition("unlock.U1.to.idle", "(not (= w #x00000001))")(a);
            on_condition("unlock.U1.to.unlock.U2", "(= w #x00000001)")(a);
          },
          "unlock.U1.to.idle / no_sleeper_forgotten"),
      edited("l4_owns_a_held_word", "lock returns although L4 read a held word", leads_to("lock.L4.to.lock.L5", "owner"),
             "lock.L4.to.owner / step"),
      edited("l1_fails_and_returns", "lock returns although L1 failed", leads_to("lock.L1.to.lock.L2", "owner"),
             "lock.L1.to.owner_2 / step"),
      edited("woken_takes_as_held", "a woken thread takes the mutex as held", leads_to("lock.L5.asleep.woken.to.lock.L4", "lock.L3"),
             "unlock.U2.wakes.lock.L5.asleep.woken.to.lock.L3 / no_sleeper_forgotten"),
      edited("woken_owns", "a woken thread owns the mutex without taking it", leads_to("lock.L5.asleep.woken.to.lock.L4", "owner"),
             "unlock.U2.wakes.lock.L5.asleep.woken.to.owner / step"),
      edited("time_out_eats_a_wake", "a timed lock gives up although it was woken",
             leads_to("timed_lock.L5.asleep.woken.to.timed_lock.L4", "idle"),
             "unlock.U2.wakes.timed_lock.L5.asleep.woken.to.idle / no_sleeper_forgotten"),
      edited("time_out_owns", "a timed lock that gave up says that it owns", leads_to("timed_lock.L5.asleep.timed_out.to.idle", "owner"),
             "timed_lock.L5.asleep.timed_out.to.owner / step"),
      edited("try_lock_lies", "try_lock fails and says that it owns", leads_to("try_lock.T1.to.idle", "owner"),
             "try_lock.T1.to.owner_2 / step"),
      edited("try_lock_takes_and_fails", "try_lock takes the mutex and says that it does not own", leads_to("try_lock.T1.to.owner", "idle"),
             "try_lock.T1.to.idle / free_iff_unowned"),
      edited("unlock_skips_u1", "unlock returns without a write", leads_to("owner.to.unlock.U1", "idle"),
             "owner.to.idle / free_iff_unowned"),
      edited(
          "l4_is_a_store", "L4 reads and writes in two steps: nothing is acquired",
          [](automaton& a) {
            edge& e = edge_of(a, "lock.L4.to.owner");
            e.what = action::store;
            e.acquires = false;
          },
          "lock.L4.to.owner / acquires"),
      edited(
          "l5_covers_less", "L5 has no way on if the word was free",
          [](automaton& a) {
            for (auto& e : a.edges)
              if (e.what == action::changed) e.condition = "(= w #x00000001)";
          },
          "lock.L5 / total"),
      edited("woken_never_announces", "L6 sees a free word and looks again", leads_to("lock.L6.to.lock.L4", "lock.L6"),
             "lock.L6.to.lock.L6_2 / progress"),
      {"u2_wakes_everyone", "U2 wakes all sleepers", {{"U2", kind::wake_everyone}}, {}, "unlock.U2.wakes.everyone / progress"},
      edited("l4_looks_again", "L4 fails and is tried at once again", leads_to("lock.L4.to.lock.L5", "lock.L4"),
             "lock.L4.to.lock.L4 / progress"),
      edited(
          "u2_wakes_nobody", "U2 is a system call that wakes nobody",
          [](automaton& a) { edge_of(a, "unlock.U2.to.idle").what = action::call; }, "unlock.U2.to.idle / no_sleeper_forgotten"),
  };
}

mutant musl_as_shipped() {
  return {"as_shipped", "a thread that has slept retakes the lock as held", {}, {}, "lock.L2.to.owner / no_sleeper_forgotten"};
}

std::vector<survivor> mutex_survivors() {
  const std::string wasteful = "right, and wasteful: ";
  return {
      {writes("l1_writes_held_waiters", "L1", mutex_word::held_waiters, ""), wasteful + "every unlock makes a system call"},
      {writes("l3_writes_held_waiters", "L3", mutex_word::held_waiters, ""), wasteful + "the unlock after a spin makes a system call"},
      {relaxed("l2_relaxed", "L2", ""), "right: nothing is changed, L2 is a hint and relaxed already"},
      {edited("announces_after_l3", "a failed L3 announces at once", leads_to("lock.L3.to.lock.L2", "lock.L4"), ""),
       "right: an announcement more"},
  };
}

std::vector<mutant> mutex2_mutants() {
  return {
      relaxed("l1_relaxed", "L1", "lock.L1.to.owner / acquires"),
      relaxed("l4_relaxed", "L4", "lock.L4.to.owner / acquires"),
      relaxed("u1_relaxed", "U1", "unlock.U1.to.idle / published"),
      relaxed("u2_relaxed", "U2", "unlock.U2.to.unlock.U3 / published"),
      writes("l4_lost_flag", "L4", mutex_word::held, "lock.L4.to.owner / no_sleeper_forgotten"),
      writes("l2_writes_free", "L2", mutex_word::free, "lock.L2.to.lock.L3.b / free_iff_unowned"),
      writes("u2_writes_held", "U2", mutex_word::held, "unlock.U3.wakes.nobody / free_iff_unowned"),
      dropped("u2_dropped", "U2", "unlock.U3.wakes.nobody / free_iff_unowned"),
      dropped("u3_dropped", "U3", "unlock.U2.to.idle / no_sleeper_forgotten"),
      {"l3_waits_on_held",
       "L3 waits for held",
       {{"L3", kind::expect, mutex_word::held}},
       {},
       "lock.L3.to.lock.L3.asleep / no_sleeper_forgotten"},
      edited("mark_fails_and_owns", "a thread that finds the word free owns without taking it", leads_to("lock.L2.to.lock.L4", "owner"),
             "lock.L2.to.owner / free_iff_unowned"),
      edited("unlock_returns_at_two", "unlock returns when the decrement leaves held", leads_to("unlock.U1.to.unlock.U2", "idle"),
             "unlock.U1.to.idle_2 / free_iff_unowned"),
  };
}

std::vector<mutant> mutex3_mutants() {
  return {
      relaxed("l1_relaxed", "L1", "lock.L1.to.owner / acquires"),
      relaxed("l2_relaxed", "L2", "lock.L2.to.owner / acquires"),
      relaxed("l4_relaxed", "L4", "lock.L4.to.owner / acquires"),
      relaxed("u1_relaxed", "U1", "unlock.U1.to.idle / published"),
      relaxed("u2_relaxed", "U2", "unlock.U2.to.unlock.U3 / published"),
      writes("l4_lost_flag", "L4", mutex_word::held, "lock.L4.to.owner / no_sleeper_forgotten"),
      writes("l2_lost_flag", "L2", mutex_word::held, "lock.L2.to.owner / no_sleeper_forgotten"),
      writes("u2_writes_held", "U2", mutex_word::held, "unlock.U3.wakes.nobody / free_iff_unowned"),
      dropped("u2_dropped", "U2", "unlock.U3.wakes.nobody / free_iff_unowned"),
      dropped("u3_dropped", "U3", "unlock.U2.to.idle / no_sleeper_forgotten"),
      {"l3_waits_on_held",
       "L3 waits for held",
       {{"L3", kind::expect, mutex_word::held}},
       {},
       "lock.L3.to.lock.L3.asleep / no_sleeper_forgotten"},
      edited("l4_owns_a_held_word", "lock returns although L4 read a held word", leads_to("lock.L4.to.lock.L3.b", "owner"),
             "lock.L4.to.owner / step"),
  };
}

}  // namespace holdfast::proofs
