#include "tests/engine/brute_force/steps.h"

#include <cstddef>

namespace holdfast::oracle {
namespace {

class dissector {
 public:
  dissector(const small_program& p, const kernel_options& kernel) : p_(p), kernel_(kernel) {
    const std::size_t queues = !enters_kernel(p) ? 0 : kernel.queue_per_word ? p.locations.size() : 1;
    all_.writes.resize(p.locations.size() + queues);
  }

  taken_apart all() {
    for (std::size_t l = 0; l < all_.writes.size(); ++l) add(event_kind::write, static_cast<int>(l));
    for (const auto& code : p_.threads) {
      ++thread_;
      all_.threads.emplace_back();
      for (const instruction& i : code) add(i);
    }
    return std::move(all_);
  }

 private:
  void add(const instruction& i) {
    if (!enters_kernel(i)) {
      step s{&i, part::whole, {}, {}, {}};
      if (i.what == opcode::fence) s.other = add(event_kind::fence, -1);
      if (reads(i)) s.read = add(event_kind::read, i.location);
      if (writes(i)) s.write = add(event_kind::write, i.location);
      return all_.threads.back().push_back(s);
    }
    const int queue = static_cast<int>(p_.locations.size()) + (kernel_.queue_per_word ? i.location : 0);
    if (i.what == opcode::wait_any) {
      for (int round = 0; round < (p_.spurious_wake_ups ? 2 : 1); ++round) add_wait_any(i, queue);
      return;
    }
    if (i.what == opcode::wake_op) {
      add_update(i, part::change, i.location);
    } else if (i.what != opcode::wake) {
      all_.threads.back().push_back({&i, part::compare, add(event_kind::read, i.location), {}, {}});
    }
    add_update(i, part::queue, queue);
    if (i.what != opcode::wait) return;
    if (i.timed || p_.spurious_wake_ups) add_update(i, part::leave, queue);
    all_.threads.back().push_back({&i, part::back, {}, {}, add(event_kind::fence, -1)});
  }

  void add_wait_any(const instruction& i, int queue) {
    auto& steps = all_.threads.back();
    const int words = static_cast<int>(i.words.size());
    for (int entry = 0; entry < words; ++entry) {
      steps.push_back({&i, part::compare, add(event_kind::read, i.words[static_cast<std::size_t>(entry)].location), {}, {}, entry});
      add_update(i, part::queue, queue);
      steps.back().entry = entry;
    }
    steps.push_back({&i, part::over, {}, {}, add(event_kind::fence, -1)});
    for (int entry = 0; entry < words; ++entry) {
      add_update(i, part::unqueue, queue);
      steps.back().entry = entry;
      steps.back().other = add(event_kind::fence, -1);
    }
  }

  void add_update(const instruction& i, part what, int queue) {
    const event_id read = add(event_kind::read, queue);
    all_.threads.back().push_back({&i, what, read, add(event_kind::write, queue), {}});
  }

  event_id add(event_kind kind, int location) {
    const event_id id = all_.events.size();
    const bool of_kernel = location >= static_cast<int>(p_.locations.size());
    if (kind == event_kind::write) all_.writes[static_cast<std::size_t>(location)] |= only(id);
    all_.events.push_back({.kind = kind, .location = location, .thread = thread_, .of_kernel = of_kernel});
    return id;
  }

  const small_program& p_;
  const kernel_options& kernel_;
  taken_apart all_;
  int thread_ = 0;
};

}  // namespace

taken_apart apart(const small_program& p, const kernel_options& kernel) { return dissector(p, kernel).all(); }

}  // namespace holdfast::oracle
