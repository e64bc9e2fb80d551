// real_kernel: runs a script on the kernel that runs the test, in lock-step: no step begins before every thread sleeps in its call or has
// returned from it. Its hosts (host.h) live on from script to script; threads and processes that a script ends are replaced.
#ifndef HOLDFAST_TESTS_KERNEL_REAL_KERNEL_H_
#define HOLDFAST_TESTS_KERNEL_REAL_KERNEL_H_

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/kernel/host.h"
#include "tests/kernel/model.h"
#include "tests/kernel/script.h"

namespace holdfast::kernel_test {

class real_kernel {
 public:
  // Whether the hosts ask for more private hash buckets than they need, where the kernel has the call for that.
  enum class buckets { few, many };
  explicit real_kernel(buckets = buckets::many);
  ~real_kernel();
  real_kernel(const real_kernel&) = delete;
  real_kernel& operator=(const real_kernel&) = delete;

  // Of the threads as they are: those that the last script ended have been replaced.
  const tids& thread_ids() const { return tids_; }
  std::array<std::uint32_t, processes> leader_ids() const;

  // The deadlines that the script lets come are `pace` apart; with what came too late for that, late() says so.
  trace run(const script& s, std::chrono::milliseconds pace);
  bool late() const { return late_; }

  // Gives words that share a bucket with another of their page other places in it. Whether there were any.
  bool part_words();
  // Whether the words are in buckets of their own, as far as requeueing one's waiter to the other shows.
  bool same_bucket(int process, address a, address b, bool is_private);

  // The contrary, for a test of just that: p0 and p1 of P share a private bucket from now on. There are more places than such buckets.
  bool join_words();

 private:
  using steady = std::chrono::steady_clock;

  void start(int process);
  void open_status(int thread);
  void end(int process);
  void repair();
  void release_sleepers(const script& s);
  void set_words(std::uint32_t to);

  bool is_busy(int t) const { return busy_[static_cast<std::size_t>(t)]; }
  slot& slot_of(int t) { return control_->slots[static_cast<std::size_t>(t)]; }
  void command(int t, order_kind kind);
  char status_of(int t, int* priority = nullptr);
  // Until nobody runs; the calls that have returned meanwhile are added.
  void settle(std::vector<finished>& returned);
  bool is_off_processor(int t);
  void collect(int t, std::vector<finished>& returned);

  void take_call(const script& s, std::size_t at, step_trace& done);
  void take_event(const script_step& s, step_trace& done);
  void take_store(const script_step& s);
  void take_robust(const script_step& s);
  void take_protect(const script_step& s, step_trace& done);
  void fill(slot& to, const call& c, ::timespec* until);
  snapshot read_memory();
  bool applies_here(const script_step& s) const;

  std::uintptr_t real(int process, address a) const;

  buckets buckets_;
  control* control_ = nullptr;
  std::array<char*, pages> base_{};
  std::array<std::uint8_t, words> object_cells_{};
  std::array<std::array<std::uint8_t, words>, processes> own_cells_{};
  std::array<pid_t, processes> process_{};
  std::array<bool, processes> stopped_{};
  std::array<bool, processes> ended_{};                // by the script, and not started again yet
  std::array<int, threads> status_{}, system_call_{};  // descriptors of the threads' files under /proc
  tids tids_{};
  std::array<bool, threads> busy_{}, dead_{};
  std::array<call, threads> calls_{};
  std::array<bool, threads> expires_{}, expired_{};
  std::array<steady::time_point, threads> deadline_{};
  std::array<std::uint32_t, processes> asks_{};
  bool late_ = false;
  int next_cell_ = words;
  steady::time_point began_;
  std::chrono::milliseconds pace_{};
  bool touched_own_[processes] = {};
};

}  // namespace holdfast::kernel_test

#endif  // HOLDFAST_TESTS_KERNEL_REAL_KERNEL_H_
