#include "tests/benchmarks/engine/rows.h"

#include <fmt/format.h>

#include <utility>

#include "impl/mutex.h"
#include "models/published/mutex3.h"
#include "models/published/ticket_lock.h"
#include "tests/engine/exploring.h"
#include "tests/engine/programs.h"

namespace holdfast::benchmarks::engine {
namespace {

namespace programs = checker::programs;
using programs::world;

template <class Scenario>
row of(std::string name, unsigned threads) {
  row r;
  r.what = checker::exploration_of<Scenario>(threads);
  r.what.name = std::move(name);
  return r;
}

template <class Scenario>
row of(std::string name, unsigned threads, std::string source, std::vector<std::string> definitions) {
  row r = of<Scenario>(std::move(name), threads);
  r.source = std::move(source);
  r.definitions = std::move(definitions);
  return r;
}

// One for each number of threads.
template <class Scenario>
void add_family(std::vector<row>& all, const std::string& name, unsigned from, unsigned to, const std::string& source,
                const std::vector<std::string>& definitions = {}) {
  for (unsigned n = from; n <= to; ++n) {
    all.push_back(of<Scenario>(fmt::format("{}, N={}", name, n), n, source, definitions));
    all.back().definitions.push_back(fmt::format("-DN={}", n));
  }
}

// A mutex as it is, on the kernel's queue: GenMC has none.
template <class Mutex>
void add_mutex(std::vector<row>& all, const std::string& name, unsigned from, unsigned to) {
  for (unsigned n = from; n <= to; ++n) {
    all.push_back(of<programs::counting<Mutex>>(fmt::format("{}, N={}", name, n), n));
    all.back().cutting = true;
  }
}

void add_litmus_tests(std::vector<row>& all) {
  using namespace programs;
  all.push_back(of<store_buffering<relaxed>>("SB", 2, "store_buffering.c", {}));
  all.push_back(of<load_buffering>("LB", 2, "load_buffering.c", {}));
  all.push_back(of<two_plus_two_writes>("2+2W", 2, "two_plus_two_writes.c", {}));
  all.push_back(of<independent_reads<release, acquire>>("IRIW rel-acq", 4, "independent_reads.c", {}));
  all.push_back(of<independent_reads<sc, sc>>("IRIW SC", 4, "independent_reads.c", {"-DSC"}));
  all.push_back(of<fibonacci<2>>("fib, K=2", 2, "fibonacci.c", {"-DK=2"}));
  all.push_back(of<fibonacci<3>>("fib, K=3", 2, "fibonacci.c", {"-DK=3"}));
  all.push_back(of<fibonacci<4>>("fib, K=4", 2, "fibonacci.c", {"-DK=4"}));
}

}  // namespace

std::vector<row> rows() {
  std::vector<row> all;
  add_litmus_tests(all);
  add_family<programs::one_counter>(all, "increments", 3, 8, "increments.c");
  add_family<programs::chain_of_compare_exchanges>(all, "chain of CAS", 9, 9, "compare_exchange_chain.c");
  add_family<programs::counting<published::ticket_lock<world>>>(all, "ticket lock", 2, 5, "ticket_lock.c");
  add_family<programs::test_and_test_and_set_lock>(all, "TTAS lock", 2, 4, "test_and_test_and_set_lock.c");
  add_family<programs::counting_with_nodes>(all, "MCS lock", 2, 3, "mcs_lock.c");
  add_family<programs::push_and_pop>(all, "Treiber stack", 2, 3, "treiber_stack.c");
  add_family<programs::awaiting_mutex<false>>(all, "dec/store mutex", 2, 3, "awaiting_mutex.c");
  add_family<programs::awaiting_mutex<true>>(all, "xchg mutex", 2, 4, "awaiting_mutex.c", {"-DEXCHANGE"});
  add_mutex<published::mutex3<world>>(all, "futex: mutex3", 3, 3);
  add_mutex<basic_mutex<world>>(all, "futex: impl/mutex.h", 3, 4);
  return all;
}

}  // namespace holdfast::benchmarks::engine
