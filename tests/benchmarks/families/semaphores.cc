#include <semaphore.h>

#include <semaphore>

#include "impl/counting_semaphore.h"
#include "tests/benchmarks/contended.h"
#include "tests/benchmarks/families/rows.h"
#include "tests/benchmarks/repeat.h"

namespace holdfast::benchmarks {
namespace {

template <unsigned Permits>
struct alignas(cache_line) posix_semaphore {
  posix_semaphore() { sem_init(&semaphore, 0, Permits); }
  ~posix_semaphore() { sem_destroy(&semaphore); }
  void lock() {
    while (sem_wait(&semaphore) != 0) {
    }
  }
  void unlock() { sem_post(&semaphore); }

  sem_t semaphore;
};

template <class Semaphore, unsigned Permits>
struct alignas(cache_line) standard_interface {
  void lock() { semaphore.acquire(); }
  void unlock() { semaphore.release(); }

  Semaphore semaphore{Permits};
};
template <unsigned Permits>
using std_semaphore = standard_interface<std::counting_semaphore<>, Permits>;
template <unsigned Permits>
using holdfast_semaphore = standard_interface<counting_semaphore<>, Permits>;

// Two threads hand a permit to and fro over two semaphores. The first ends it.
template <template <unsigned> class Semaphore>
slice ping_pong(const workload& load, std::chrono::nanoseconds time) {
  struct {
    Semaphore<0> ping, pong;
  } both;
  auto& [ping, pong] = both;
  bool over = false;
  const auto to_and_fro = [&ping = ping, &pong = pong, &over](unsigned self, const std::atomic<bool>& stop) {
    std::uint64_t rounds = 0;
    for (bool ends = false; !ends; ++rounds) {
      if (self == 0) {
        over = ends = stop.load(std::memory_order_relaxed);
        ping.unlock();
        pong.lock();
      } else {
        ping.lock();
        ends = over;
        pong.unlock();
      }
    }
    return self == 0 ? rounds : 0;
  };
  return repeat(load, time, to_and_fro, words_of(both));
}

template <unsigned Permits>
std::vector<family_contender> everybody() {
  return {{"holdfast", &contend<holdfast_semaphore<Permits>>},
          {"POSIX", &contend<posix_semaphore<Permits>>},
          {"std::counting_semaphore", &contend<std_semaphore<Permits>>}};
}

}  // namespace

std::vector<family_row> semaphore_rows() {
  return {{"semaphore, uncontended", 1, 0, 1, everybody<1>()},
          {"semaphore, ping-pong",
           2,
           0,
           1,
           {{"holdfast", &ping_pong<holdfast_semaphore>},
            {"POSIX", &ping_pong<posix_semaphore>},
            {"std::counting_semaphore", &ping_pong<std_semaphore>}}},
          {"semaphore, 4 threads for 1 permit, 0.1 us", 4, 100, 1, everybody<1>()},
          {"semaphore, 4 threads for 2 permits, 2 us", 4, 2000, 1, everybody<2>()},
          {"semaphore, 8 threads for 2 permits, 2 us", 8, 2000, 1, everybody<2>()}};
}

}  // namespace holdfast::benchmarks
