#include <cerrno>

#include "checker/kernel/machine.h"
#include "checker/kernel/queue_rules.h"

namespace holdfast::checker::kernel {
namespace {

constexpr bool has_timeout(opcode op) {
  return op == opcode::wait || op == opcode::wait_bitset || op == opcode::lock_pi || op == opcode::lock_pi2 ||
         op == opcode::wait_requeue_pi;
}

constexpr bool may_be_realtime(opcode op) { return op == opcode::wait_bitset || op == opcode::lock_pi2 || op == opcode::wait_requeue_pi; }

constexpr std::uint32_t robust_list_head_size = 24;
constexpr std::size_t most_waitv_entries = 128;

// Of futex2, which names its clock.
std::int32_t timeout_error(const call& c) {
  if (c.until == deadline::never) return 0;
  if (c.clock == clock::other) return -EINVAL;
  if (c.until == deadline::fault) return -EFAULT;
  return c.until == deadline::invalid ? -EINVAL : 0;
}

std::int32_t entries_error(const call& c, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (c.entries[i % most_entries].size != size_u32) return -EINVAL;
  }
  return 0;
}

}  // namespace

std::int32_t machine::perform(const call& c) {
  if (has_timeout(c.op)) {
    if (c.until == deadline::fault) return -EFAULT;
    if (c.until == deadline::invalid) return -EINVAL;
  }
  switch (c.op) {
    case opcode::futex_wait:
    case opcode::futex_wake:
    case opcode::futex_requeue:
    case opcode::futex_waitv: return perform_futex2(c);
    case opcode::set_robust_list: return set_robust_list(c);
    case opcode::get_robust_list: return get_robust_list(c);
    default: break;
  }
  if (c.clock == clock::realtime && !may_be_realtime(c.op) && !(on(toggle::wait_takes_realtime) && c.op == opcode::wait)) return -ENOSYS;
  switch (c.op) {
    case opcode::wait:
    case opcode::wait_bitset: return wait(c);
    case opcode::wake:
    case opcode::wake_bitset: return wake(c);
    case opcode::requeue: return requeue(c, false);
    case opcode::cmp_requeue: return requeue(c, true);
    case opcode::wake_op: return wake_op(c);
    case opcode::lock_pi:
    case opcode::lock_pi2: return lock_pi(c, false);
    case opcode::trylock_pi: return lock_pi(c, true);
    case opcode::unlock_pi: return unlock_pi(c);
    case opcode::wait_requeue_pi: return wait_requeue_pi(c);
    case opcode::cmp_requeue_pi: return cmp_requeue_pi(c);
    default: return -ENOSYS;
  }
}

std::int32_t machine::perform_futex2(const call& c) {
  if (c.op == opcode::futex_wake) return c.size == size_u32 ? wake(c) : -EINVAL;
  if (c.op == opcode::futex_wait) {
    if (c.size != size_u32) return -EINVAL;
    if (const std::int32_t e = timeout_error(c)) return e;
    return wait(c);
  }
  if (c.op == opcode::futex_requeue) {
    if (c.nr_futexes == 0) return -EINVAL;
    if (const std::int32_t e = entries_error(c, 2)) return e;
    if (c.entries[0].is_private != c.entries[1].is_private && !on(toggle::futex2_requeue_mixed)) return -EINVAL;
    return requeue(c, true);
  }
  if (c.nr_futexes == 0 || c.nr_futexes > most_waitv_entries) return -EINVAL;
  if (const std::int32_t e = timeout_error(c)) return e;
  if (const std::int32_t e = entries_error(c, c.nr_futexes)) return e;
  return wait_multiple(c);
}

std::int32_t machine::set_robust_list(const call& c) { return c.val == robust_list_head_size ? 0 : -EINVAL; }

std::int32_t machine::get_robust_list(const call& c) { return c.val == 0 || thread_of(c.val) != nobody ? 0 : -ESRCH; }

thread_id machine::thread_of(std::uint32_t tid) const {
  for (std::size_t t = 0; t < most_threads; ++t) {
    const thread_state& thread = s_.threads[t];
    if (thread.tid == tid && thread.phase != phase::absent && thread.phase != phase::dead) return static_cast<thread_id>(t);
  }
  return nobody;
}

key_or_error machine::key(process_id process, address a, bool is_private, bool for_write) const {
  mapping page = env_.page(process, a.page);
  if (on(toggle::read_only_anonymous) && page.kind == page_kind::anonymous && !for_write) page.writable = true;
  key_or_error k = key_of(process, a, page, is_private, for_write);
  if (on(toggle::keys_by_address) && k.key.kind == key_kind::object) k.key.page = a.page;
  if (!scopes_differ(env_.on) && k.key.kind == key_kind::process_shared) k.key.kind = key_kind::process_private;
  return k;
}

bool machine::writable(process_id process, address a) const {
  if (a.page == kernel_page) return false;
  const mapping page = env_.page(process, a.page);
  return page.kind != page_kind::unmapped && page.writable;
}

void machine::woken(thread_id t, std::int32_t result) {
  run_again(t);
  answer_.others[answer_.others_count++] = {t, result};
}

void machine::run_again(thread_id t) {
  s_.threads[t].phase = phase::running;
  s_.threads[t].call = call();
  s_.threads[t].expired = false;
  s_.threads[t].result = asleep;
  s_.threads[t].target = futex_key();
}

answer machine::finish(std::int32_t result) {
  for (std::size_t i = 0; i < answer_.others_count; ++i) {
    finished& f = answer_.others[i];
    if (s_.threads[f.thread].phase != phase::woken) continue;
    f.result = s_.threads[f.thread].result;
    if (!env_.returns_at_once()) continue;
    leave_queue(f.thread);
    run_again(f.thread);
  }
  answer_.result = result;
  return answer_;
}

bool applies(const state& s, const call& c) {
  const thread_state& t = s.threads[c.thread];
  return t.phase == phase::running && !s.is_stopped(t.process);
}

answer step(state& s, const call& c, environment& env) {
  machine m(s, env);
  return m.finish(m.perform(c));
}

answer step(state& s, const event& e, environment& env) {
  machine m(s, env);
  m.happen(e);
  return m.finish(0);
}

}  // namespace holdfast::checker::kernel
