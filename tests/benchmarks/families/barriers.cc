#include <pthread.h>

#include <barrier>

#include "impl/barrier.h"
#include "tests/benchmarks/families/rows.h"
#include "tests/benchmarks/repeat.h"

namespace holdfast::benchmarks {
namespace {

struct posix_barrier {
  explicit posix_barrier(unsigned threads) { pthread_barrier_init(&barrier, nullptr, threads); }
  ~posix_barrier() { pthread_barrier_destroy(&barrier); }
  void arrive_and_wait() { pthread_barrier_wait(&barrier); }

  pthread_barrier_t barrier;
};

// The first thread says, before a phase ends, that it is the last.
template <class Barrier>
slice phases(const workload& load, std::chrono::nanoseconds time) {
  Barrier b(load.threads);
  std::atomic<std::uint64_t> last{~std::uint64_t{0}};
  return repeat(load, time, [&](unsigned self, const std::atomic<bool>& stop) {
    std::uint64_t phase = 0;
    for (; phase <= last.load(std::memory_order_relaxed); ++phase) {
      if (self == 0 && stop.load(std::memory_order_relaxed)) last.store(phase, std::memory_order_relaxed);
      b.arrive_and_wait();
    }
    return self == 0 ? phase : 0;
  });
}

}  // namespace

std::vector<family_row> barrier_rows() {
  std::vector<family_row> all;
  for (const unsigned threads : {2u, 4u, 8u})
    all.push_back({"barrier, " + std::to_string(threads) + " threads",
                   threads,
                   0,
                   1,
                   {{"holdfast", &phases<barrier<>>}, {"POSIX", &phases<posix_barrier>}, {"std::barrier", &phases<std::barrier<>>}}});
  return all;
}

}  // namespace holdfast::benchmarks
