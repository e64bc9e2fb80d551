// The steps of real_kernel: system calls and what happens to threads.
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "tests/kernel/real_kernel.h"

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif

namespace holdfast::kernel_test {
namespace {

using namespace std::chrono_literals;

constexpr long futex2_wake = 454;
constexpr long futex2_wait = 455;
constexpr long futex2_requeue = 456;

long command_of(opcode op) {
  switch (op) {
    case opcode::wait: return FUTEX_WAIT;
    case opcode::wake: return FUTEX_WAKE;
    case opcode::requeue: return FUTEX_REQUEUE;
    case opcode::cmp_requeue: return FUTEX_CMP_REQUEUE;
    case opcode::wake_op: return FUTEX_WAKE_OP;
    case opcode::lock_pi: return FUTEX_LOCK_PI;
    case opcode::unlock_pi: return FUTEX_UNLOCK_PI;
    case opcode::trylock_pi: return FUTEX_TRYLOCK_PI;
    case opcode::wait_bitset: return FUTEX_WAIT_BITSET;
    case opcode::wake_bitset: return FUTEX_WAKE_BITSET;
    case opcode::wait_requeue_pi: return FUTEX_WAIT_REQUEUE_PI;
    case opcode::cmp_requeue_pi: return FUTEX_CMP_REQUEUE_PI;
    case opcode::lock_pi2: return 13;
    default: return 99;
  }
}

bool takes_a_number(opcode op) {
  return op == opcode::requeue || op == opcode::cmp_requeue || op == opcode::wake_op || op == opcode::cmp_requeue_pi;
}

std::uint32_t futex2_flags(std::uint8_t size, bool is_private) { return size | (is_private ? 128u : 0u); }

::timespec plus(::timespec t, std::chrono::nanoseconds more) {
  const long long n = t.tv_sec * 1'000'000'000LL + t.tv_nsec + more.count();
  return {static_cast<time_t>(n / 1'000'000'000), static_cast<long>(n % 1'000'000'000)};
}

template <class Done>
void await(Done done) {
  for (int round = 0; !done(); ++round) {
    if (round < 100) {
      ::sched_yield();
    } else {
      std::this_thread::sleep_for(50us);
    }
    if (round > 200'000) {
      std::fprintf(stderr, "real_kernel: waited for an event for 10 s\n");
      std::abort();
    }
  }
}

}  // namespace

void real_kernel::fill(slot& to, const call& c, ::timespec* until) {
  const int process = process_of(c.thread);
  const auto word = [&](address a) { return static_cast<long>(real(process, a)); };
  const auto time = reinterpret_cast<long>(until);
  const auto set = [&to](long number, std::array<long, 6> a) {
    to.number = number;
    std::ranges::copy(a, to.arguments);
  };
  const int id = c.clock == clock::realtime ? CLOCK_REALTIME : c.clock == clock::monotonic ? CLOCK_MONOTONIC : CLOCK_BOOTTIME;
  const bool has_entries = c.op == opcode::futex_waitv || c.op == opcode::futex_requeue;
  const std::size_t listed = c.op == opcode::futex_requeue ? 2 : std::min<std::size_t>(c.nr_futexes, to.entries.size());
  for (std::size_t i = 0; has_entries && i < listed; ++i) {
    const waitv_entry& e = c.entries[i % most_entries];
    to.entries[i] = {e.val, real(process, e.uaddr), futex2_flags(e.size, e.is_private), 0};
  }
  const auto entries = reinterpret_cast<long>(to.entries.data());
  switch (c.op) {
    case opcode::futex_wake:
      set(futex2_wake, {word(c.uaddr), static_cast<long>(c.val3), static_cast<std::int32_t>(c.val),
                        static_cast<long>(futex2_flags(c.size, c.is_private))});
      return;
    case opcode::futex_wait:
      set(futex2_wait, {word(c.uaddr), static_cast<long>(c.val), static_cast<long>(c.val3),
                        static_cast<long>(futex2_flags(c.size, c.is_private)), time, id});
      return;
    case opcode::futex_requeue: set(futex2_requeue, {c.nr_futexes == 0 ? 0 : entries, 0, static_cast<std::int32_t>(c.val), c.val2}); return;
    case opcode::futex_waitv: set(SYS_futex_waitv, {entries, c.nr_futexes, 0, time, id}); return;
    case opcode::set_robust_list: set(SYS_set_robust_list, {reinterpret_cast<long>(&to.head), static_cast<long>(c.val)}); return;
    case opcode::get_robust_list:
      set(SYS_get_robust_list, {static_cast<long>(c.val), reinterpret_cast<long>(&to.got_head), reinterpret_cast<long>(&to.got_length)});
      return;
    default: break;
  }
  const long command = command_of(c.op) | (c.is_private ? FUTEX_PRIVATE_FLAG : 0) | (c.clock == clock::realtime ? FUTEX_CLOCK_REALTIME : 0);
  set(SYS_futex, {word(c.uaddr), command, static_cast<long>(c.val), takes_a_number(c.op) ? static_cast<long>(c.val2) : time, word(c.uaddr2),
                  static_cast<long>(c.val3)});
}

void real_kernel::take_call(const script& s, std::size_t at, step_trace& done) {
  const script_step& step = s.steps[at];
  const auto t = static_cast<std::size_t>(step.thread);
  const call c = step.resolved(tids_);
  slot& mine = slot_of(step.thread);
  // Whether the script lets the deadline come, and as which: they come in the order of the script's `expire`s.
  expires_[t] = expired_[t] = false;
  int order = 0;
  for (std::size_t i = 0; i < s.steps.size() && can_expire(c) && !expires_[t]; ++i) {
    const script_step& other = s.steps[i];
    if (other.what != action::event || other.event.kind != event_kind::expire) continue;
    ++order;
    expires_[t] = i > at && other.thread == step.thread;
  }
  ::timespec* until = nullptr;
  if (c.until == deadline::fault) {
    until = reinterpret_cast<::timespec*>(base_[unmapped_page]);
  } else if (c.until != deadline::never) {
    until = &mine.until;
    ::timespec now{};
    ::clock_gettime(c.counted_in == clock::realtime ? CLOCK_REALTIME : CLOCK_MONOTONIC, &now);
    if (is_relative(c.op)) now = {};
    std::chrono::nanoseconds ahead = 1h;
    if (expires_[t]) {
      deadline_[t] = began_ + pace_ * order;
      ahead = deadline_[t] - steady::now();
      if (ahead < 200us) {
        late_ = true;
        ahead = 200us;
      }
    }
    if (c.until == deadline::past) ahead = is_relative(c.op) ? 0s : -1s;
    mine.until = plus(now, ahead);
    if (c.until == deadline::invalid) mine.until = {1, 1'000'000'000};
  }
  fill(mine, c, until);
  calls_[t] = c;
  busy_[t] = true;
  command(step.thread, order_kind::call);
  std::vector<finished> returned;
  settle(returned);
  done.result = asleep;
  for (const finished& f : returned) {
    if (f.thread == t) {
      done.result = f.result;
    } else {
      done.others.push_back(f);
    }
  }
}

// The thread makes the call itself. Its process does not live on after the script.
void real_kernel::take_protect(const script_step& s, step_trace& done) {
  slot& mine = slot_of(s.thread);
  mine.number = SYS_mprotect;
  const long arguments[] = {reinterpret_cast<long>(base_[s.where.page]), page_size, PROT_READ, 0, 0, 0};
  std::ranges::copy(arguments, mine.arguments);
  calls_[static_cast<std::size_t>(s.thread)] = call();
  busy_[static_cast<std::size_t>(s.thread)] = true;
  command(s.thread, order_kind::call);
  // It returns; nobody else does.
  while (busy_[static_cast<std::size_t>(s.thread)]) settle(done.others);
  std::erase_if(done.others, [&](const finished& f) { return f.thread == s.thread; });
}

void real_kernel::take_event(const script_step& s, step_trace& done) {
  const auto t = static_cast<std::size_t>(s.thread);
  const auto p = static_cast<std::size_t>(process_of(s.thread));
  const auto its_thread = static_cast<pid_t>(tids_[t]);
  const auto each_of_process = [&](auto body) {
    for (int other = 0; other < threads; ++other) {
      if (process_of(other) == process_of(s.thread) && !dead_[static_cast<std::size_t>(other)]) body(other);
    }
  };
  const auto whole_process_ended = [&] {
    ended_[p] = true;
    stopped_[p] = false;
    each_of_process([&](int other) { busy_[static_cast<std::size_t>(other)] = false; });
    each_of_process([&](int other) { dead_[static_cast<std::size_t>(other)] = true; });
  };
  switch (s.event.kind) {
    case event_kind::expire: {
      expired_[t] = true;
      std::this_thread::sleep_until(deadline_[t] + 50us);
      if (stopped_[p]) break;
      const slot& mine = slot_of(s.thread);
      // A kernel that lets it sleep on is found out by the next lines, not here.
      const auto patience_ends = steady::now() + 2s;
      await([&] { return mine.done.load() == mine.command.load() || steady::now() > patience_ends; });
      break;
    }
    case event_kind::signal: ::syscall(SYS_tgkill, process_[p], its_thread, SIGUSR1); break;
    case event_kind::signal_restart: ::syscall(SYS_tgkill, process_[p], its_thread, SIGUSR2); break;
    case event_kind::stop:
      ::kill(process_[p], SIGSTOP);
      stopped_[p] = true;
      each_of_process([&](int other) { await([&] { return status_of(other) == 'T'; }); });
      break;
    case event_kind::resume:
      ::kill(process_[p], SIGCONT);
      stopped_[p] = false;
      break;
    case event_kind::exit:
      command(s.thread, order_kind::exit);
      await([&] { return ::syscall(SYS_tgkill, process_[p], its_thread, 0) != 0 && errno == ESRCH; });
      dead_[t] = true;
      break;
    case event_kind::kill:
      ::kill(process_[p], SIGKILL);
      ::waitpid(process_[p], nullptr, 0);
      process_[p] = 0;
      whole_process_ended();
      break;
    case event_kind::exec: {
      command(s.thread, order_kind::exec);
      char path[64];
      ::snprintf(path, sizeof path, "/proc/%d/comm", process_[p]);
      await([&] {
        char name[16] = "";
        if (FILE* const f = ::fopen(path, "re")) {
          if (::fgets(name, sizeof name, f) == nullptr) name[0] = '\0';
          ::fclose(f);
        }
        return std::strcmp(name, "sleep\n") == 0;
      });
      whole_process_ended();
      break;
    }
    case event_kind::set_priority: {
      const bool fifo = s.event.priority != normal_priority;
      const ::sched_param priority{fifo ? 99 - s.event.priority : 0};
      if (::sched_setscheduler(its_thread, fifo ? SCHED_FIFO : SCHED_OTHER, &priority) != 0) std::perror("sched_setscheduler");
      break;
    }
    default: break;
  }
  settle(done.others);
}

}  // namespace holdfast::kernel_test
