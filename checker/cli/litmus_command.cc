#include "checker/cli/litmus_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <utility>

#include "checker/cli/files.h"
#include "checker/cli/interrupt.h"
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

usage_error cannot_read(const std::string& name, int error) {
  return usage_error(
      fmt::format("cannot read {}: {}; name a litmus test in CppMem's language or herd's C format", name, std::strerror(error)));
}

// No more than one byte too many for a litmus test.
std::string contents(const std::string& name) {
  const std::string path = from_where_the_user_stands(name);
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) throw cannot_read(name, EISDIR);
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw cannot_read(name, errno);
  std::string text(litmus::max_text + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) throw cannot_read(name, errno);
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
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
  session(const litmus_arguments& a, bool as_json, const std::string& output) : arguments_(a), as_json_(as_json), file_(output) {}

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

  const litmus_arguments& arguments_;
  bool as_json_;
  std::string file_;  // empty: standard output
  litmus::text_report report_;
  std::vector<litmus::tested> done_;
  std::string text_;  // of the file
};

}  // namespace

int run_litmus(const litmus_arguments& a, bool as_json, const std::string& output) {
  try {
    return session(a, as_json, from_where_the_user_stands(output)).run();
  } catch (const litmus::drawing_error& e) {
    throw usage_error(e.what());
  }
}

}  // namespace holdfast::checker
