#include "checker/cli/litmus_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "checker/cli/files.h"
#include "checker/cli/interrupt.h"
#include "checker/cli/options.h"
#include "checker/cli/output.h"
#include "checker/cli/run.h"
#include "checker/cli/usage_error.h"
#include "checker/graph/explorer.h"
#include "checker/litmus/drawing.h"
#include "checker/litmus/execute.h"
#include "checker/litmus/judgement.h"
#include "checker/litmus/parse.h"
#include "checker/litmus/parse_error.h"
#include "checker/litmus/program.h"
#include "checker/litmus/report.h"

namespace holdfast::checker {
namespace {

struct arguments {
  std::vector<std::string> files;
  std::string model = "rc11";
  std::string graphs;  // a folder for drawings; empty: none
  output_arguments output;
};

// No more than one byte too many for a litmus test.
std::string contents(const std::string& name) {
  return read_whole(from_where_the_user_stands(name), "name a litmus test in CppMem's language or herd's C format", litmus::max_text + 1);
}

std::vector<litmus::program> read_all(const std::vector<std::string>& files) {
  std::vector<litmus::program> all;
  for (const std::string& file : files) {
    try {
      all.push_back(litmus::parse(contents(file), file));
    } catch (const litmus::parse_error& e) {
      throw usage_error(e.what());
    }
  }
  return all;
}

// Drawings are named after tests.
std::string file_name(const litmus::program& p) {
  std::string name = p.name;
  std::replace(name.begin(), name.end(), '/', '_');
  return name;
}

// Before hours of work are done for the drawings.
void require_drawable(const std::string& folder, const std::vector<litmus::program>& tests) {
  std::set<std::string> names;
  for (const litmus::program& p : tests) {
    if (names.insert(file_name(p)).second) continue;
    throw usage_error(
        fmt::format("two of the tests are called {}: their drawings would have the same names; draw them one at a time", p.name));
  }
  require_folder(folder);
  litmus::render_svg("digraph { }");
}

// Returns which files there are.
std::string draw(const std::string& named, const litmus::tested& t) {
  const std::string folder = from_where_the_user_stands(named);
  const auto name = [&](std::size_t i) { return fmt::format("{}-{:03}", file_name(*t.test), i); };
  std::size_t i = 0;
  for (const litmus::drawn_execution& e : t.found.drawings) {
    const std::string dot = litmus::to_dot(e);
    const std::string path = (std::filesystem::path(folder) / name(++i)).string();
    const std::string svg = litmus::render_svg(dot);
    write_whole(path + ".dot", dot);
    write_whole(path + ".svg", svg);
  }
  if (i == 0) return "nothing: there is no execution";
  const std::string first = (std::filesystem::path(named) / name(1)).string();
  return i == 1 ? fmt::format("{}.svg", first) : fmt::format("{}.svg to {}.svg", first, name(i));
}

exit_status status_of(const std::vector<litmus::tested>& all, std::size_t not_run) {
  exit_status status = not_run == 0 ? all_as_expected : inconclusive_only;
  for (const litmus::tested& t : all) {
    switch (litmus::judgement_of(*t.test, t.found)) {
      case litmus::judgement::holds:
      case litmus::judgement::explored: break;
      case litmus::judgement::fails:
      case litmus::judgement::undefined: return not_as_expected;
      case litmus::judgement::inconclusive: status = inconclusive_only; break;
    }
  }
  return status;
}

class session {
 public:
  explicit session(const arguments& a)
      : arguments_(a), as_json_(a.output.format == "json"), file_(from_where_the_user_stands(a.output.file)) {}

  int run() {
    const std::vector<litmus::program> tests = read_all(arguments_.files);
    if (!file_.empty()) require_writable(file_);
    if (!arguments_.graphs.empty()) require_drawable(from_where_the_user_stands(arguments_.graphs), tests);
    for (const litmus::program& p : tests) report_.make_room(p);
    watch_for(SIGINT);
    for (const litmus::program& p : tests) {
      if (interrupted().load()) break;
      add(p);
    }
    const std::size_t not_run = tests.size() - done_.size();
    if (as_json_) emit(litmus::json_report(done_, not_run));
    else if (not_run != 0) emit(fmt::format("{} not run\n", not_run));
    if (!file_.empty()) write_whole(file_, text_);
    return status_of(done_, not_run);
  }

 private:
  void add(const litmus::program& p) {
    litmus::execute_options options;
    options.model = arguments_.model == "sc" ? graph::memory_model::sc : graph::memory_model::rc11;
    options.draws = !arguments_.graphs.empty();
    options.stop = &interrupted();
    litmus::tested& t = done_.emplace_back(litmus::tested{&p, options.model, litmus::execute(p, options), ""});
    if (options.draws) t.drawings = draw(arguments_.graphs, t);
    t.found.drawings.clear();
    if (!as_json_) emit(report_.of(t, holdfast_command()));
  }

  void emit(const std::string& text) {
    if (file_.empty()) return write_to_stdout(text);
    text_ += text;
  }

  const arguments& arguments_;
  bool as_json_;
  std::string file_;  // empty: standard output
  litmus::text_report report_;
  std::vector<litmus::tested> done_;
  std::string text_;  // of the file
};

// Reads all files before it runs any. After Ctrl-C the running test is reported as far as it came, and the others do not start.
int run_all(const arguments& a) {
  try {
    return session(a).run();
  } catch (const litmus::drawing_error& e) {
    throw usage_error(e.what());
  }
}

std::function<int()> declare(CLI::App& app) {
  const auto a = std::make_shared<arguments>();
  app.add_option("FILE", a->files, "litmus tests, in CppMem's language or herd's C format")->required();
  add_model(app, a->model, "the memory model (rc11)");
  app.add_option("--graphs", a->graphs, "draw every execution in this folder: NAME-001.dot, NAME-001.svg, ...")->check(not_empty());
  add_output(app, a->output, {"text", "json"});
  return [a] { return run_all(*a); };
}

}  // namespace

constinit const verb litmus_verb = {
    "litmus", "run litmus tests: every execution, the condition, races",
    "0 every condition holds, and nothing is wrong\n"
    "      1 one does not hold, or there is a race, a read of what was never written or a failed assertion\n"
    "      2 usage, or a file that cannot be read   3 a bound of the engine or Ctrl-C came first\n",
    declare};

}  // namespace holdfast::checker
