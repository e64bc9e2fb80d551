#include <algorithm>
#include <cerrno>

#include "checker/kernel/machine.h"
#include "checker/kernel/restart_rule.h"

namespace holdfast::checker::kernel {
namespace {

bool is_alive(const thread_state& t) { return t.phase != phase::absent && t.phase != phase::dead; }

bool was_requeued_pi(const state& s, thread_id t) {
  return s.threads[t].call.op == opcode::wait_requeue_pi &&
         std::ranges::find(s.pi_waiters.queue(), t, &pi_waiter::thread) != s.pi_waiters.queue().end();
}

}  // namespace

bool applies(const state& s, const event& e) {
  const thread_state& t = s.threads[e.thread];
  const bool process_runs = !s.is_stopped(t.process);
  switch (e.kind) {
    case event_kind::expire: return (t.phase == phase::sleeping || t.phase == phase::stopped) && can_expire(t.call) && !t.expired;
    case event_kind::signal:
    case event_kind::signal_restart:
    case event_kind::spurious: return t.phase == phase::sleeping && process_runs;
    case event_kind::stop: return is_alive(t) && process_runs;
    case event_kind::resume: return is_alive(t) && !process_runs;
    case event_kind::exit:
    case event_kind::exec: return t.phase == phase::running && process_runs;
    case event_kind::kill:
    case event_kind::set_priority: return is_alive(t);
    case event_kind::enqueue: return t.phase == phase::queueing;
    case event_kind::returns: return t.phase == phase::woken;
  }
  return false;
}

void machine::happen(const event& e) {
  thread_state& t = s_.threads[e.thread];
  switch (e.kind) {
    case event_kind::expire:
      if (t.phase == phase::stopped) {
        t.expired = true;
      } else {
        leave_queue(e.thread);
        woken(e.thread, -ETIMEDOUT);
      }
      break;
    case event_kind::signal: interrupt(e.thread, true, false); break;
    case event_kind::signal_restart: interrupt(e.thread, true, true); break;
    case event_kind::spurious:
      // One who waits for a PI word looks whether it is granted and sleeps on, in its place.
      if (std::ranges::find(s_.pi_waiters.queue(), e.thread, &pi_waiter::thread) != s_.pi_waiters.queue().end()) break;
      leave_queue(e.thread);
      if (t.call.op == opcode::wait_requeue_pi) {
        woken(e.thread, -EAGAIN);
      } else {
        begin_again(e.thread);
      }
      break;
    case event_kind::stop: stop(t.process); break;
    case event_kind::resume: resume(t.process); break;
    case event_kind::exit: die(e.thread); break;
    case event_kind::kill: kill(t.process); break;
    case event_kind::exec: exec(e.thread, e.tid); break;
    case event_kind::set_priority:
      t.priority = e.priority;
      if (on(toggle::fresh_priority)) {
        for (std::size_t i = 0; i < s_.asleep.queue().size(); ++i) {
          if (s_.asleep.queue()[i].thread != e.thread || s_.asleep.queue()[i].priority == e.priority) continue;
          queued q = s_.asleep.take_at(i);
          q.priority = e.priority;
          s_.asleep.append(q);
          break;
        }
      }
      set_effective(e.thread);
      follow(e.thread);
      break;
    case event_kind::returns: {
      const std::int32_t result = t.result;
      leave_queue(e.thread);
      woken(e.thread, result);
      break;
    }
    case event_kind::enqueue: {
      const call c = t.call;
      enqueue(e.thread, key(c, c.uaddr, false).key, waits_for::wake, c.op == opcode::wait ? match_any : c.val3, 0);
      if (const std::int32_t result = sleep(c); result != asleep) woken(e.thread, result);
      break;
    }
  }
}

// The call is made anew with the arguments it had: the word is compared again, at the old address, and the sleeper is the last to have
// come. The deadline is the old one.
std::int32_t machine::begin_again(thread_id t) {
  const call c = s_.threads[t].call;
  s_.threads[t].phase = phase::running;
  const std::int32_t result = perform(c);
  if (result != asleep) woken(t, result);
  return result;
}

void machine::interrupt(thread_id t, bool handled, bool restart) {
  const call c = s_.threads[t].call;
  const bool requeued = was_requeued_pi(s_, t) && !on(toggle::requeued_pi_restarts);
  const restarts rule = restart_rule(c.op, c.until != deadline::never, env_.on);
  const bool again = !handled || rule == restarts::always || (rule == restarts::if_asked && restart);
  if (again && on(toggle::restart_where_moved)) {
    const auto queue = s_.asleep.queue();
    const auto q = std::ranges::find(queue, t, &queued::thread);
    if (q != queue.end() && q->what == waits_for::wake && c.op != opcode::futex_waitv && q->key != key(c, c.uaddr, false).key) {
      return;
    }
  }
  leave_queue(t);
  if (requeued) {
    woken(t, -EAGAIN);
  } else if (again) {
    begin_again(t);
  } else {
    woken(t, -EINTR);
  }
}

// Sleepers leave their queues. When the process goes on they begin again, as after a signal that nobody handles: in an order of which
// nothing is known if there are several; here, that of their numbers.
void machine::stop(process_id p) {
  s_.stopped_processes |= 1u << p;
  if (on(toggle::stopped_stays_queued)) return;
  for (std::size_t i = 0; i < most_threads; ++i) {
    const auto t = static_cast<thread_id>(i);
    thread_state& thread = s_.threads[t];
    if (thread.process != p || thread.phase != phase::sleeping) continue;
    thread.result = was_requeued_pi(s_, t) ? -EAGAIN : asleep;
    leave_queue(t);
    thread.phase = phase::stopped;
  }
}

void machine::resume(process_id p) {
  s_.stopped_processes &= ~(1u << p);
  for (std::size_t i = 0; i < most_threads; ++i) {
    const auto t = static_cast<thread_id>(i);
    thread_state& thread = s_.threads[t];
    if (thread.process != p || thread.phase != phase::stopped) continue;
    if (thread.result != asleep) {
      woken(t, thread.result);
    } else {
      begin_again(t);
    }
  }
}

void machine::die(thread_id t) {
  s_.threads[t].phase = phase::dead;
  exit_walk(t);
  exit_pi_states(t);
  const std::uint32_t tid = s_.threads[t].tid;
  const process_id process = s_.threads[t].process;
  s_.threads[t] = thread_state();
  s_.threads[t].phase = phase::dead;
  s_.threads[t].tid = tid;
  s_.threads[t].process = process;
}

// Every sleeper of the process has left its queue before the first of them walks its list.
void machine::kill(process_id p) {
  s_.stopped_processes &= ~(1u << p);
  for (std::size_t t = 0; t < most_threads; ++t) {
    if (s_.threads[t].process == p && is_alive(s_.threads[t])) leave_queue(static_cast<thread_id>(t));
  }
  for (std::size_t t = 0; t < most_threads; ++t) {
    if (s_.threads[t].process == p && is_alive(s_.threads[t])) die(static_cast<thread_id>(t));
  }
}

// The thread has its new tid when its list is walked: a word that holds the old one is another's.
void machine::exec(thread_id caller, std::uint32_t tid) {
  const process_id p = process_of(caller);
  for (std::size_t t = 0; t < most_threads; ++t) {
    if (t != caller && s_.threads[t].process == p && is_alive(s_.threads[t])) leave_queue(static_cast<thread_id>(t));
  }
  for (std::size_t t = 0; t < most_threads; ++t) {
    if (t != caller && s_.threads[t].process == p && is_alive(s_.threads[t])) die(static_cast<thread_id>(t));
  }
  if (!on(toggle::exec_keeps_tid)) s_.threads[caller].tid = tid;
  die(caller);
}

}  // namespace holdfast::checker::kernel
