// work: a loop of known length, the same instructions for every lock.
#ifndef HOLDFAST_TESTS_BENCHMARKS_WORK_H_
#define HOLDFAST_TESTS_BENCHMARKS_WORK_H_

#include <chrono>

namespace holdfast::benchmarks {

// Keeps the processor busy without touching memory. Out of line, so that no lock gets a better aligned loop than another.
void work(unsigned iterations) noexcept;

// The best of several timings: interruptions only ever lengthen one.
double nanoseconds_per_iteration() noexcept;

// What a spinner's waits are made of; from 8 to 50 ns, depending on the processor.
double nanoseconds_per_pause() noexcept;

// Binds the calling thread to one of the processors that the process may use, the first again after the last.
void pin_to_processor(unsigned number) noexcept;

// The processor time that everybody but this process has used since boot.
// Exact where the cpuacct control group is mounted; see is_exact(). Zero where nothing can be read.
class other_processes {
 public:
  other_processes() noexcept;
  ~other_processes();
  other_processes(const other_processes&) = delete;
  other_processes& operator=(const other_processes&) = delete;

  std::chrono::nanoseconds used() const noexcept;
  // Whether a difference of two readings means something for a slice of milliseconds.
  bool is_exact() const noexcept { return accounting_ >= 0; }

 private:
  int accounting_;
};

}  // namespace holdfast::benchmarks

#endif  // HOLDFAST_TESTS_BENCHMARKS_WORK_H_
