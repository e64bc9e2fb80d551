// record: what a check found out, once. Terminal text, JSON, JUnit and drawings are views of it and compute nothing of their own.
#ifndef HOLDFAST_CHECKER_REPORT_RECORD_H_
#define HOLDFAST_CHECKER_REPORT_RECORD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::checker {

// The version of the JSON form. It changes when a field changes its meaning or goes; a new field alone does not change it.
inline constexpr int record_schema = 1;

// verified: the search was complete and found nothing. inconclusive: a bound cut the search short and it found nothing so far.
enum class verdict : std::uint8_t { verified, violated, inconclusive };

enum class violation_kind : std::uint8_t {
  none,
  data_race,       // two conflicting accesses, one not atomic, nothing orders them
  lost_wake_up,    // a thread is blocked for ever in an operation that the specification enables
  deadlock,        // threads are blocked for ever, and the specification does not enable what they wait for
  livelock,        // a fair cycle of states in which nobody completes anything
  specification,   // no order of the operations is accepted by the specification
  assertion,       // the scenario's own expectation does not hold
  uninitialised,   // a read of memory that was not initialised, or an access to what does not exist
  use_after_free,  // an access to an object that is destroyed, or that may be by then; destroying it twice is one
  leak,            // an object that a thread made is never destroyed
  misuse,          // a lock reported a broken precondition
  inversion,       // a thread waits for a lock where the kernel does not know for whom, while one of lower priority is about
  exception,       // a thread ended by an exception
  unreached,       // the situation that the scenario must reach does not occur: a pass would be empty
  obligation,      // a proof obligation was refuted
  undecided,       // a solver answered unknown, timed out or is missing
};

// Where an operation stands in the source. Files are relative to the root of the tree.
struct source_line {
  std::string file;
  int line = 0;
  std::string function;
};

// A word before or after an operation, as a number and decoded by its layout ("held_waiters").
struct decoded_word {
  std::uint64_t value = 0;
  std::string text;
};

// One operation of one thread. Threads count from 1; 0 is the scenario's own set-up.
struct step {
  unsigned thread = 0;
  std::string label;      // "U1"; empty for an operation of the scenario itself
  std::string operation;  // "exchange", "wait", "wake", "read", "wrote", ...
  std::string object;     // the layout's name or the plain object's
  std::string order;      // "release"; empty where there is none
  std::optional<decoded_word> read;
  std::optional<decoded_word> written;
  std::string result;            // of a kernel operation: "sleeps", "changed", "woke T2", ...
  std::vector<unsigned> asleep;  // after the step, in queue order
  source_line where;
  std::optional<std::size_t> reads_from;  // index of the step whose write was read
};

// A violation with both parties (indices into the steps), where there are two.
struct violation {
  violation_kind kind = violation_kind::none;
  std::string object;
  std::string explanation;           // one sentence: why nothing forbids it
  std::vector<std::size_t> parties;  // indices into steps
  std::vector<step> steps;           // the whole execution
  std::string replay;                // "mutex/count_to_two:aabbb9"
};

// What bounded the search; empty members did not.
struct bounds {
  std::optional<std::uint64_t> executions;
  std::optional<double> seconds;
  std::optional<unsigned> context_switches;
  std::string stopped_by;  // "60 s limit", "Ctrl-C", "context bound 3"; empty: nothing cut it short
  bool by_caller = false;  // it was the caller's limit or Ctrl-C, not a bound of the check's own
};

// The situation that shows that a pass is not empty.
struct situation_report {
  std::string text;  // "two threads sleep at once"
  bool reached = false;
  std::string replay;  // a schedule that reaches it, where there is one
};

// What was expected, as checked in.
struct expectation {
  verdict outcome = verdict::verified;
  violation_kind kind = violation_kind::none;
  std::string object;
  std::optional<std::uint64_t> executions;
};

// One obligation of a proof and the solvers' answers.
struct solver_answer {
  std::string solver;  // "z3", "cvc5"
  std::string answer;  // "unsat", "sat", "unknown", "timeout", "missing"
  double seconds = 0;
};
struct obligation_result {
  std::string name;      // "unlock.U1.free / no_sleeper_forgotten"
  std::string expected;  // "unsat", or "sat" where a transition must be able to fire
  std::vector<solver_answer> answers;
  std::string smt_file;        // the SMT-LIB text, where it was kept
  std::string counterexample;  // concrete words, where refuted
};

// An atomic operation that an exploration met, by its label. An order that it does not have is empty.
struct labelled_operation {
  std::string label;
  std::string operation;  // "compare_exchange"
  std::string success;    // its order: "acquire"
  std::string failure;
  source_line where;
};

struct result {
  std::string name;      // "mutex/count_to_two", with " [l1_relaxed]" for a mutant: see mutant
  std::string mutant;    // empty: the lock as it is
  std::string engine;    // "relacy", "proof"
  std::string model;     // what the engine's word covers: "exhaustive under relacy's model"
  unsigned threads = 0;  // 0: any number
  verdict outcome = verdict::inconclusive;
  expectation expected;
  bool as_expected = false;
  std::string unexpected_because;  // one line; empty if as expected
  std::uint64_t executions = 0;
  std::uint64_t blocked = 0;  // executions that others cover: a thread waits for what another execution gives it
  double seconds = 0;
  bounds limits;
  std::vector<situation_report> situations;
  std::optional<violation> found;
  std::vector<obligation_result> obligations;
  std::vector<std::string> assumptions;
  std::vector<labelled_operation> operations;  // of a graph exploration, sorted by label
};

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_REPORT_RECORD_H_
