#include "tests/kernel/real_kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace holdfast::kernel_test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t page_size = 4096;
constexpr std::uintptr_t kernel_address = 0xffff'8000'0000'0000;
constexpr int cells = page_size / cell_size;  // on a page

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::abort();
}

char* map(int protection, int flags, int file) {
  void* const p = ::mmap(nullptr, page_size, protection, flags, file, 0);
  if (p == MAP_FAILED) die("mmap");
  return static_cast<char*>(p);
}

// Short waits: on a busy machine the thread waited for needs this one's processor.
class patience {
 public:
  void wait() {
    if (++rounds_ < 50) {
      ::sched_yield();
    } else {
      std::this_thread::sleep_for(rounds_ < 500 ? 20us : 500us);
    }
    if (rounds_ > 40'000) {
      std::fprintf(stderr, "real_kernel: waited for a thread for 20 s\n");
      std::abort();
    }
  }

 private:
  int rounds_ = 0;
};

}  // namespace

real_kernel::real_kernel() {
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
  for (std::size_t i = 0; i < words; ++i) {
    object_cells_[i] = static_cast<std::uint8_t>(i);
    for (auto& own : own_cells_) own[i] = static_cast<std::uint8_t>(i);
  }
  for (int p = 0; p < processes; ++p) start(p);
}

real_kernel::~real_kernel() {
  for (int p = 0; p < processes; ++p) end(p);
  for (const int s : status_) {
    if (s >= 0) ::close(s);
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
  if (child == 0) run_host(*control_, process, std::span<const char* const>(base_.data(), unmapped_page));
  process_[p] = child;
  stopped_[p] = ended_[p] = false;
  for (patience wait; control_->answered[p].load() != 0;) wait.wait();
  for (int t = 0; t < threads; ++t) {
    if (process_of(t) == process) open_status(t);
  }
}

void real_kernel::open_status(int thread) {
  const auto t = static_cast<std::size_t>(thread);
  if (status_[t] >= 0) ::close(status_[t]);
  tids_[t] = slot_of(thread).tid.load();
  char path[64];
  ::snprintf(path, sizeof path, "/proc/%d/task/%u/stat", process_[static_cast<std::size_t>(process_of(thread))], tids_[t]);
  status_[t] = ::open(path, O_RDONLY | O_CLOEXEC);
  if (status_[t] < 0) die(path);
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

std::uintptr_t real_kernel::real(int process, address a) const {
  if (a.page == kernel_page) return kernel_address + a.offset;
  const std::size_t word = a.offset / cell_size;
  const auto& place = a.page == own_page ? own_cells_[static_cast<std::size_t>(process)] : object_cells_;
  return reinterpret_cast<std::uintptr_t>(base_[a.page]) + std::size_t{place[word]} * cell_size + a.offset % cell_size;
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
  busy_[static_cast<std::size_t>(t)] = false;
  returned.push_back({static_cast<thread_id>(t), static_cast<std::int32_t>(slot_of(t).result)});
}

// The last round is one in which nobody was seen to run: whom a call wakes no longer sleeps when the call returns. A thread that has returned
// sleeps as well, until its next command: so `done` is read again after the state. One whose deadline has passed may be seen asleep for a
// moment, before the clock's interrupt.
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
      if (s.entered.load() == command && status_of(t) == (stopped ? 'T' : 'S') && s.done.load() != command &&
          (!has_ended || steady::now() - began > 100ms)) {
        continue;
      }
      somebody_ran = true;
      if (s.done.load() == command) collect(t, returned);
    }
    if (!somebody_ran) return;
  }
}

snapshot real_kernel::read_memory() {
  snapshot all{};
  for (std::size_t w = 0; w < words; ++w) {
    std::memcpy(&all[w], base_[object_page] + std::size_t{object_cells_[w]} * cell_size, 4);
  }
  for (std::size_t p = 0; p < processes; ++p) {
    if (!touched_own_[p] || ended_[p]) continue;
    char page[page_size];
    ::iovec to{page, page_size};
    ::iovec from{base_[own_page], page_size};
    if (::process_vm_readv(process_[p], &to, 1, &from, 1, 0) != static_cast<ssize_t>(page_size)) die("process_vm_readv");
    for (std::size_t w = 0; w < words; ++w) std::memcpy(&all[(1 + p) * words + w], page + std::size_t{own_cells_[p][w]} * cell_size, 4);
  }
  return all;
}

