// check: the registry of everything that can be checked or proved, and what one check is asked to do.
//
// Scenarios (models/) and proofs (proofs/) register themselves from their own translation units; the command and the tests run what is
// registered. Nothing here knows an engine.
#ifndef HOLDFAST_CHECKER_CHECK_H_
#define HOLDFAST_CHECKER_CHECK_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "checker/kernel/toggles.h"
#include "checker/report/record.h"
#include "impl/platform.h"

namespace holdfast::checker {

// How far a search has come. `total` is an estimate, an order of magnitude; empty while there is none.
struct progress {
  std::uint64_t explored = 0;
  std::optional<double> total;
  double seconds = 0;
};

// One of `total` disjoint parts of a search, which add up to it.
struct shard {
  unsigned index = 0;
  unsigned total = 1;
};

// Another memory order for the operations with a label: for their success, or for their failure.
struct order_change {
  std::string label;
  bool of_failure = false;
  order to = order::relaxed;
};

// What the caller allows and wants. A check honours `stop` within a fraction of a second and then answers with what it has.
struct run_options {
  std::optional<double> seconds;            // stop after this long
  std::optional<std::uint64_t> executions;  // stop after this many
  // Run this one schedule only (what follows the colon in an id), and record its steps. A check throws std::invalid_argument, with
  // the reason, if it is no schedule of it or if it has no schedules.
  std::string replay;
  std::string artifacts;                    // a directory for what the check writes (SMT-LIB files); empty: nothing is kept
  const std::atomic<bool>* stop = nullptr;  // Ctrl-C
  // Of checks that divide (see check::divides); the others have no use for them.
  unsigned jobs = 1;          // threads that explore
  std::optional<shard> part;  // explore this part only
  // Is told at the end what is left of a search that was stopped, for `resume`; empty: it came to its end. Not told of a search that threw.
  std::function<void(const std::string&)> on_left;
  std::string resume;                  // go on with this. A check throws unusable_frontier if it is not what is left of its own search
  bool awaits = true;                  // false: a read that makes its thread read again is an event, and blocks its thread
  bool cutting = true;                 // false: an iteration that writes back what it read is explored
  bool symmetry = true;                // false: executions that differ only in which of several like threads does what are all explored
  std::optional<order_change> change;  // explore the lock with this change
  bool under_sc = false;               // the model is sequential consistency
  kernel::toggles on;                  // what the kernel does otherwise, besides what the check itself has it do
  std::function<void(const progress&)> on_progress;  // called now and then
};

// What `run_options::on_left` is told begins so.
inline constexpr std::string_view frontier_form = "holdfast frontier ";

// Why `run_options::resume` cannot be gone on with, after its name, and what to do: "is cut short; begin again without --resume".
struct unusable_frontier : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What each of them does, as an assumption of a result.
std::vector<std::string> texts_of(kernel::toggles on);
// As --kernel takes them: "last_come,bitset_ignored".
std::string names_of(kernel::toggles on);

// The command line's options that make a search this one: " --model sc --shard 2/8"; empty: none. A schedule is none of a part, but of the whole.
std::string options_text(const run_options& options);
std::string options_text_of_schedule(run_options options);

enum class check_kind : std::uint8_t { exploration, proof };

struct check {
  std::string name;         // "mutex/handoff_three"; a mutant's is that of its scenario
  std::string mutant;       // "u2_dropped"; empty: the lock as it is
  std::string description;  // one line
  check_kind kind = check_kind::exploration;
  unsigned threads = 0;  // 0: any number
  bool is_long = false;  // not part of `check` without --long
  bool divides = false;  // explores with several threads, in parts, and can be stopped and resumed
  expectation expected;
  std::function<result(const run_options&)> run;  // fills all but `expected`, `as_expected`, `unexpected_because` and `limits.by_caller`

  std::string id() const { return mutant.empty() ? name : name + "[" + mutant + "]"; }
};

// In order of registration within a translation unit; `all` is sorted by name, the unmutated first, then by registration.
void register_check(check c);
std::vector<const check*> all_checks();

// Runs the check and compares with what it expects. A verified result that did not reach a situation is VIOLATED, `unreached`.
//
// Expectations are of the whole search under RC11:
//   of a part that ends without a violation nothing follows for the whole. It is INCONCLUSIVE, `end of shard 2/8: ...`, and as expected even
//   if a violation is expected: another part has it. Whoever runs all parts has to see it in one of them, and the counts add up.
//   under sequential consistency there are fewer executions: that an expected violation is not among them is as expected.
//   under another kernel (run_options::on) what is expected to be VERIFIED has to be, and of an expected violation anything is as expected.
result run_check(const check& c, const run_options& options);

// Whether the result is of a part that came to its end.
bool is_ended_part(const result& r);

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_CHECK_H_
