// The mutex that unlocks by an exchange, with the kernel's queue, counted by the brute-force enumerator.
//
// families_test counts the same with the engine.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "tests/engine/brute_force/enumerate.h"
#include "tests/engine/brute_force/small_program.h"

namespace holdfast::oracle {
namespace {

using enum order;

// A thread that locks and unlocks once, and sleeps no more than so often. checked: as it is printed, an exchange is left out if the word
// was seen to announce sleepers already.
std::vector<instruction> lock_and_unlock(int sleeps, bool checked) {
  constexpr reg seen{0};
  constexpr reg left{1};
  constexpr reg answer{2};
  std::vector<instruction> code = {compare_exchange(seen, 0, 0, 1, acquire, relaxed)};
  const auto exchange = [&] { return update(seen, 0, update_kind::exchange, 2, acquire); };
  code.push_back(exchange().when(seen, checked ? equals(1) : differs_from(0)));
  for (int i = 0; i < sleeps; ++i) {
    code.push_back(wait(answer, 0, 2).when(seen, differs_from(0)));
    code.push_back(exchange().when(seen, differs_from(0)));
  }
  code.push_back(update(left, 0, update_kind::exchange, 0, release));
  code.push_back(wake(0, 1).when(left, equals(2)));
  return code;
}

struct counts {
  std::size_t all = 0;
  std::size_t apart_from_vain_wakes = 0;
};

// Of the executions in which thread 1 is the first to unlock, thread 2 the second, and so on. `sleeps`: how often each may at most.
counts count_mutex(const std::vector<int>& sleeps, bool checked, const kernel_options& kernel = {}) {
  small_program p = {{{}}, {}};
  for (const int n : sleeps) p.threads.push_back(lock_and_unlock(n, checked));
  counts c;
  std::set<std::string> some;
  const auto add = [&](const execution& e) {
    // A thread that would have to sleep more often goes on without the lock: that is no execution of the mutex.
    for (const registers& r : e.at_end) {
      if (r[0] != 0) return;
    }
    EXPECT_TRUE(e.asleep.empty());
    std::vector<int> unlocks;
    std::vector<int> left(sleeps.size() + 1);
    for (const access_name& a : e.coherence[0]) ++left[static_cast<std::size_t>(a.thread)];
    for (const access_name& a : e.coherence[0]) {
      if (--left[static_cast<std::size_t>(a.thread)] == 0) unlocks.push_back(a.thread);
    }
    if (!std::ranges::is_sorted(unlocks)) return;
    ++c.all;
    execution without = e;
    std::vector<int> last(sleeps.size() + 1, -1);
    for (const read_from& r : e.reads) last[static_cast<std::size_t>(r.reader.thread)] = r.reader.index;
    std::erase_if(without.reads, [&](const read_from& r) {
      const auto t = static_cast<std::size_t>(r.reader.thread);
      const bool changes = std::ranges::find(e.coherence.back(), r.reader) != e.coherence.back().end();
      return e.at_end[t - 1][1] == 2 && r.reader.index == last[t] && !changes;
    });
    some.insert(canonical(without));
  };
  enumerate(p, model::rc11, add, search::pruned, kernel);
  c.apart_from_vain_wakes = some.size();
  return c;
}

std::size_t factorial(std::size_t n) { return n < 2 ? 1 : n * factorial(n - 1); }

// The threads are alike: whoever of them is first, second and third, it is as many executions.
std::size_t all_of(const std::vector<int>& sleeps, bool checked, const kernel_options& kernel = {}) {
  return factorial(sleeps.size()) * count_mutex(sleeps, checked, kernel).all;
}

// What families_test finds with the engine. Whoever is third can be woken twice by the first, by its unlock and by its wake, once by the
// second; that more sleeps add nothing shows that these are all.
TEST(FutexMutexOracle, CountsWhatTheEngineCounts) {
  EXPECT_EQ(all_of({0, 1}, false), 8u);
  EXPECT_EQ(all_of({0, 2}, false), 8u);
  EXPECT_EQ(all_of({0, 1, 3}, false), 1260u);
  EXPECT_EQ(all_of({0, 2, 3}, false), 1260u);
  EXPECT_EQ(all_of({0, 1, 4}, false), 1260u);
}

// An earlier engine is said to have counted 7, 537 and 996,129. No reading of the kernel gives that: to rename the threads of an execution
// gives another one, as each has its place in the order of unlocks, so that with n threads n! divides the count; and it does not divide
// these. Nor is it the order that the queue gives to user code, which changes nothing here: whoever is woken reads the word again, and the
// lock orders what the wake might have. What would be counted less is where a wake stands that found nobody (102 of 1,260), and the
// exchange that a thread leaves out if it saw that sleepers are announced (240).
TEST(FutexMutexOracle, NoReadingOfTheKernelExplainsTheEarlierCounts) {
  for (const queue_view v : {queue_view::orders_nothing, queue_view::orders_wakes, queue_view::orders_all}) {
    EXPECT_EQ(all_of({0, 1}, true, {.view = v}), 8u);
    EXPECT_EQ(all_of({0, 1, 3}, true, {.view = v}), 1020u);
    EXPECT_EQ(all_of({0, 1, 3}, false, {.view = v}), 1260u);
  }
  EXPECT_EQ(all_of({0, 1, 3}, false, {.queue_per_word = true}), 1260u);
  EXPECT_EQ(6 * count_mutex({0, 1, 3}, false).apart_from_vain_wakes, 1158u);
  EXPECT_EQ(6 * count_mutex({0, 1, 3}, true).apart_from_vain_wakes, 936u);
}

}  // namespace
}  // namespace holdfast::oracle
