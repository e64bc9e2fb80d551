#include "tests/benchmarks/rescue.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <climits>
#include <thread>

namespace holdfast::benchmarks {

bool wake_until_none(const std::atomic<unsigned>& at_work, futex_words slept_on) {
  using namespace std::chrono_literals;
  using clock = std::chrono::steady_clock;
  const auto patience = clock::now() + 3s;
  bool needed = false;
  while (at_work.load(std::memory_order_relaxed) != 0) {
    std::this_thread::sleep_for(1ms);
    if (clock::now() < patience) continue;
    for (std::size_t i = 0; i < slept_on.count; ++i)
      for (const int scope : {0, FUTEX_PRIVATE_FLAG})
        needed |= ::syscall(SYS_futex, slept_on.first + i, FUTEX_WAKE | scope, INT_MAX, nullptr, nullptr, 0) > 0;
  }
  return needed;
}

}  // namespace holdfast::benchmarks
