#include "tests/kernel/real_kernel.h"

#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "tests/kernel/patience.h"

namespace holdfast::kernel_test {

void real_kernel::set_words(std::uint32_t to) {
  for (int w = 0; w < words; ++w) {
    script_step store;
    store.stored.bits = to;
    store.where = {object_page, static_cast<std::uint16_t>(w * cell_size)};
    take_store(store);
    for (const int thread : {0, 4}) {
      const auto p = static_cast<std::size_t>(process_of(thread));
      if (!touched_own_[p] || ended_[p]) continue;
      store.thread = thread;
      store.where.page = own_page;
      take_store(store);
    }
  }
}

// Every word becomes one for which no wait and no lock sleeps, then sleepers are interrupted: whoever begins again returns.
void real_kernel::release_sleepers(const script& s) {
  constexpr std::uint32_t nobodys = 0x3ffffff0;
  for (std::size_t p = 0; p < processes; ++p) {
    if (stopped_[p]) ::kill(process_[p], SIGCONT);
    stopped_[p] = false;
  }
  std::vector<finished> ignored;
  if (std::ranges::find(busy_, true) != busy_.end()) {
    set_words(nobodys);
    settle(ignored);
    for (int t = 0; t < threads; ++t) {
      if (is_busy(t)) ::syscall(SYS_tgkill, process_[static_cast<std::size_t>(process_of(t))], tids_[static_cast<std::size_t>(t)], SIGUSR1);
    }
    settle(ignored);
    for (int t = 0; t < threads; ++t) {
      if (is_busy(t)) ended_[static_cast<std::size_t>(process_of(t))] = true;
    }
  }
  for (int t = 0; t < threads; ++t) {
    if (dead_[static_cast<std::size_t>(t)]) continue;
    slot_of(t).head.list.next = &slot_of(t).head.list;
    slot_of(t).head.list_op_pending = nullptr;
    if (!s.uses_priorities()) continue;
    const ::sched_param normal{};
    ::sched_setscheduler(static_cast<pid_t>(tids_[static_cast<std::size_t>(t)]), SCHED_OTHER, &normal);
  }
}

bool real_kernel::applies_here(const script_step& s) const {
  const auto t = static_cast<std::size_t>(s.thread);
  const auto p = static_cast<std::size_t>(process_of(s.thread));
  if (dead_[t]) return false;
  if (s.what == action::store || s.what == action::robust) return true;
  if (s.what == action::call || s.what == action::protect) return !busy_[t] && !stopped_[p];
  switch (s.event.kind) {
    case event_kind::expire: return busy_[t] && can_expire(calls_[t]) && !expired_[t];
    case event_kind::signal:
    case event_kind::signal_restart: return busy_[t] && !stopped_[p];
    case event_kind::stop: return !stopped_[p];
    case event_kind::resume: return stopped_[p];
    case event_kind::exit:
    case event_kind::exec: return !busy_[t] && !stopped_[p];
    case event_kind::kill:
    case event_kind::set_priority: return true;
    default: return false;
  }
}

trace real_kernel::run(const script& s, std::chrono::milliseconds pace) {
  late_ = false;
  pace_ = pace;
  began_ = steady::now();
  std::ranges::fill(touched_own_, false);
  for (const script_step& step : s.steps) {
    const auto touches = [&](address a) { return a.page == own_page; };
    bool own = touches(step.where) || touches(step.call.uaddr) || touches(step.call.uaddr2);
    for (const waitv_entry& e : step.call.entries) own = own || touches(e.uaddr);
    for (const robust_entry& e : step.entries) own = own || touches(e.word);
    own = own || (step.pending && touches(step.pending->word));
    if (own) touched_own_[process_of(step.thread)] = true;
  }
  trace all;
  for (std::size_t i = 0; i < s.steps.size(); ++i) {
    const script_step& step = s.steps[i];
    step_trace done;
    done.applied = applies_here(step);
    if (done.applied) {
      switch (step.what) {
        case action::call: take_call(s, i, done); break;
        case action::event: take_event(step, done); break;
        case action::store: take_store(step); break;
        case action::robust: take_robust(step); break;
        case action::protect: take_protect(step, done); break;
      }
    }
    std::ranges::sort(done.others, {}, &finished::thread);
    done.memory = read_memory();
    for (int t = 0; s.uses_priorities() && t < threads; ++t) {
      if (dead_[static_cast<std::size_t>(t)]) continue;
      int shown = 0;
      status_of(t, &shown);
      done.priorities[static_cast<std::size_t>(t)] = static_cast<std::uint8_t>(shown < 0 ? 100 + shown : 100);
    }
    all.push_back(std::move(done));
    for (std::size_t t = 0; t < threads; ++t) late_ = late_ || (busy_[t] && expires_[t] && !expired_[t] && steady::now() >= deadline_[t]);
  }
  for (const script_step& step : s.steps) {
    if (step.what == action::protect) ended_[static_cast<std::size_t>(process_of(step.thread))] = true;
  }
  release_sleepers(s);
  repair();
  // Whoever has ended meanwhile has written what the dead write.
  set_words(0);
  return all;
}

}  // namespace holdfast::kernel_test
