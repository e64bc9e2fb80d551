#include "tests/engine/brute_force/small_program.h"

#include <algorithm>
#include <string_view>

namespace holdfast::oracle {
namespace {

bool is_compare_exchange(const instruction& i) { return i.what == opcode::compare_exchange || i.what == opcode::await_compare_exchange; }

bool is_register(reg r) { return r.number >= 0 && static_cast<std::size_t>(r.number) < most_registers; }
bool is_known(const operand& o) { return !o.source || is_register(*o.source); }

bool is_allowed(const instruction& i) {
  const bool is_access = i.what != opcode::fence;
  if (enters_kernel(i)) return i.mode == order::relaxed;
  if (i.mode == order::plain) return i.what == opcode::load || i.what == opcode::store;
  if (is_compare_exchange(i) && (i.failure == order::plain || i.failure == order::release || i.failure == order::acq_rel)) return false;
  if (is_access && !writes(i)) return i.mode != order::release && i.mode != order::acq_rel;
  if (is_access && !reads(i)) return i.mode != order::consume && i.mode != order::acquire && i.mode != order::acq_rel;
  return true;
}

std::string flaw(const instruction& i, std::size_t locations) {
  if (i.location < 0 || static_cast<std::size_t>(i.location) >= locations) return i.what == opcode::fence ? "" : "no such location";
  if (i.to < 0 || static_cast<std::size_t>(i.to) >= std::max<std::size_t>(locations, 1)) return "no such location";
  const int fewest = i.what == opcode::wake || i.what == opcode::wake_op ? 1 : 0;
  if (i.wakes < fewest || i.wakes_here < (i.what == opcode::wake_op ? 1 : 0) || i.moves < 0)
    return "a number of waiters that is not asked for here";
  const auto is_word = [&](const awaited& w) { return w.location >= 0 && static_cast<std::size_t>(w.location) < locations; };
  if (i.words.size() > most_awaited || !std::ranges::all_of(i.words, is_word)) return "no such words to wait for";
  if ((i.what == opcode::wait_any) == i.words.empty()) return "words to wait for are not those of a wait_any";
  if (!std::ranges::all_of(i.words, [](const awaited& w) { return is_known(w.expected); })) return "no such register";
  const bool known = is_register(i.target) && is_known(i.value) && is_known(i.expected) && is_known(i.until.value) &&
                     (!i.only_if || (is_register(i.only_if->tested) && is_known(i.only_if->holds.value)));
  if (!known) return "no such register";
  return is_allowed(i) ? "" : "an order that is not allowed there";
}

std::string_view name(order o) {
  constexpr std::string_view names[] = {"plain", "relaxed", "consume", "acquire", "release", "acq_rel", "seq_cst"};
  return names[static_cast<std::size_t>(o)];
}

std::string_view name(update_kind k) {
  constexpr std::string_view names[] = {"exchange", "add", "sub", "and", "or", "xor"};
  return names[static_cast<std::size_t>(k)];
}

std::string_view name(signed_test t) {
  constexpr std::string_view names[] = {"==", "!=", "<", "<=", ">", ">="};
  return names[static_cast<std::size_t>(t)];
}

std::string text(reg r) { return "r" + std::to_string(r.number); }

std::string text(const operand& o) {
  if (!o.source) return std::to_string(o.constant);
  return o.constant == 0 ? text(*o.source) : text(*o.source) + "+" + std::to_string(o.constant);
}

std::string text(const std::string& tested, const predicate& p) {
  return tested + (p.how == comparison::equal ? " == " : " != ") + text(p.value);
}

std::string text(const instruction& i) {
  const std::string to = text(i.target) + " = ";
  const std::string at = "(x" + std::to_string(i.location);
  const std::string mode = ", " + std::string(name(i.mode)) + ")";
  const std::string until =
      i.what == opcode::await_load || i.what == opcode::await_exchange ? " until " + text(text(i.target), i.until) : "";
  const std::string exchange =
      at + ", " + text(i.expected) + " -> " + text(i.value) + ", " + std::string(name(i.mode)) + ", " + std::string(name(i.failure)) + ")";
  switch (i.what) {
    case opcode::load: return to + "load" + at + mode;
    case opcode::store: return "store" + at + ", " + text(i.value) + mode;
    case opcode::update: return to + std::string(name(i.kind)) + at + ", " + text(i.value) + mode;
    case opcode::compare_exchange: return to + (i.weak ? "weak_cas" : "cas") + exchange;
    case opcode::fence: return "fence(" + std::string(name(i.mode)) + ")";
    case opcode::await_load: return to + "await_load" + at + mode + until;
    case opcode::await_exchange: return to + "await_exchange" + at + ", " + text(i.value) + mode + until;
    case opcode::await_compare_exchange: return to + "await_cas" + exchange;
    case opcode::wait: return to + (i.timed ? "timed_wait" : "wait") + at + ", " + text(i.expected) + ")";
    case opcode::wake: return "wake" + at + ", " + std::to_string(i.wakes) + ")";
    case opcode::requeue:
      return to + "requeue" + at + ", " + text(i.expected) + ", " + std::to_string(i.wakes) + " woken, " + std::to_string(i.moves) +
             " to x" + std::to_string(i.to) + ")";
    case opcode::wait_any: {
      std::string words;
      for (const awaited& w : i.words) words += (words.empty() ? "x" : "; x") + std::to_string(w.location) + ", " + text(w.expected);
      return to + (i.timed ? "timed_wait_any(" : "wait_any(") + words + ")";
    }
    case opcode::wake_op:
      return to + "wake_op(x" + std::to_string(i.to) + ", " + std::to_string(i.wakes) + " woken; x" + std::to_string(i.location) + ", " +
             std::string(name(i.kind)) + " " + text(i.value) + ", if " + std::string(name(i.test)) + " " + std::to_string(i.than) + " " +
             std::to_string(i.wakes_here) + " woken)";
  }
  return "";
}

}  // namespace

bool reads(const instruction& i) { return i.what != opcode::fence && i.what != opcode::store && !enters_kernel(i); }
bool writes(const instruction& i) {
  return i.what != opcode::fence && i.what != opcode::load && i.what != opcode::await_load && !enters_kernel(i);
}

bool enters_kernel(const instruction& i) { return i.what >= opcode::wait; }
bool enters_kernel(const small_program& p) {
  return std::ranges::any_of(
      p.threads, [](const auto& thread) { return std::ranges::any_of(thread, [](const instruction& i) { return enters_kernel(i); }); });
}

namespace {

std::size_t events_of(const instruction& i, bool spurious) {
  switch (i.what) {
    case opcode::wait: return i.timed || spurious ? 6 : 4;
    case opcode::wake: return 2;
    case opcode::requeue: return 3;
    case opcode::wake_op: return 4;
    case opcode::wait_any: return (spurious ? 2 : 1) * (6 * i.words.size() + 1);
    default: return reads(i) && writes(i) ? 2 : 1;
  }
}

}  // namespace

std::string flaw(const small_program& p) {
  if (p.threads.size() > most_threads) return "too many threads";
  if (p.locations.size() > most_locations) return "too many locations";
  std::size_t events = p.locations.size() + (enters_kernel(p) ? 1 : 0);
  for (const location& l : p.locations) {
    if (l.bits != 8 && l.bits != 16 && l.bits != 32 && l.bits != 64) return "no such width";
  }
  for (const auto& thread : p.threads) {
    for (const instruction& i : thread) {
      events += events_of(i, p.spurious_wake_ups);
      if (const std::string why = flaw(i, p.locations.size()); !why.empty()) return why;
    }
  }
  return events <= most_events ? "" : "too many events";
}

std::string to_string(const small_program& p) {
  std::string all;
  for (std::size_t l = 0; l < p.locations.size(); ++l) {
    all += (l == 0 ? "x" : ", x") + std::to_string(l) + ": " + std::to_string(p.locations[l].bits) +
           " bits = " + std::to_string(p.locations[l].initial);
  }
  all += p.spurious_wake_ups ? ", spurious wake-ups\n" : "\n";
  for (std::size_t t = 0; t < p.threads.size(); ++t) {
    all += "thread " + std::to_string(t + 1) + ":\n";
    for (const instruction& i : p.threads[t]) {
      all += "  " + (i.only_if ? "if (" + text(text(i.only_if->tested), i.only_if->holds) + ") " : "") + text(i) + "\n";
    }
  }
  return all;
}

}  // namespace holdfast::oracle
