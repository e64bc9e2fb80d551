// The memory of real_kernel: where words lie, what they hold, and which of them share buckets.
#include <fcntl.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>

#include "tests/kernel/patience.h"
#include "tests/kernel/real_kernel.h"

namespace holdfast::kernel_test {
namespace {

using namespace std::chrono_literals;

constexpr std::uintptr_t kernel_address = 0xffff'8000'0000'0000;
constexpr int cells = page_size / cell_size;  // on a page

// Another process's memory through its file, for pages that are read-only and machines that refuse the calls.
class memory_file {
 public:
  explicit memory_file(pid_t process) {
    char path[64];
    ::snprintf(path, sizeof path, "/proc/%d/mem", process);
    file_ = ::open(path, O_RDWR | O_CLOEXEC);
  }
  ~memory_file() {
    if (file_ >= 0) ::close(file_);
  }
  memory_file(const memory_file&) = delete;
  memory_file& operator=(const memory_file&) = delete;

  bool read(std::uintptr_t at, void* to, std::size_t size) const {
    return ::pread(file_, to, size, static_cast<off_t>(at)) == static_cast<ssize_t>(size);
  }
  bool write(std::uintptr_t at, const void* from, std::size_t size) const {
    return ::pwrite(file_, from, size, static_cast<off_t>(at)) == static_cast<ssize_t>(size);
  }

 private:
  int file_;
};

bool read_from(pid_t process, std::uintptr_t at, void* bytes, std::size_t size) {
  ::iovec to{bytes, size};
  ::iovec from{reinterpret_cast<void*>(at), size};
  return ::process_vm_readv(process, &to, 1, &from, 1, 0) == static_cast<ssize_t>(size) || memory_file(process).read(at, bytes, size);
}

bool write_in(pid_t process, std::uintptr_t at, const void* bytes, std::size_t size) {
  ::iovec from{const_cast<void*>(bytes), size};
  ::iovec to{reinterpret_cast<void*>(at), size};
  return ::process_vm_writev(process, &from, 1, &to, 1, 0) == static_cast<ssize_t>(size) || memory_file(process).write(at, bytes, size);
}

}  // namespace

std::uintptr_t real_kernel::real(int process, address a) const {
  if (a.page == kernel_page) return kernel_address + a.offset;
  const std::size_t word = a.offset / cell_size;
  const auto& place = a.page == own_page ? own_cells_[static_cast<std::size_t>(process)] : object_cells_;
  return reinterpret_cast<std::uintptr_t>(base_[a.page]) + std::size_t{place[word]} * cell_size + a.offset % cell_size;
}

snapshot real_kernel::read_memory() {
  snapshot all{};
  for (std::size_t w = 0; w < words; ++w) {
    std::memcpy(&all[w], base_[object_page] + std::size_t{object_cells_[w]} * cell_size, 4);
  }
  for (std::size_t p = 0; p < processes; ++p) {
    if (!touched_own_[p] || ended_[p]) continue;
    char page[page_size];
    if (!read_from(process_[p], reinterpret_cast<std::uintptr_t>(base_[own_page]), page, page_size)) die("process_vm_readv");
    for (std::size_t w = 0; w < words; ++w) std::memcpy(&all[(1 + p) * words + w], page + std::size_t{own_cells_[p][w]} * cell_size, 4);
  }
  return all;
}

void real_kernel::take_store(const script_step& s) {
  const std::uint32_t v = s.stored.in(tids_);
  const std::uintptr_t at = real(process_of(s.thread), s.where);
  if (s.where.page != own_page) {
    std::memcpy(reinterpret_cast<void*>(at), &v, sizeof v);
    return;
  }
  if (!write_in(process_[static_cast<std::size_t>(process_of(s.thread))], at, &v, sizeof v)) die("process_vm_writev");
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
    at &= ~std::uintptr_t{1};
    // The object is written through the mapping that can be.
    for (const page_number other : {object_page, object_again, object_read_only}) {
      const auto start = reinterpret_cast<std::uintptr_t>(base_[other]);
      if (at < start || at >= start + page_size) continue;
      std::memcpy(base_[object_page] + (at - start), &v, sizeof v);
      return;
    }
    // An entry in memory that is not there leads nowhere, as it should.
    static_cast<void>(write_in(process_[static_cast<std::size_t>(process)], at, &v, sizeof v));
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

// A waiter that is requeued within its bucket keeps its place: the one that came first is then still the first.
bool real_kernel::same_bucket(int process, address a, address b, bool is_private) {
  script s;
  const int first = process == 0 ? 0 : 4;
  const auto add = [&](int thread, opcode op, address at) -> script_step& {
    script_step step;
    step.thread = thread;
    step.call.thread = static_cast<thread_id>(thread);
    step.call.op = op;
    step.call.uaddr = at;
    step.call.is_private = is_private;
    s.steps.push_back(step);
    return s.steps.back();
  };
  add(first, opcode::wait, a);
  add(first + 1, opcode::wait, b);
  const int third = first + 2;
  script_step& move = add(third, opcode::requeue, a);
  move.call.uaddr2 = b;
  move.call.val2 = 1;
  add(third, opcode::wake, b).val.bits = 1;
  const trace t = run(s, 1ms);
  return t.size() == 4 && t[3].others.size() == 1 && t[3].others[0].thread == first;
}

bool real_kernel::part_words() {
  struct space {
    int process;
    std::uint8_t page;
    bool is_private;
  };
  bool some = false;
  const auto part = [&](std::span<const space> spaces, std::array<std::uint8_t, words>& places) {
    constexpr std::uint16_t parted = 4;  // what generated scripts use
    const auto meet = [&](std::uint16_t a, std::uint16_t b) {
      return std::ranges::any_of(spaces, [&](const space& in) {
        const auto at = [&](std::uint16_t w) { return address{in.page, static_cast<std::uint16_t>(w * cell_size)}; };
        return same_bucket(in.process, at(a), at(b), in.is_private);
      });
    };
    for (std::uint16_t b = 1; b < parted; ++b) {
      for (std::uint16_t a = 0; a < b;) {
        if (!meet(a, b)) {
          ++a;
          continue;
        }
        some = true;
        places[b] = static_cast<std::uint8_t>(next_cell_);
        next_cell_ = next_cell_ + 1 == cells ? parted : next_cell_ + 1;
        a = 0;
      }
    }
  };
  std::vector<space> of_object = {{0, object_page, false}};
  for (int p = 0; p < processes; ++p) {
    for (const std::uint8_t page : {object_page, object_again, object_read_only}) of_object.push_back({p, page, true});
    const space own[] = {{p, own_page, true}, {p, own_page, false}};
    part(own, own_cells_[static_cast<std::size_t>(p)]);
  }
  part(of_object, object_cells_);
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

}  // namespace holdfast::kernel_test
