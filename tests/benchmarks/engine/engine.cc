// engine: the exhaustive engine's speed and memory on programs whose counts are known, beside GenMC's.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/benchmarks/engine/measure.h"
#include "tests/benchmarks/engine/report.h"

namespace holdfast::benchmarks::engine {
namespace {

namespace fs = std::filesystem;

constexpr int usage = 2;

struct options {
  settings how;
  std::string json_file;
};

int refuse(const std::string& why, int status) {
  std::fprintf(stderr, "engine: %s\n", why.substr(0, why.find('\n')).c_str());
  return status;
}

// `bazel run` starts programs elsewhere than where the user stands; it says where that is.
const char* users_directory() { return std::getenv("BUILD_WORKING_DIRECTORY"); }

std::string command_line(int argc, char** argv) {
  std::string line = users_directory() == nullptr ? argv[0] : "bazel run //tests/benchmarks/engine";
  if (argc > 1 && users_directory() != nullptr) line += " --";
  for (int i = 1; i < argc; ++i) line += std::string(" ") + argv[i];
  return line;
}

void describe(CLI::App& app, options& o) {
  app.add_option("--seconds", o.how.seconds, "that a measurement takes, at least (0.2)")->check(CLI::Range(0.0, 3600.0));
  app.add_option("--rounds", o.how.rounds, "measurements of each program (5)")->check(CLI::Range(1u, 10'000u));
  app.add_option("--jobs", o.how.jobs, "compare so many exploring threads with one (1: do not)")->check(CLI::Range(1u, 256u));
  app.add_option("--only", o.how.only, "regular expression for programs such as 'xchg mutex, N=4'");
  app.add_option("--calm", o.how.calm,
                 "repeat a measurement in which other processes used more than so many percent\n"
                 "of a processor (10), up to doubling the run")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--json", o.json_file, "write every number there");
}

int write_json(const results& run, const std::string& file) {
  const fs::path path = users_directory() == nullptr ? fs::path(file) : fs::path(users_directory()) / file;
  std::ofstream out(path);
  out << json(run) << std::flush;
  return out ? 0 : refuse(path.string() + ": cannot write", 1);
}

int run(int argc, char** argv) {
  options o;
  CLI::App app{"Measures the exhaustive engine; beside GenMC, if a genmc is on the PATH.", "engine"};
  describe(app, o);
  try {
    app.parse(argc, argv);
    const results measured = [&] {
      results r = measure(o.how);
      r.command = command_line(argc, argv);
      return r;
    }();
    std::fputs(text(measured).c_str(), stdout);
    std::fflush(stdout);
    return o.json_file.empty() ? 0 : write_json(measured, o.json_file);
  } catch (const CLI::CallForHelp& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    return refuse(e.what(), usage);
  } catch (const selection_error& e) {
    return refuse(e.what(), usage);
  } catch (const std::exception& e) {
    return refuse(e.what(), 1);
  }
}

}  // namespace
}  // namespace holdfast::benchmarks::engine

int main(int argc, char** argv) { return holdfast::benchmarks::engine::run(argc, argv); }
