#include "checker/kernel/state.h"

namespace holdfast::checker::kernel {
namespace {

class mixer {
 public:
  template <class... T>
  void add(T... values) {
    (add_one(static_cast<std::uint64_t>(values)), ...);
  }
  void add_key(const futex_key& k) { add(k.kind, k.owner, k.page, k.offset); }
  std::size_t value() const { return hash_; }

 private:
  void add_one(std::uint64_t v) {
    hash_ = (hash_ ^ v) * 0x9e3779b97f4a7c15;
    hash_ ^= hash_ >> 29;
  }
  std::uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace

const pi_waiter* first_pi_waiter(const state& s, const futex_key& k) {
  for (const pi_waiter& w : s.pi_waiters.queue()) {
    if (w.key == k) return &w;
  }
  return nullptr;
}

std::optional<held_up> held_up_in(const state& s) {
  for (const pi_state& pi : s.pi_states.queue()) {
    if (pi.owner == nobody) continue;
    for (const pi_waiter& w : s.pi_waiters.queue()) {
      if (w.key == pi.key && s.threads[w.thread].effective < s.threads[pi.owner].effective) return held_up{w.thread, pi.owner};
    }
  }
  return std::nullopt;
}

// Of a call it takes the operation only: who sleeps how on what is in the queues.
std::size_t hash_of(const state& s) {
  mixer m;
  for (const thread_state& t : s.threads)
    m.add(t.phase, t.process, t.priority, t.effective, t.top_task, t.expired, t.result, t.tid, t.call.op, t.call.val);
  for (const queued& q : s.asleep.queue()) {
    m.add_key(q.key);
    m.add(q.bitset, q.thread, q.priority, q.entry, q.what);
  }
  for (const pi_waiter& w : s.pi_waiters.queue()) {
    m.add_key(w.key);
    m.add(w.thread, w.priority, w.enrolled);
  }
  for (const pi_state& p : s.pi_states.queue()) {
    m.add_key(p.key);
    m.add(p.owner, p.top, p.enrolled);
  }
  m.add(s.stopped_processes);
  return m.value();
}

}  // namespace holdfast::checker::kernel
