// patience: short waits of the real kernel's driver. Private to real_kernel*.cc.
#ifndef HOLDFAST_TESTS_KERNEL_PATIENCE_H_
#define HOLDFAST_TESTS_KERNEL_PATIENCE_H_

#include <sched.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace holdfast::kernel_test {

[[noreturn]] inline void die(const char* what) {
  std::perror(what);
  std::abort();
}

// Short waits: on a busy machine the thread waited for needs this one's processor.
class patience {
 public:
  void wait() {
    if (++rounds_ < 50) {
      ::sched_yield();
    } else {
      std::this_thread::sleep_for(rounds_ < 500 ? std::chrono::microseconds(20) : std::chrono::microseconds(500));
    }
    if (rounds_ > 40'000) {
      std::fprintf(stderr, "real_kernel: waited for a thread for 20 s\n");
      std::abort();
    }
  }

 private:
  int rounds_ = 0;
};

}  // namespace holdfast::kernel_test

#endif  // HOLDFAST_TESTS_KERNEL_PATIENCE_H_
