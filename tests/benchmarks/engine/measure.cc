#include "tests/benchmarks/engine/measure.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <regex>
#include <utility>

#include "checker/runtime/explore.h"
#include "tests/benchmarks/engine/genmc.h"
#include "tests/benchmarks/engine/rows.h"
#include "tests/benchmarks/work.h"
#include "tests/engine/own_process.h"
#include "tests/engine/tally.h"

namespace holdfast::benchmarks::engine {
namespace {

// Without symmetry reduction, which is not what is compared, and without the estimate that precedes its search.
const std::vector<std::string> genmc_options = {"--disable-sr", "--disable-estimation"};
constexpr const char* genmc_without_revisits = "--disable-ipr";
constexpr const char* genmc_sources = "tests/benchmarks/engine/genmc/";

struct timing {
  checker::tally seen;
  double seconds;  // of one exploration
  double others;   // processors that other processes used
};

checker::tally alone(const row& r, unsigned) {
  checker::graph::exploration_options options;
  options.cut_pure = r.cutting;
  return checker::tally_of(r.what, options);
}

checker::tally whole(const row& r, unsigned jobs) {
  checker::run_options options;
  options.cutting = r.cutting;
  options.jobs = jobs;
  const checker::result found = checker::runtime::explore(r.what, options);
  return {found.executions, found.blocked, found.outcome != checker::verdict::verified};
}

using way = checker::tally (*)(const row&, unsigned jobs);

timing repeat(way explore, const row& r, unsigned jobs, double at_least) {
  const other_processes others;
  const auto used = others.used();
  const auto start = std::chrono::steady_clock::now();
  timing t{};
  double took = 0;
  unsigned times = 0;
  do {
    t.seen = explore(r, jobs);
    ++times;
    took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  } while (took < at_least);
  t.seconds = took / times;
  t.others = std::chrono::duration<double>(others.used() - used).count() / took;
  return t;
}

class session {
 public:
  explicit session(const settings& how) : genmc_(find_genmc()) {
    result_.how = how;
    result_.machine = machine();
    for (const std::string& o : genmc_options) result_.genmc_options += (result_.genmc_options.empty() ? "" : " ") + o;
    const std::regex only = pattern(how.only);
    for (row& r : rows()) {
      if (!std::regex_search(r.what.name, only)) continue;
      result_.rows.push_back({r.what.name, {}, std::nullopt, std::nullopt, std::nullopt});
      rows_.push_back(std::move(r));
    }
    planned_ = how.rounds * rows_.size() * (how.jobs > 1 ? 3 : 1);
    if (rows_.empty()) throw selection_error("--only " + how.only + ": matches no program");
  }

  results run() {
    for (unsigned round = 0; round < result_.how.rounds; ++round) {
      for (std::size_t i = 0; i < rows_.size(); ++i) {
        show_progress(round, rows_[i].what.name);
        run_round(rows_[i], result_.rows[i]);
      }
    }
    hide_progress();
    return std::move(result_);
  }

 private:
  static std::regex pattern(const std::string& text) {
    try {
      return std::regex(text);
    } catch (const std::regex_error&) {
      throw selection_error("--only " + text + ": not a regular expression");
    }
  }

  void run_round(const row& r, measured_row& m) {
    add(m.engine, &alone, r, 1);
    if (result_.how.jobs > 1) {
      if (!m.one) m.one.emplace();
      if (!m.many) m.many.emplace();
      add(*m.one, &whole, r, 1);
      add(*m.many, &whole, r, result_.how.jobs);
    }
    if (!genmc_.empty() && !r.source.empty()) {
      if (!m.genmc) m.genmc.emplace();
      add_genmc(*m.genmc, r);
    }
  }

  void add(series& s, way explore, const row& r, unsigned jobs) {
    const auto measured = measure(explore, r, jobs);
    const timing& t = measured.result;
    if (t.seen.failed) throw std::runtime_error(r.what.name + ": the engine finds fault with the program");
    s.complete = t.seen.complete;
    s.blocked = t.seen.blocked;
    s.seconds.push_back(t.seconds);
    s.others.push_back(t.others);
    s.peak_bytes = std::max(s.peak_bytes, measured.peak_bytes);
  }

  // Repeats a measurement in which others were busy, as long as all the repetitions together are fewer than the planned measurements.
  checker::of_own_process<timing> measure(way explore, const row& r, unsigned jobs) {
    for (;;) {
      const auto measured = checker::in_own_process([&] { return repeat(explore, r, jobs, result_.how.seconds); });
      ++result_.measurements;
      if (measured.result.others * 100 <= result_.how.calm) return measured;
      if (result_.repeated >= planned_) {
        ++result_.disturbed;
        return measured;
      }
      ++result_.repeated;
    }
  }

  void add_genmc(genmc_series& s, const row& r) {
    if (!s.refusal.empty()) return;
    genmc_answer a = ask_genmc(r, s.without_in_place_revisits);
    if (!a.accepts && !s.without_in_place_revisits) {
      s.without_in_place_revisits = true;
      a = ask_genmc(r, true);
    }
    result_.genmc = a.version;
    s.refusal = a.refusal;
    s.complete = a.complete;
    s.blocked = a.blocked;
    s.seconds.push_back(a.seconds);
    s.peak_bytes = std::max(s.peak_bytes, a.peak_bytes);
  }

  genmc_answer ask_genmc(const row& r, bool without_in_place_revisits) const {
    const std::string file = genmc_sources + r.source;
    if (access(file.c_str(), R_OK) != 0) throw std::runtime_error(file + ": not found; start with bazel run, or at the root of the tree");
    std::vector<std::string> arguments = genmc_options;
    if (without_in_place_revisits) arguments.push_back(genmc_without_revisits);
    arguments.push_back("--");
    arguments.insert(arguments.end(), r.definitions.begin(), r.definitions.end());
    arguments.push_back(file);
    return run_genmc(genmc_, arguments);
  }

  void show_progress(unsigned round, const std::string& name) const {
    if (is_terminal()) std::fprintf(stderr, "\rround %u of %u: %-30s", round + 1, result_.how.rounds, name.c_str());
  }
  void hide_progress() const {
    if (is_terminal()) std::fprintf(stderr, "\r%60s\r", "");
  }
  static bool is_terminal() { return isatty(STDERR_FILENO) == 1; }

  std::string genmc_;
  std::vector<row> rows_;
  results result_;
  std::size_t planned_ = 0;
};

}  // namespace

results measure(const settings& how) { return session(how).run(); }

}  // namespace holdfast::benchmarks::engine
