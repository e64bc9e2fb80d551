#include "tests/engine/oracle_program.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <sstream>

#include "checker/runtime/world.h"

namespace holdfast::checker {
namespace {

using oracle::instruction;
using oracle::opcode;
using registers = std::array<std::uint64_t, oracle::most_registers>;

constexpr layout word{"x", {}};

order order_of(oracle::order o) {
  switch (o) {
    case oracle::order::plain:
    case oracle::order::relaxed: return order::relaxed;
    case oracle::order::consume: return order::consume;
    case oracle::order::acquire: return order::acquire;
    case oracle::order::release: return order::release;
    case oracle::order::acq_rel: return order::acq_rel;
    case oracle::order::seq_cst: return order::seq_cst;
  }
  return order::relaxed;
}

std::uint64_t value_of(const oracle::operand& o, const registers& r) {
  return o.constant + (o.source ? r[static_cast<std::size_t>(o.source->number)] : 0);
}

std::uint64_t truncated(std::uint64_t v, unsigned bits) { return bits == 64 ? v : v & ((std::uint64_t{1} << bits) - 1); }

bool holds(const oracle::predicate& p, std::uint64_t tested, const registers& r, unsigned bits) {
  const bool equal = truncated(tested, bits) == truncated(value_of(p.value, r), bits);
  return equal == (p.how == oracle::comparison::equal);
}

bool compare_exchange(const void* object, const instruction& i, const registers& r, bool weak, unsigned bits, std::uint64_t& found) {
  found = truncated(value_of(i.expected, r), bits);
  return runtime::compare_exchange(object, found, value_of(i.value, r), order_of(i.mode), order_of(i.failure), weak, "compare_exchange");
}

// As FUTEX_WAKE_OP has it: SET, ADD, OR, ANDN, XOR; and which comparison.
std::uint32_t encoded(const instruction& i) {
  const auto by = static_cast<std::uint32_t>(i.value.constant);
  const auto with = [&](std::uint32_t operation, std::uint32_t argument) {
    const std::uint32_t what = operation << 4 | static_cast<std::uint32_t>(i.test);
    return what << 24 | (argument & 0xfff) << 12 | (static_cast<std::uint32_t>(i.than) & 0xfff);
  };
  switch (i.kind) {
    case oracle::update_kind::exchange: return with(0, by);
    case oracle::update_kind::add: return with(1, by);
    case oracle::update_kind::subtract: return with(1, ~by + 1);
    case oracle::update_kind::bit_or: return with(2, by);
    case oracle::update_kind::bit_and: return with(3, ~by);
    case oracle::update_kind::bit_xor: return with(4, by);
  }
  return 0;
}

void perform(const instruction& i, std::span<const std::uint64_t> objects, unsigned bits, registers& r) {
  const void* const object = &objects[static_cast<std::size_t>(i.location)];
  const void* const to = &objects[static_cast<std::size_t>(i.to)];
  const bool plain = i.mode == oracle::order::plain;
  std::uint64_t read = 0;
  switch (i.what) {
    case opcode::load: read = plain ? runtime::plain_load(object, "load") : runtime::load(object, order_of(i.mode), "load"); break;
    case opcode::store:
      if (plain) return runtime::plain_store(object, value_of(i.value, r), "store");
      return runtime::store(object, value_of(i.value, r), order_of(i.mode), "store");
    case opcode::update:
      read = runtime::update(object, static_cast<runtime::update_kind>(i.kind), value_of(i.value, r), order_of(i.mode), "update");
      break;
    case opcode::compare_exchange: compare_exchange(object, i, r, i.weak, bits, read); break;
    case opcode::fence: return runtime::fence(order_of(i.mode), "fence");
    case opcode::await_load: do { read = runtime::load(object, order_of(i.mode), "await_load");
      } while (!holds(i.until, read, r, bits));
      break;
    case opcode::await_exchange:
      do {
        read = runtime::update(object, runtime::update_kind::exchange, value_of(i.value, r), order_of(i.mode), "await_exchange");
      } while (!holds(i.until, read, r, bits));
      break;
    case opcode::await_compare_exchange:
      while (!compare_exchange(object, i, r, false, bits, read)) {
      }
      break;
    case opcode::wait: {
      const std::uint64_t expected = truncated(value_of(i.expected, r), bits);
      const wait_result result = runtime::futex_wait(object, expected, scope::process_private, i.timed, "wait");
      read = result == wait_result::woken ? oracle::woken : result == wait_result::changed ? oracle::changed : oracle::timed_out;
      break;
    }
    case opcode::wake: return runtime::futex_wake(object, i.wakes, scope::process_private, "wake");
    case opcode::wait_any: {
      std::array<runtime::awaited, oracle::most_awaited> all{{{nullptr, 0}, {nullptr, 0}, {nullptr, 0}, {nullptr, 0}}};
      std::size_t n = 0;
      for (const oracle::awaited& w : i.words) all[n++] = {&objects[static_cast<std::size_t>(w.location)], value_of(w.expected, r)};
      const any_result result = runtime::futex_wait_any(std::span(all).first(n), scope::process_private, i.timed, "wait_any");
      read = result.why == wait_result::woken     ? oracle::woken_on(static_cast<int>(result.index))
             : result.why == wait_result::changed ? oracle::changed
                                                  : oracle::timed_out;
      break;
    }
    case opcode::wake_op:
      read = static_cast<std::uint64_t>(
          runtime::futex_wake_op_and_count(to, i.wakes, object, i.wakes_here, encoded(i), scope::process_private, "wake_op"));
      break;
    case opcode::requeue: {
      const std::uint64_t expected = truncated(value_of(i.expected, r), bits);
      const bool done = runtime::futex_requeue(object, expected, i.wakes, i.moves, to, scope::process_private, "requeue");
      read = done ? 1 : 0;
      break;
    }
  }
  r[static_cast<std::size_t>(i.target.number)] = read;
}

// "1.0<-init 2.0<-1.0 | x0:1.0" with thread t called names[t - 1], in the enumerator's order.
std::string renamed_threads(const std::string& graph, const std::vector<std::size_t>& names) {
  const auto renamed = [&names](std::string access) {
    if (access != "init") access.replace(0, access.find('.'), std::to_string(names[std::stoul(access) - 1]));
    return access;
  };
  const auto each = [](const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::stringstream in(text);
    for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
    return parts;
  };
  const std::size_t bar = graph.find('|');
  std::vector<std::string> reads;
  for (const std::string& r : each(graph.substr(0, bar), ' ')) {
    if (!r.empty()) reads.push_back(renamed(r.substr(0, r.find('<'))) + "<-" + renamed(r.substr(r.find('-') + 1)));
  }
  std::ranges::sort(reads);
  std::string text;
  for (const std::string& r : reads) text += r + " ";
  for (const std::string& l : each(graph.substr(bar + 1), ' ')) {
    if (l.empty()) continue;
    text += l.substr(0, l.find(':') + 1);
    std::vector<std::string> all;
    for (const std::string& w : each(l.substr(l.find(':') + 1), ',')) all.push_back(renamed(w));
    if (l.starts_with("asleep")) std::ranges::sort(all);
    for (const std::string& w : all) text += w + ",";
  }
  return text;
}

}  // namespace

void oracle_program::construct() {
  for (std::size_t l = 0; l < code_.locations.size(); ++l) {
    const auto bits = static_cast<std::uint8_t>(code_.locations[l].bits);
    runtime::construct(&objects_[l], {&word, "x", bits}, code_.locations[l].initial);
  }
  for (std::size_t t = 0; keeps_results_ && t < code_.threads.size(); ++t) {
    runtime::construct(&objects_[code_.locations.size() + t], {nullptr, "result", 64}, 0);
  }
}

void oracle_program::run(unsigned thread) {
  registers r{};
  for (const instruction& i : code_.threads[thread - 1]) {
    if (i.only_if && !holds(i.only_if->holds, r[static_cast<std::size_t>(i.only_if->tested.number)], r, 64)) continue;
    const auto l = static_cast<std::size_t>(i.location);
    perform(i, objects_, code_.locations[l].bits, r);
  }
  if (keeps_results_) runtime::plain_store(&objects_[code_.locations.size() + thread - 1], number_of(r), "result");
}

std::uint64_t number_of(const registers& at_end) {
  std::uint64_t number = 1;
  for (const std::uint64_t r : at_end) number = number * 1099511628211u + r;
  return number;
}

std::string in_oracle_notation(const graph::graph& g, std::size_t locations, bool queue, const std::vector<unsigned>& asleep) {
  using graph::event_id;
  using graph::event_kind;
  std::vector<std::string> names(g.size(), "init");
  std::vector<int> accesses(graph::most_threads);
  std::vector<event_id> order;
  for (unsigned t = 1; t < graph::most_threads; ++t) {
    for (event_id e = 0; e < g.size(); ++e) {
      if (g.at(e).thread == t) order.push_back(e);
    }
  }
  std::string reads;
  for (const event_id e : order) {
    const graph::event& x = g.at(e);
    if (x.kind != event_kind::read && x.kind != event_kind::write && x.kind != event_kind::wakes_up) continue;
    int number = x.updates != graph::no_event ? accesses[x.thread] - 1 : accesses[x.thread]++;
    // A wake_op's write of the queue comes before that of its word.
    if (x.part == graph::phase::write_part && g.at(x.previous).is_half) --number;
    names[e] = std::to_string(x.thread) + "." + std::to_string(number);
  }
  for (const event_id e : order) {
    if (g.at(e).kind == event_kind::read || g.at(e).kind == event_kind::wakes_up)
      reads += (reads.empty() ? "" : " ") + names[e] + "<-" + names[g.at(e).reads_from];
  }
  std::string text = reads + " |";
  const auto add_writes = [&](graph::location_id l) {
    const event_id first = g.at(g.first_write(l)).co_next;
    for (event_id w = first; w != graph::no_event; w = g.at(w).co_next) text += (w == first ? "" : ",") + names[w];
  };
  for (std::size_t l = 0; l < locations; ++l) {
    text += " x" + std::to_string(l) + ":";
    add_writes(static_cast<graph::location_id>(l + 1));
  }
  if (queue) {
    text += " q:";
    add_writes(graph::kernel_queue);
  }
  for (const unsigned t : asleep) text += (t == asleep.front() ? " asleep:" : ",") + std::to_string(t);
  return text;
}

std::string smallest_renaming(const std::string& graph, std::size_t threads) {
  std::vector<std::size_t> names(threads);
  std::iota(names.begin(), names.end(), 1u);
  std::string smallest;
  do {
    std::string renamed = renamed_threads(graph, names);
    if (smallest.empty() || renamed < smallest) smallest = std::move(renamed);
  } while (std::ranges::next_permutation(names).found);
  return smallest;
}

}  // namespace holdfast::checker