// Every word becomes one for which no wait and no lock sleeps, then sleepers are interrupted: whoever begins again returns.
void real_kernel::release_sleepers(const script& s) {
  constexpr std::uint32_t nobodys = 0x3ffffff0;
  const auto set_all = [&](std::uint32_t v) {
    for (int w = 0; w < words; ++w) {
      script_step store;
      store.stored.bits = v;
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
  };
  for (std::size_t p = 0; p < processes; ++p) {
    if (stopped_[p]) ::kill(process_[p], SIGCONT);
    stopped_[p] = false;
  }
  std::vector<finished> ignored;
  if (std::ranges::find(busy_, true) != busy_.end()) {
    set_all(nobodys);
    settle(ignored);
    for (int t = 0; t < threads; ++t) {
      if (is_busy(t)) ::syscall(SYS_tgkill, process_[static_cast<std::size_t>(process_of(t))], tids_[static_cast<std::size_t>(t)], SIGUSR1);
    }
    settle(ignored);
    for (int t = 0; t < threads; ++t) {
      if (is_busy(t)) ended_[static_cast<std::size_t>(process_of(t))] = true;
    }
  }
  set_all(0);
  for (int t = 0; t < threads; ++t) {
    if (dead_[static_cast<std::size_t>(t)]) continue;
    slot_of(t).head.list.next = &slot_of(t).head.list;
    slot_of(t).head.list_op_pending = nullptr;
    if (!s.uses_priorities()) continue;
    const ::sched_param normal{};
    ::sched_setscheduler(static_cast<pid_t>(tids_[static_cast<std::size_t>(t)]), SCHED_OTHER, &normal);
  }
}

void real_kernel::take_store(const script_step& s) {
  const std::uint32_t v = s.stored.in(tids_);
  const std::uintptr_t at = real(process_of(s.thread), s.where);
  if (s.where.page != own_page) {
    std::memcpy(reinterpret_cast<void*>(at), &v, sizeof v);
    return;
  }
  ::iovec from{const_cast<std::uint32_t*>(&v), sizeof v};
  ::iovec to{reinterpret_cast<void*>(at), sizeof v};
  if (::process_vm_writev(process_[static_cast<std::size_t>(process_of(s.thread))], &from, 1, &to, 1, 0) != sizeof v)
    die("process_vm_writev");
}

// The links of thread t lie beside the words, each thread's at a place of its own, so that a word can be in several lists.
void real_kernel::take_robust(const script_step& s) {
  const int process = process_of(s.thread);
  const long into_cell = 16 * (1 + s.thread);
  slot& mine = slot_of(s.thread);
  const auto link = [&](const robust_entry& e) {
    return (real(process, e.word) + static_cast<std::uintptr_t>(into_cell)) | (e.is_pi ? 1 : 0);
  };
  const auto write = [&](std::uintptr_t at, std::uintptr_t v) {
    ::iovec from{&v, sizeof v};
    ::iovec to{reinterpret_cast<void*>(at & ~std::uintptr_t{1}), sizeof v};
    ::process_vm_writev(process_[static_cast<std::size_t>(process)], &from, 1, &to, 1, 0);
  };
  const auto head = reinterpret_cast<std::uintptr_t>(&mine.head.list);
  std::uintptr_t last = head;
  for (const robust_entry& e : s.entries) {
    write(last, link(e));
    last = link(e);
  }
  switch (s.end) {
    case robust_list::ending::head: write(last, head); break;
    case robust_list::ending::fault: write(last, reinterpret_cast<std::uintptr_t>(base_[unmapped_page])); break;
    case robust_list::ending::loop: write(last, link(s.entries[s.loop_to])); break;
  }
  mine.head.futex_offset = -into_cell;
  mine.head.list_op_pending = reinterpret_cast<::robust_list*>(s.pending ? link(*s.pending) : 0);
}

bool real_kernel::applies_here(const script_step& s) const {
  const auto t = static_cast<std::size_t>(s.thread);
  const auto p = static_cast<std::size_t>(process_of(s.thread));
  if (dead_[t]) return false;
  if (s.what == action::store || s.what == action::robust) return true;
  if (s.what == action::call) return !busy_[t] && !stopped_[p];
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

bool real_kernel::part_words() {
  constexpr std::uint8_t parted = 4;  // what generated scripts use
  bool some = false;
  for (int process = 0; process < processes; ++process) {
    auto& own = own_cells_[static_cast<std::size_t>(process)];
    const auto part = [&](std::uint8_t page, bool is_private, std::array<std::uint8_t, words>& places) {
      for (std::uint16_t b = 1; b < parted; ++b) {
        for (std::uint16_t a = 0; a < b; ++a) {
          const auto at = [page](std::uint16_t w) { return address{page, static_cast<std::uint16_t>(w * cell_size)}; };
          if (!same_bucket(process, at(a), at(b), is_private)) continue;
          some = true;
          places[b] = static_cast<std::uint8_t>(next_cell_);
          next_cell_ = next_cell_ + 1 == cells ? words : next_cell_ + 1;
          a = static_cast<std::uint16_t>(-1);
        }
      }
    };
    if (process == 0) part(object_page, false, object_cells_);
    // A new place must be right for both kinds of key.
    for (bool again = true; again;) {
      const auto before = own;
      part(own_page, true, own);
      part(own_page, false, own);
      again = before != own;
    }
  }
  return some;
}

bool real_kernel::join_words() {
  auto& own = own_cells_[0];
  const address p0{own_page, 0};
  const address p1{own_page, cell_size};
  for (std::uint8_t a = words; a < cells; ++a) {
    for (std::uint8_t b = words; b < a; ++b) {
      own[0] = a;
      own[1] = b;
      if (same_bucket(0, p0, p1, true)) return true;
    }
  }
  return false;
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
  release_sleepers(s);
  repair();
  return all;
}

}  // namespace holdfast::kernel_test
