// own_process: a function that runs in a process of its own, so that its memory is its own, too.
#ifndef HOLDFAST_TESTS_ENGINE_OWN_PROCESS_H_
#define HOLDFAST_TESTS_ENGINE_OWN_PROCESS_H_

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <stdexcept>
#include <type_traits>

namespace holdfast::checker {

template <class Result>
struct of_own_process {
  Result result;
  std::uint64_t peak_bytes;  // the most memory that was resident, this process's own at the start included
};

// REQUIRES: this process has one thread. Throws std::runtime_error if the function does not return.
template <class Body>
auto in_own_process(Body body) {
  using result = std::invoke_result_t<Body>;
  static_assert(std::is_trivially_copyable_v<result>);
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe can be made");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no process can be started");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const result r = body();
    _exit(write(ends[1], &r, sizeof r) == sizeof r ? 0 : 1);
  }
  close(ends[1]);
  of_own_process<result> all{};
  const bool answered = read(ends[0], &all.result, sizeof all.result) == sizeof all.result;
  close(ends[0]);
  int status = 0;
  rusage used{};
  wait4(child, &status, 0, &used);
  if (!answered || status != 0) throw std::runtime_error("a process ended before it was done");
  all.peak_bytes = static_cast<std::uint64_t>(used.ru_maxrss) * 1024;
  return all;
}

}  // namespace holdfast::checker

#endif  // HOLDFAST_TESTS_ENGINE_OWN_PROCESS_H_
