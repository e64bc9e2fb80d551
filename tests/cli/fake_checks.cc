#include "tests/cli/fake_checks.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "checker/check.h"

namespace holdfast::checker {
namespace {

expectation expect_violated(violation_kind kind, std::string object, std::uint64_t executions) {
  return {verdict::violated, kind, std::move(object), executions};
}

void add(std::string name, std::string mutant, expectation expected, std::function<result(const run_options&)> run, bool is_long = false) {
  check c;
  c.name = std::move(name);
  c.mutant = std::move(mutant);
  c.description = "a fake";
  c.threads = 2;
  c.is_long = is_long;
  c.expected = std::move(expected);
  c.run = std::move(run);
  register_check(std::move(c));
}

void add_proof(std::string name, std::function<result(const run_options&)> run) {
  check c;
  c.name = std::move(name);
  c.description = "a fake";
  c.kind = check_kind::proof;
  c.run = std::move(run);
  register_check(std::move(c));
}

result race(const run_options& options) {
  if (!options.replay.empty() && options.replay != "aabbb9") {
    throw std::invalid_argument("`" + options.replay + "` is no schedule of it");
  }
  result r = fake_result(verdict::violated, 9, 0.02);
  r.found = fake_race();
  return r;
}

result lost_wake_up(const run_options&) {
  result r = fake_result(verdict::violated, 9, 0.01);
  r.found = violation{};
  r.found->kind = violation_kind::lost_wake_up;
  r.found->object = "mutex";
  r.found->replay = "abab";
  return r;
}

// Leaves a file of this name for the test that waits for it, where FAKE_FOLDER is set.
void announce(const std::string& what) {
  const char* folder = std::getenv("FAKE_FOLDER");
  if (folder == nullptr) return;
  if (std::FILE* file = std::fopen((std::string(folder) + "/" + what).c_str(), "w")) std::fclose(file);
}

// A search that is worth dividing: of a whole, a quarter of this is in each of four parts.
constexpr std::uint64_t large = 2'000'000;

void add_large(std::string name, expectation expected, std::uint64_t executions) {
  check c;
  c.name = std::move(name);
  c.description = "a fake";
  c.threads = 2;
  c.divides = true;
  c.expected = std::move(expected);
  c.run = [executions, violated = c.expected.outcome == verdict::violated](const run_options& options) {
    if (violated && !options.part) {
      result r = race(options);
      r.executions = executions;
      return r;
    }
    return fake_result(verdict::verified, options.part ? executions / options.part->total : executions, 1);
  };
  register_check(std::move(c));
}

// Says that it runs, and then runs until it is asked to stop; but not if nobody would ask.
result endless(const run_options& options) {
  result r = fake_result(verdict::inconclusive, 0, 0);
  r.limits.stopped_by = "context bound 3";
  if (std::getenv("FAKE_FOLDER") == nullptr && !options.seconds) return r;
  announce("running");
  r.limits.stopped_by = "Ctrl-C";
  const auto start = std::chrono::steady_clock::now();
  while (!options.stop->load()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    ++r.executions;
    if (options.on_progress) options.on_progress({r.executions, 1e5, 1.0});
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    if (!options.seconds || passed.count() < *options.seconds) continue;
    r.limits.stopped_by = "time limit";
    r.seconds = passed.count();
    return r;
  }
  return r;
}

// Says that it runs, says that it was asked to stop, and goes on.
result deaf(const run_options& options) {
  announce("running");
  for (int i = 0; i < 60'000; ++i) {
    if (options.stop->load()) announce("asked");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return fake_result(verdict::verified, 1, 60);
}

result proof(const run_options&) {
  result r = fake_result(verdict::verified, 0, 1.2);
  r.engine = "proof";
  r.model = "for any number of threads";
  for (const char* name : {"lock.L1 / exclusion", "unlock.U1 / exclusion"}) {
    r.obligations.push_back({name, "unsat", {{"z3", "unsat", 0.1}, {"cvc5", "unsat", 0.2}}, "", ""});
  }
  return r;
}

result refuted(const run_options&) {
  result r = proof({});
  r.outcome = verdict::violated;
  r.found = violation{};
  r.found->kind = violation_kind::obligation;
  r.found->object = "lock.L1 / exclusion";
  r.obligations[0].answers = {{"z3", "sat", 0.1}, {"cvc5", "timeout", 9.0}};
  r.obligations[0].counterexample = "word = 2^32 - 1";
  r.obligations[0].smt_file = "smt/lock_l1.smt2";
  return r;
}

step operation(unsigned thread, std::string label, std::string name, std::string object, std::string order, source_line where) {
  step s;
  s.thread = thread;
  s.label = std::move(label);
  s.operation = std::move(name);
  s.object = std::move(object);
  s.order = std::move(order);
  s.where = std::move(where);
  return s;
}

}  // namespace

violation fake_race() {
  const decoded_word free{0, "free"};
  const decoded_word held{1, "held"};
  const source_line lock{"impl/mutex.h", 40, "lock"};
  const source_line unlock{"impl/mutex.h", 52, "unlock"};
  const source_line section{"models/mutex_model.cc", 41, "critical_section"};
  violation v;
  v.kind = violation_kind::data_race;
  v.object = "count";
  v.explanation = "nothing orders them: T2's lock [L1] took the word from T1's unlock [U1], relaxed";
  v.replay = "aabbb9";
  v.steps = {operation(1, "L1", "cas", "mutex", "acquire", lock), operation(1, "", "wrote", "count", "", section),
             operation(1, "U1", "exchange", "mutex", "relaxed", unlock), operation(2, "L1", "cas", "mutex", "acquire", lock),
             operation(2, "", "read", "count", "", section)};
  v.steps[0].read = free, v.steps[0].written = held;
  v.steps[1].written = decoded_word{10, ""};
  v.steps[2].read = held, v.steps[2].written = free, v.steps[2].reads_from = 0;
  v.steps[2].asleep = {3, 2};
  v.steps[3].read = free, v.steps[3].written = held, v.steps[3].reads_from = 2;
  v.steps[4].read = decoded_word{0, ""};
  v.parties = {4, 1};
  return v;
}

result fake_result(verdict outcome, std::uint64_t executions, double seconds) {
  result r;
  r.engine = "fake";
  r.model = "exhaustive under the fake's model";
  r.outcome = outcome;
  r.executions = executions;
  r.seconds = seconds;
  r.assumptions = {"C++20 atomics", "futex wait/wake"};
  return r;
}

void register_fake_checks() {
  add("mutex/count_to_two", "", {verdict::verified, {}, "", 1204}, [](const run_options&) {
    result r = fake_result(verdict::verified, 1204, 0.1);
    r.situations = {{"two threads sleep at once", true, "ab"}};
    return r;
  });
  add("mutex/count_to_two", "u1_relaxed", expect_violated(violation_kind::data_race, "count", 9), race);
  add("mutex/handoff", "", {verdict::verified, {}, "", 88310}, [](const run_options&) { return fake_result(verdict::verified, 88310, 4); });
  add("mutex/handoff", "u2_dropped", expect_violated(violation_kind::lost_wake_up, "mutex", 9), lost_wake_up);
  add("mutex/four_way", "", {verdict::inconclusive, {}, "", 3141592}, [](const run_options&) {
    result r = fake_result(verdict::inconclusive, 3141592, 60);
    r.limits.context_switches = 3;
    r.limits.stopped_by = "context bound 3";
    return r;
  });
  add_large("large/verified", {verdict::verified, {}, "", large}, large);
  add_large("large/violated", expect_violated(violation_kind::data_race, "count", large), large);
  add_large("large/grown", {verdict::verified, {}, "", large}, 5 * large);
  add(
      "mutex/three_way", "", {}, [](const run_options&) { return fake_result(verdict::verified, 471012, 0.8); }, true);
  add_proof("mutex2/proof", proof);
  // Below: checks that do not come out as expected, and those that need to be asked for.
  add("odd/passes", "never_sleeps", expect_violated(violation_kind::lost_wake_up, "mutex", 9),
      [](const run_options&) { return fake_result(verdict::verified, 9, 0); });
  add("odd/races", "", {}, race);
  add_proof("odd/refuted", refuted);
  add("odd/throws", "", {}, [](const run_options&) -> result { throw std::runtime_error("out of dice"); });
  add(
      "odd/long_throws", "", {}, [](const run_options&) -> result { throw std::runtime_error("out of dice"); }, true);
  add("odd/wakes_nobody", "", {}, [](const run_options&) {
    result r = fake_result(verdict::verified, 5, 0);
    r.situations = {{"two threads sleep at once", false, ""}};
    return r;
  });
  add("stuck/deaf", "", {}, deaf, true);
  add("stuck/endless", "", {}, endless);
  add("stuck/later", "", {}, [](const run_options&) { return fake_result(verdict::verified, 1, 0); });
  add("stuck/until_bound", "", {verdict::inconclusive, {}, "", {}}, endless);
}

}  // namespace holdfast::checker
