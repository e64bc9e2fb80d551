#include "proofs/symbolic/solvers.h"

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <z3++.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <unordered_map>

extern char** environ;

namespace holdfast::proofs {

namespace {

using checker::solver_answer;
using clock = std::chrono::steady_clock;

double since(clock::time_point start) { return std::chrono::duration<double>(clock::now() - start).count(); }

bool stopped(const solver_limits& limits) { return limits.stop != nullptr && limits.stop->load(std::memory_order_relaxed); }

std::map<std::string, std::string> values_of(const z3::model& m) {
  std::map<std::string, std::string> found;
  for (unsigned i = 0; i < m.num_consts(); ++i) {
    const auto d = m.get_const_decl(i);
    const auto value = m.get_const_interp(d);
    found[d.name().str()] = value.is_numeral() ? value.get_decimal_string(0) : value.to_string();
  }
  return found;
}

decision_of_both ask_z3(z3::context& context, const std::string& text, const solver_limits& limits) {
  decision_of_both d;
  const auto start = clock::now();
  const auto answer = [&](const char* what) { d.answers.push_back({"z3", what, since(start)}); };
  if (stopped(limits)) {
    answer("stopped");
    return d;
  }
  try {
    z3::solver solver(context, z3::solver::simple());
    z3::params p(context);
    p.set("timeout", static_cast<unsigned>(limits.seconds_each * 1000));
    solver.set(p);
    solver.from_string(text.c_str());
    const auto found = solver.check();
    if (found == z3::sat) d.model = values_of(solver.get_model());
    if (found == z3::unknown) answer(since(start) >= limits.seconds_each * 0.9 ? "timeout" : "unknown");
    else answer(found == z3::sat ? "sat" : "unsat");
  } catch (const z3::exception& e) {
    throw std::runtime_error(std::string("z3 does not accept an obligation: ") + e.msg());
  }
  return d;
}

// One process for all questions, with (reset) between them: it answers line by line.
class cvc5_run {
 public:
  cvc5_run(const std::vector<std::string>& texts, std::size_t first, const solver_limits& limits) : limits_(limits) {
    const auto pattern = std::filesystem::temp_directory_path() / "holdfast-XXXXXX.smt2";
    std::string path = pattern.string();
    const int file = mkstemps(path.data(), static_cast<int>(pattern.extension().string().size()));
    if (file < 0) throw std::runtime_error("cannot write a temporary file in " + pattern.parent_path().string());
    close(file);
    path_ = path;
    std::ofstream out(path_);
    for (std::size_t i = first; i < texts.size(); ++i) out << texts[i] << "(reset)\n";
    if (!out.flush()) throw std::runtime_error("cannot write " + path);
    start();
  }

  ~cvc5_run() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    if (output_ >= 0) close(output_);
    std::filesystem::remove(path_);
  }

  // Nothing if the process ended without an answer.
  std::optional<solver_answer> next() {
    const auto start = clock::now();
    if (pid_ <= 0) return solver_answer{"cvc5", "missing", 0};
    const auto line = read_line();
    if (line) {
      const bool known = *line == "sat" || *line == "unsat";
      return solver_answer{"cvc5", known ? *line : since(start) >= limits_.seconds_each * 0.9 ? "timeout" : "unknown", since(start)};
    }
    if (stopped(limits_)) return solver_answer{"cvc5", "stopped", since(start)};
    if (since(start) >= limits_.seconds_each) return solver_answer{"cvc5", "timeout", since(start)};
    return {};
  }

 private:
  void start() {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("cannot make a pipe");
    const auto limit = "--tlimit-per=" + std::to_string(static_cast<long>(limits_.seconds_each * 1000));
    std::string program = "cvc5", text = limit, quiet = "--quiet", path = path_.string();
    char* arguments[] = {program.data(), quiet.data(), text.data(), path.data(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    if (posix_spawnp(&pid_, program.c_str(), &actions, nullptr, arguments, environ) != 0) pid_ = -1;
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    output_ = ends[0];
  }

  // Nothing at the end of the output, at the limit, or when asked to stop.
  std::optional<std::string> read_line() {
    const auto start = clock::now();
    while (buffer_.find('\n') == std::string::npos) {
      if (stopped(limits_) || since(start) > limits_.seconds_each + 2) return {};
      pollfd ready{output_, POLLIN, 0};
      if (poll(&ready, 1, 100) <= 0) continue;
      char some[4096];
      const auto got = read(output_, some, sizeof some);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return {};
      buffer_.append(some, static_cast<std::size_t>(got));
    }
    const auto end = buffer_.find('\n');
    auto line = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    return line;
  }

  const solver_limits& limits_;
  std::filesystem::path path_;
  pid_t pid_ = -1;
  int output_ = -1;
  std::string buffer_;
};

// A process that ends early, killed for instance, is started once more for each question that it left open.
std::vector<solver_answer> ask_cvc5(const std::vector<std::string>& texts, const solver_limits& limits) {
  std::vector<solver_answer> answers;
  std::size_t tried = texts.size();
  while (answers.size() < texts.size()) {
    const std::size_t first = answers.size();
    cvc5_run cvc5(texts, first, limits);
    while (answers.size() < texts.size()) {
      auto answer = cvc5.next();
      if (!answer && tried == answers.size()) answer = solver_answer{"cvc5", "unknown", 0};
      if (!answer) break;
      answers.push_back(*answer);
    }
    tried = answers.size();
  }
  return answers;
}

std::mutex decided_mutex;
std::unordered_map<std::string, decision_of_both> decided;

bool is_agreed(const decision_of_both& d) {
  const auto& a = d.answers;
  return a[0].answer == a[1].answer && (a[0].answer == "sat" || a[0].answer == "unsat");
}

}  // namespace

std::vector<decision_of_both> decide(const std::vector<std::string>& texts, const solver_limits& limits) {
  const std::lock_guard guard(decided_mutex);
  std::vector<std::string> open;
  for (const auto& t : texts)
    if (decided.count(t) == 0) open.push_back(t);
  auto second_solver = std::async(std::launch::async, ask_cvc5, std::cref(open), std::cref(limits));
  std::vector<decision_of_both> first;
  {
    z3::context context;
    for (const auto& t : open) first.push_back(ask_z3(context, t, limits));
  }
  const auto second = second_solver.get();
  std::unordered_map<std::string, decision_of_both> undecided;
  for (std::size_t i = 0; i < open.size(); ++i) {
    first[i].answers.push_back(second[i]);
    (is_agreed(first[i]) ? decided : undecided)[open[i]] = first[i];
  }
  std::vector<decision_of_both> all;
  for (const auto& t : texts) all.push_back(undecided.count(t) != 0 ? undecided.at(t) : decided.at(t));
  return all;
}

std::string z3_answer(const std::string& text) {
  thread_local z3::context context;
  return ask_z3(context, text, {}).answers.at(0).answer;
}

std::map<std::string, std::string> model_of(const std::string& text, const std::string& assertions) {
  z3::context context;
  z3::solver solver(context, z3::solver::simple());
  const auto end = text.rfind("(check-sat)");
  solver.from_string((text.substr(0, end) + assertions).c_str());
  if (solver.check() != z3::sat) return {};
  return values_of(solver.get_model());
}

}  // namespace holdfast::proofs
