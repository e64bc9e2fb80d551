#include "tests/kernel/host.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>

namespace holdfast::kernel_test {
namespace {

void* run_thread(void* argument) {
  slot& s = *static_cast<slot*>(argument);
  s.head.list.next = &s.head.list;
  s.head.list_op_pending = nullptr;
  ::syscall(SYS_set_robust_list, &s.head, sizeof s.head);
  std::uint32_t last = s.done.load();
  s.tid.store(static_cast<std::uint32_t>(::syscall(SYS_gettid)));
  wake_all(s.tid);
  while (true) {
    while (s.command.load() == last) wait_for_change(s.command, last);
    last = s.command.load();
    if (s.kind == order_kind::exit) return nullptr;
    if (s.kind == order_kind::exec) ::execl("/bin/sleep", "sleep", "1000", nullptr);
    s.entered.store(last);
    const long* const a = s.arguments;
    const long r = ::syscall(s.number, a[0], a[1], a[2], a[3], a[4], a[5]);
    s.result = r == -1 ? -errno : r;
    s.done.store(last);
  }
}

void on_signal(int) {}

void handle(int signal, int flags) {
  struct sigaction a = {};
  a.sa_handler = on_signal;
  a.sa_flags = flags;
  ::sigaction(signal, &a, nullptr);
}

}  // namespace

void wait_for_change(std::atomic<std::uint32_t>& word, std::uint32_t old) { ::syscall(SYS_futex, &word, FUTEX_WAIT, old, nullptr); }
void wake_all(std::atomic<std::uint32_t>& word) { ::syscall(SYS_futex, &word, FUTEX_WAKE, INT_MAX); }

void run_host(control& c, int process, std::span<const char* const> readable, bool many_buckets) {
  // PR_FUTEX_HASH, PR_FUTEX_HASH_SET_SLOTS. It may fail: then words share buckets more often.
  if (many_buckets) ::prctl(78, 1, 1024, 0, 0);
  for (const char* const page : readable) static_cast<void>(*static_cast<const volatile char*>(page));
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  handle(SIGUSR1, 0);
  handle(SIGUSR2, SA_RESTART);
  std::array<pthread_t, threads> started{};
  std::array<bool, threads> exists{};
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, 64 * 1024);
  std::uint32_t last = 0;
  while (true) {
    for (int t = 0; t < threads; ++t) {
      const auto i = static_cast<std::size_t>(t);
      if (process_of(t) != process || c.slots[i].tid.load() != 0) continue;
      if (exists[i]) ::pthread_join(started[i], nullptr);
      if (::pthread_create(&started[i], &attributes, run_thread, &c.slots[i]) != 0) std::abort();
      exists[i] = true;
      while (c.slots[i].tid.load() == 0) wait_for_change(c.slots[i].tid, 0);
    }
    const auto p = static_cast<std::size_t>(process);
    c.answered[p].store(last);
    while (c.asked[p].load() == last) wait_for_change(c.asked[p], last);
    last = c.asked[p].load();
  }
}

}  // namespace holdfast::kernel_test
