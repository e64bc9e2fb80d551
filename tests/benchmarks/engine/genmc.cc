#include "tests/benchmarks/engine/genmc.h"

#include <pty.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace holdfast::benchmarks::engine {
namespace {

using steady = std::chrono::steady_clock;

// Shorter than that, what it prints first and last may be read at once.
constexpr double shortest_time = 0.001;

constexpr std::string_view compiled_text = "*** Transformation complete.";
constexpr std::string_view complete_text = "Number of complete executions explored: ";
constexpr std::string_view blocked_text = "Number of blocked executions seen: ";
constexpr std::string_view accepted_text = "No errors were detected.";

std::optional<std::uint64_t> number_after(const std::string& output, std::string_view text) {
  const std::size_t at = output.find(text);
  if (at == std::string::npos) return std::nullopt;
  return std::strtoull(output.c_str() + at + text.size(), nullptr, 10);
}

// Of what it prints before it gives up, the line that names an error.
std::string refusal_in(const std::string& output) {
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.find("rror") != std::string::npos) return line;
  }
  return "it gave no count";
}

[[noreturn]] void become(const std::string& program, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), program);
  std::vector<char*> list;
  for (std::string& a : arguments) list.push_back(a.data());
  list.push_back(nullptr);
  execv(program.c_str(), list.data());
  _exit(127);
}

}  // namespace

std::string find_genmc() {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string file = (folder.empty() ? "." : folder) + "/genmc";
    if (access(file.c_str(), X_OK) == 0) return file;
  }
  return "";
}

genmc_answer read_genmc(const std::string& output) {
  genmc_answer a;
  a.version = output.substr(0, output.find_first_of("\r\n"));
  const auto complete = number_after(output, complete_text);
  a.accepts = complete && output.find(accepted_text) != std::string::npos;
  if (!a.accepts) a.refusal = refusal_in(output);
  a.complete = complete.value_or(0);
  a.blocked = number_after(output, blocked_text).value_or(0);
  return a;
}

genmc_answer run_genmc(const std::string& program, const std::vector<std::string>& arguments) {
  // A terminal, because into a pipe it says nothing until it ends.
  int terminal = -1;
  auto from = steady::now();
  auto to = from;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (child < 0) throw std::runtime_error(program + ": no process can be started");
  if (child == 0) become(program, arguments);
  std::string output;
  bool compiled = false;
  bool counted = false;
  char buffer[4096];
  for (ssize_t n; (n = read(terminal, buffer, sizeof buffer)) > 0;) {
    output.append(buffer, static_cast<std::size_t>(n));
    if (!compiled && output.find(compiled_text) != std::string::npos) {
      compiled = true;
      from = steady::now();
    }
    if (!counted) to = steady::now();
    counted = counted || output.find(complete_text) != std::string::npos;
  }
  close(terminal);
  int status = 0;
  rusage used{};
  wait4(child, &status, 0, &used);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127) throw std::runtime_error(program + ": cannot be run");
  genmc_answer a = read_genmc(output);
  const double took = std::chrono::duration<double>(to - from).count();
  if (took >= shortest_time) a.seconds = took;
  a.peak_bytes = static_cast<std::uint64_t>(used.ru_maxrss) * 1024;
  return a;
}

}  // namespace holdfast::benchmarks::engine
