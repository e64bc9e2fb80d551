// locks: holdfast::mutex, the other families and their peers, measured interleaved in one run.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/synchronization/mutex.h"
#include "tests/benchmarks/measure.h"
#include "tests/benchmarks/report.h"

namespace holdfast::benchmarks {
namespace {

namespace fs = std::filesystem;

constexpr int usage = 2;
constexpr int incomplete = 3;  // interrupted

struct options {
  settings how;
  std::string json_file;
  std::string plot_file = "locks.svg";
};

int refuse(const std::string& why) {
  std::fprintf(stderr, "locks: %s\n", why.substr(0, why.find('\n')).c_str());
  return usage;
}

// `bazel run` starts programs elsewhere than where the user stands.
fs::path where_the_user_stands(const std::string& file) {
  const char* directory = std::getenv("BUILD_WORKING_DIRECTORY");
  return directory == nullptr ? fs::path(file) : fs::path(directory) / file;
}

std::string command_line(int argc, char** argv) {
  std::string line = std::getenv("BUILD_WORKING_DIRECTORY") == nullptr ? argv[0] : "bazel run //tests/benchmarks:locks";
  if (argc > 1 && std::getenv("BUILD_WORKING_DIRECTORY") != nullptr) line += " --";
  for (int i = 1; i < argc; ++i) line += std::string(" ") + argv[i];
  return line;
}

void describe(CLI::App& app, options& o) {
  app.add_option("--seconds", o.how.seconds, "measured per lock and cell, all rounds together (0.5)")->check(CLI::Range(0.001, 3600.0));
  app.add_option("--rounds", o.how.rounds, "slices that those seconds are divided into (25)")->check(CLI::Range(1u, 10'000u));
  app.add_option("--only", o.how.only,
                 "regular expression for measurements such as 'uncontended/absl::Mutex' or\n"
                 "'contended/4/0.1 us/equal/absl::Mutex' (threads, section, work outside), or\n"
                 "'families/barrier, 4 threads/POSIX' (what is done, by whom)");
  app.add_option("--calm", o.how.calm,
                 "repeat a slice in which other processes used more than so many percent of a\n"
                 "processor (10), up to doubling the run")
      ->check(CLI::NonNegativeNumber);
  app.add_flag("--pin", o.how.pin, "bind thread i to processor i, modulo their number");
  app.add_option("--json", o.json_file, "write every number there");
  app.add_option("--plot", o.plot_file, "draw there, .svg or .png (locks.svg); '' draws nothing");
}

std::string check_files(const options& o) {
  if (!o.plot_file.empty()) {
    const std::string extension = fs::path(o.plot_file).extension();
    if (extension != ".svg" && extension != ".png") return "--plot " + o.plot_file + ": the name must end in .svg or .png";
  }
  for (const std::string& file : {o.json_file, o.plot_file}) {
    if (file.empty()) continue;
    fs::path directory = where_the_user_stands(file).parent_path();
    if (directory.empty()) directory = ".";
    if (access(directory.c_str(), W_OK) != 0) return file + ": cannot write into " + directory.string();
  }
  return "";
}

int write_files(const results& run, const options& o) {
  if (!o.json_file.empty()) {
    const fs::path file = where_the_user_stands(o.json_file);
    std::ofstream out(file);
    out << json(run) << std::flush;
    if (!out) {
      std::fprintf(stderr, "locks: %s: cannot write\n", file.c_str());
      return 1;
    }
  }
  if (o.plot_file.empty()) return 0;
  const fs::path file = where_the_user_stands(o.plot_file);
  const std::string failed = plot(run, file);
  std::printf("\n%s\n", failed.empty() ? ("plot: " + file.string()).c_str() : failed.c_str());
  return 0;
}

int run(int argc, char** argv) {
  options o;
  CLI::App app{"Measures the locks against their peers, interleaved.", "locks"};
  describe(app, o);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    return refuse(e.what());
  }
  if (const std::string why = check_files(o); !why.empty()) return refuse(why);
  std::signal(SIGPIPE, SIG_IGN);
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  try {
    results measured = measure(o.how);
    measured.command = command_line(argc, argv);
    std::fputs(text(measured).c_str(), stdout);
    std::fflush(stdout);
    const int status = write_files(measured, o);
    return status == 0 && measured.interrupted ? incomplete : status;
  } catch (const selection_error& e) {
    return refuse(e.what());
  }
}

}  // namespace
}  // namespace holdfast::benchmarks

int main(int argc, char** argv) { return holdfast::benchmarks::run(argc, argv); }
