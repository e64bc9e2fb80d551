// The hosts of real_kernel: how they come and go, and whether they run.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>

#include "tests/kernel/patience.h"
#include "tests/kernel/real_kernel.h"

namespace holdfast::kernel_test {
namespace {

using namespace std::chrono_literals;

char* map(int protection, int flags, int file) {
  void* const p = ::mmap(nullptr, page_size, protection, flags, file, 0);
  if (p == MAP_FAILED) die("mmap");
  return static_cast<char*>(p);
}

}  // namespace

real_kernel::real_kernel(buckets how_many) : buckets_(how_many) {
  void* const shared = ::mmap(nullptr, sizeof(control), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) die("mmap");
  control_ = ::new (shared) control();
  const int file = ::memfd_create("futexes", MFD_CLOEXEC);
  if (file < 0 || ::ftruncate(file, page_size) != 0) die("memfd_create");
  base_[object_page] = map(PROT_READ | PROT_WRITE, MAP_SHARED, file);
  base_[object_again] = map(PROT_READ | PROT_WRITE, MAP_SHARED, file);
  base_[object_read_only] = map(PROT_READ, MAP_SHARED, file);
  base_[own_page] = map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  base_[own_read_only] = map(PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  base_[unmapped_page] = map(PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  ::close(file);
  std::memset(base_[own_page], 0, page_size);
  status_.fill(-1);
  system_call_.fill(-1);
  for (std::size_t i = 0; i < words; ++i) {
    object_cells_[i] = static_cast<std::uint8_t>(i);
    for (auto& own : own_cells_) own[i] = static_cast<std::uint8_t>(i);
  }
  for (int p = 0; p < processes; ++p) start(p);
}

real_kernel::~real_kernel() {
  for (int p = 0; p < processes; ++p) end(p);
  for (const auto& open : {status_, system_call_}) {
    for (const int s : open) {
      if (s >= 0) ::close(s);
    }
  }
  for (char* const b : base_) ::munmap(b, page_size);
  ::munmap(control_, sizeof(control));
}

std::array<std::uint32_t, processes> real_kernel::leader_ids() const {
  std::array<std::uint32_t, processes> ids{};
  std::ranges::copy(process_, ids.begin());
  return ids;
}

void real_kernel::start(int process) {
  const auto p = static_cast<std::size_t>(process);
  for (int t = 0; t < threads; ++t) {
    if (process_of(t) != process) continue;
    slot_of(t).done.store(slot_of(t).command.load());
    slot_of(t).tid.store(0);
  }
  asks_[p] = 0;
  control_->asked[p].store(0);
  control_->answered[p].store(1);
  const pid_t child = ::fork();
  if (child < 0) die("fork");
  static_assert(unmapped_page == pages - 1);
  if (child == 0) run_host(*control_, process, std::span<const char* const>(base_.data(), unmapped_page), buckets_ == buckets::many);
  process_[p] = child;
  stopped_[p] = ended_[p] = false;
  for (patience wait; control_->answered[p].load() != 0;) wait.wait();
  for (int t = 0; t < threads; ++t) {
    if (process_of(t) == process) open_status(t);
  }
}

void real_kernel::open_status(int thread) {
  const auto t = static_cast<std::size_t>(thread);
  for (const int open : {status_[t], system_call_[t]}) {
    if (open >= 0) ::close(open);
  }
  tids_[t] = slot_of(thread).tid.load();
  char path[64];
  ::snprintf(path, sizeof path, "/proc/%d/task/%u/stat", process_[static_cast<std::size_t>(process_of(thread))], tids_[t]);
  status_[t] = ::open(path, O_RDONLY | O_CLOEXEC);
  if (status_[t] < 0) die(path);
  ::snprintf(path, sizeof path, "/proc/%d/task/%u/syscall", process_[static_cast<std::size_t>(process_of(thread))], tids_[t]);
  system_call_[t] = ::open(path, O_RDONLY | O_CLOEXEC);
  busy_[t] = dead_[t] = false;
}

void real_kernel::end(int process) {
  const auto p = static_cast<std::size_t>(process);
  if (process_[p] == 0) return;
  ::kill(process_[p], SIGKILL);
  ::waitpid(process_[p], nullptr, 0);
  process_[p] = 0;
}

// Threads and processes that are no more are made again.
void real_kernel::repair() {
  for (int process = 0; process < processes; ++process) {
    const auto p = static_cast<std::size_t>(process);
    if (ended_[p]) {
      end(process);
      start(process);
      continue;
    }
    bool some = false;
    for (int t = 0; t < threads; ++t) {
      if (process_of(t) != process || !dead_[static_cast<std::size_t>(t)]) continue;
      slot_of(t).done.store(slot_of(t).command.load());
      slot_of(t).tid.store(0);
      some = true;
    }
    if (!some) continue;
    control_->asked[p].store(++asks_[p]);
    wake_all(control_->asked[p]);
    for (patience wait; control_->answered[p].load() != asks_[p];) wait.wait();
    for (int t = 0; t < threads; ++t) {
      if (process_of(t) == process && dead_[static_cast<std::size_t>(t)]) open_status(t);
    }
  }
}

void real_kernel::command(int t, order_kind kind) {
  slot& s = slot_of(t);
  s.kind = kind;
  s.command.fetch_add(1);
  wake_all(s.command);
}

char real_kernel::status_of(int t, int* priority) {
  char text[512];
  const ssize_t length = ::pread(status_[static_cast<std::size_t>(t)], text, sizeof text - 1, 0);
  if (length <= 0) return 'X';
  text[length] = '\0';
  const char* at = std::strrchr(text, ')');
  if (at == nullptr) return 'X';
  const char state = at[2];
  if (priority != nullptr) {
    at += 2;
    for (int field = 3; field < 18; ++field) at = std::strchr(at, ' ') + 1;
    *priority = std::atoi(at);
  }
  return state;
}

void real_kernel::collect(int t, std::vector<finished>& returned) {
  const auto i = static_cast<std::size_t>(t);
  late_ = late_ || (expires_[i] && !expired_[i] && steady::now() >= deadline_[i]);
  busy_[static_cast<std::size_t>(t)] = false;
  returned.push_back({static_cast<thread_id>(t), static_cast<std::int32_t>(slot_of(t).result)});
}

// A waitv has the state of a sleeper before it compares and queues, a PI waiter that was woken has it before it looks why, and both may
// lose their processor there. The kernel reads the system call of a thread only when it truly sleeps.
bool real_kernel::is_off_processor(int t) {
  char text[16];
  const ssize_t length = ::pread(system_call_[static_cast<std::size_t>(t)], text, sizeof text, 0);
  return length < 3 || std::strncmp(text, "run", 3) != 0;
}

// The last round is one in which nobody was seen to run: whom a call wakes no longer sleeps when the call returns. A thread that has
// returned sleeps as well, until its next command: so `done` is read again after the state. One whose deadline has passed may be seen
// asleep for a moment, before the clock's interrupt.
void real_kernel::settle(std::vector<finished>& returned) {
  const auto began = steady::now();
  for (patience wait;; wait.wait()) {
    bool somebody_ran = false;
    for (int t = 0; t < threads; ++t) {
      if (!is_busy(t)) continue;
      const auto i = static_cast<std::size_t>(t);
      slot& s = slot_of(t);
      const std::uint32_t command = s.command.load();
      const bool stopped = stopped_[static_cast<std::size_t>(process_of(t))];
      const bool has_ended = !stopped && (expired_[i] || deadline_of(calls_[i]) == deadline::past);
      if (s.entered.load() == command && status_of(t) == (stopped ? 'T' : 'S') && (stopped || is_off_processor(t)) &&
          s.done.load() != command && (!has_ended || steady::now() - began > 100ms)) {
        continue;
      }
      somebody_ran = true;
      if (s.done.load() == command) collect(t, returned);
    }
    if (!somebody_ran) return;
  }
}

}  // namespace holdfast::kernel_test
