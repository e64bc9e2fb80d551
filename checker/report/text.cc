#include "checker/report/text.h"

#include <fmt/color.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <string>
#include <vector>

#include "checker/report/names.h"

namespace holdfast::checker {
namespace {

bool is_proof(const result& r) { return r.engine == "proof" || !r.obligations.empty(); }

std::string counted(std::uint64_t n, std::string_view one) { return fmt::format("{} {}{}", grouped(n), one, n == 1 ? "" : "s"); }

void add_unique(std::vector<std::string>& all, const std::string& one) {
  if (!one.empty() && std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
}

std::string solvers(const result& r) {
  std::vector<std::string> names;
  for (const obligation_result& o : r.obligations) {
    for (const solver_answer& a : o.answers) add_unique(names, a.solver);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

// What the search covered, or what ended it.
std::string coverage(const result& r) {
  if (r.outcome == verdict::inconclusive) {
    return r.limits.stopped_by.empty() ? "stopped" : "stopped: " + r.limits.stopped_by;
  }
  if (r.outcome == verdict::violated) return std::string(r.found ? text_of(r.found->kind) : "");
  return is_proof(r) ? solvers(r) : "exhaustive";
}

fmt::text_style style_of(const result& r) {
  if (r.as_expected) return fmt::fg(fmt::terminal_color::green);
  const bool open = r.outcome == verdict::inconclusive;
  return fmt::fg(open ? fmt::terminal_color::yellow : fmt::terminal_color::red);
}

// What an engine's verdicts mean and assume: first what all of its checks assume, then what only some do.
std::string rests_on(std::span<const result> results, const std::string& engine) {
  std::vector<std::string> models;
  std::vector<std::string> assumptions;
  std::size_t checks = 0;
  for (const result& r : results) {
    if (r.engine != engine) continue;
    ++checks;
    if (r.outcome == verdict::verified) add_unique(models, r.model);
    for (const std::string& a : r.assumptions) add_unique(assumptions, a);
  }
  const auto made_by_all = [&](const std::string& a) {
    const auto makes = [&](const result& r) {
      return r.engine == engine && std::count(r.assumptions.begin(), r.assumptions.end(), a) != 0;
    };
    return static_cast<std::size_t>(std::count_if(results.begin(), results.end(), makes)) == checks;
  };
  if (checks == 0) return "";
  std::string text =
      models.empty() ? fmt::format("by {}:\n", engine) : fmt::format("VERIFIED by {}: {}\n", engine, fmt::join(models, "; "));
  for (const bool all : {true, false}) {
    for (const std::string& a : assumptions) {
      if (made_by_all(a) == all) text += fmt::format("  assumed{}: {}\n", all ? "" : " in some checks", a);
    }
  }
  return text;
}

std::string trimmed(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::string display_name(std::string_view name, std::string_view mutant) {
  return mutant.empty() ? std::string(name) : fmt::format("{} [{}]", name, mutant);
}

std::string typed_name(std::string_view name, std::string_view mutant) {
  return mutant.empty() ? std::string(name) : fmt::format("{}[{}]", name, mutant);
}

// A proof's bound is one below a power of two.
std::string thread_count(unsigned threads) {
  if (threads == 0) return "any number";
  return threads < 1'000'000 ? counted(threads, "thread") : fmt::format("< 2^{}", std::bit_width(threads));
}

std::string grouped(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (auto at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return digits;
}

std::string magnitude(std::uint64_t n) {
  if (n < 1'000'000) return grouped(n);
  if (n < 1'000'000'000) return fmt::format("{:.1f} M", static_cast<double>(n) / 1e6);
  return fmt::format("{:.1f} G", static_cast<double>(n) / 1e9);
}

std::string quoted_for_shell(std::string_view id) {
  const bool is_safe = id.find_first_of("[]*?$\"'\\ ;&|()<>`!#~") == id.npos;
  return is_safe ? std::string(id) : fmt::format("'{}'", id);
}

void verdict_table::make_room(std::string_view name, std::string_view mutant, unsigned threads, bool is_proof) {
  name_ = std::max(name_, display_name(name, mutant).size());
  threads_ = std::max(threads_, thread_count(threads).size());
  if (is_proof) unit_ = 11;  // "obligations"
}

std::string verdict_table::line(const result& r) const {
  const std::string word = fmt::format("{:<12}", text_of(r.outcome));
  const std::uint64_t n = is_proof(r) ? r.obligations.size() : r.executions;
  const std::string unit = fmt::format("{}{}", is_proof(r) ? "obligation" : "execution", n == 1 ? "" : "s");
  std::string line = fmt::format("  {:<{}}  {:<{}}  {:>7} {:<{}}  {:<14}", display_name(r.name, r.mutant), name_, thread_count(r.threads),
                                 threads_, magnitude(n), unit, unit_, coverage(r));
  if (r.outcome != verdict::inconclusive) line += fmt::format("{:>5.1f} s", r.seconds);
  if (!r.as_expected) {
    line = trimmed(line) + "   not as expected";
  } else if (r.outcome != verdict::verified) {
    line = trimmed(line) + "   as expected";
  }
  return (colour_ ? fmt::format(style_of(r), "{}", word) : word) + trimmed(line) + "\n";
}

std::string summary(std::span<const result> results, std::size_t not_run) {
  std::size_t by_verdict[3] = {};
  std::size_t unexpected = 0;
  std::vector<std::string> engines;
  for (const result& r : results) {
    ++by_verdict[static_cast<std::size_t>(r.outcome)];
    unexpected += r.as_expected ? 0 : 1;
    add_unique(engines, r.engine);
  }
  std::string text = fmt::format("{}: {} verified, {} violated, {} inconclusive", counted(results.size(), "check"), by_verdict[0],
                                 by_verdict[1], by_verdict[2]);
  if (unexpected != 0) {
    text += fmt::format("; {} not as expected", unexpected);
  } else if (!results.empty()) {
    text += results.size() == 1 ? "; as expected" : "; all as expected";
  }
  if (not_run != 0) text += fmt::format("; {} not run", not_run);
  text += ".\n";
  for (const std::string& engine : engines) text += rests_on(results, engine);
  return text;
}

}  // namespace holdfast::checker
