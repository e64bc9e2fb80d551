// uncontended: what a lock and its unlock cost a thread that nobody disturbs, by google-benchmark.
#ifndef HOLDFAST_TESTS_BENCHMARKS_UNCONTENDED_H_
#define HOLDFAST_TESTS_BENCHMARKS_UNCONTENDED_H_

#include <memory>
#include <string>
#include <vector>

namespace holdfast::benchmarks {

// While one exists, the process has a second thread, asleep: the C library's mutexes are cheaper in a process that never had one, and a
// program with one thread needs no mutex.
class pairs {
 public:
  // About how long each measurement takes.
  explicit pairs(double seconds);
  ~pairs();
  pairs(const pairs&) = delete;
  pairs& operator=(const pairs&) = delete;

  static std::vector<std::string> names();

  // The processor time of one pair, in nanoseconds.
  double measure(const std::string& lock);

 private:
  struct second_thread;
  std::unique_ptr<second_thread> second_;
};

}  // namespace holdfast::benchmarks

#endif  // HOLDFAST_TESTS_BENCHMARKS_UNCONTENDED_H_
