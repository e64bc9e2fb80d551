// Scenarios and mutants of models/published/peterson.h: right under sequential consistency or with two fences, wrong without.
#include "models/check_scenario.h"
#include "models/published/peterson.h"
#include "models/spec/mutex.h"

namespace holdfast::models {
namespace {

using operation = spec::mutex_operation;
using published::peterson_version;

template <peterson_version Version, unsigned Rounds>
struct count_of_two {
  published::peterson<world, Version> lock;
  world::plain<unsigned> count{"count", 0};

  void thread(unsigned self) {
    for (unsigned i = 0; i < Rounds; ++i) {
      record(operation::lock, "lock", [&] {
        lock.lock(self - 1);
        return operation::lock;
      });
      count.store(count.load("read") + 1, "write");
      record(operation::unlock, "unlock", [&] {
        lock.unlock(self - 1);
        return operation::unlock;
      });
    }
  }
  void finish() { world::expect(count.load("read") == 2 * Rounds, "every increment counts", "finish"); }
};

bool both_want_to_enter(const world_view& v) { return v.word(0) == 1 && v.word(1) == 1; }

const situation both{"both threads want to enter", both_want_to_enter};
const auto race = violated(violation_kind::data_race, "count");

const bool registered =
    (check_scenario<count_of_two<peterson_version::sequential, 1>, spec::mutex<>>({
         .name = "peterson/sequential",
         .threads = 2,
         .description = "seq_cst; each thread counts once",
         .expected = verified(4),
         .must_reach = both,
     }),
     check_scenario<count_of_two<peterson_version::sequential, 2>, spec::mutex<>>({
         .name = "peterson/sequential_twice",
         .threads = 2,
         .description = "seq_cst; each thread counts twice",
         .expected = verified(48),
         .must_reach = both,
         .mutants = {{"l1_relaxed", weakened("L1"), race},
                     {"l2_relaxed", weakened("L2"), race},
                     {"l3_relaxed", weakened("L3"), race},
                     {"l4_relaxed", weakened("L4"), race},
                     {"u1_relaxed", weakened("U1"), race}},
     }),
     check_scenario<count_of_two<peterson_version::fenced, 1>, spec::mutex<>>({
         .name = "peterson/fenced",
         .threads = 2,
         .description = "a fence after each store; each thread counts once",
         .expected = verified(4),
         .must_reach = both,
     }),
     check_scenario<count_of_two<peterson_version::fenced, 2>, spec::mutex<>>({
         .name = "peterson/fenced_twice",
         .threads = 2,
         .description = "a fence after each store; each thread counts twice",
         .expected = verified(48),
         .must_reach = both,
         .mutants = {{"f1_relaxed", weakened("F1"), race},
                     {"f2_relaxed", weakened("F2"), race},
                     {"l3_relaxed", weakened("L3"), race},
                     {"l4_relaxed", weakened("L4"), race},
                     {"u1_relaxed", weakened("U1"), race}},
     }),
     check_scenario<count_of_two<peterson_version::unfenced, 1>, spec::mutex<>>({
         .name = "peterson/unfenced",
         .threads = 2,
         .description = "release and acquire, no fence: both threads enter",
         .expected = race,
     }),
     true);

}  // namespace
}  // namespace holdfast::models
