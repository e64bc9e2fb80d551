#include "checker/cli/select.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "checker/cli/usage_error.h"

namespace holdfast::checker {
namespace {

bool glob_matches(std::string_view glob, std::string_view text) {
  std::size_t g = 0;
  std::size_t t = 0;
  std::size_t star = glob.npos;  // the last star, and how much text it has taken
  std::size_t taken = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      taken = t;
    } else if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t])) {
      ++g;
      ++t;
    } else if (star != glob.npos) {
      g = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

// "mutex/handoff [u2_dropped]" is how a report prints an id.
std::string typed(std::string_view pattern) {
  std::string id(pattern);
  if (const auto at = id.find(" ["); at != id.npos) id.erase(at, 1);
  return id;
}

template <class Predicate>
check_list where(const check_list& checks, Predicate holds) {
  check_list some;
  std::copy_if(checks.begin(), checks.end(), std::back_inserter(some), [&](const check* c) { return holds(*c); });
  return some;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row[b.size()];
}

std::string no_match(const check_list& checks, std::string_view pattern) {
  if (checks.empty()) return fmt::format("nothing is called `{}`: there are no checks here", pattern);
  return fmt::format("nothing is called `{}`; nearest: {} (`list` shows all)", pattern, nearest_names(checks, pattern));
}

}  // namespace

check_list matching(const check_list& checks, std::string_view pattern) {
  const std::string p = typed(pattern);
  check_list exact = where(checks, [&](const check& c) { return c.id() == p && p != c.name; });
  if (!exact.empty()) return exact;
  if (p.find_first_of("*?") != p.npos) {
    return where(checks, [&](const check& c) { return glob_matches(p, c.id()); });
  }
  check_list below = where(checks, [&](const check& c) { return c.name == p || c.name.starts_with(p + "/"); });
  if (!below.empty()) return below;
  return where(checks, [&](const check& c) { return c.name.starts_with(p); });
}

std::string nearest_names(const check_list& checks, std::string_view pattern) {
  const std::string p = typed(pattern);
  std::set<std::string> names;
  for (const check* c : checks) {
    names.insert(c->name.substr(0, c->name.find('/')));
    names.insert(c->name);
    if (p.find('[') != p.npos) names.insert(c->id());
  }
  return nearest_of(names, p);
}

std::string nearest_of(const std::set<std::string>& names, std::string_view to) {
  std::vector<std::pair<std::size_t, std::string>> by_distance;
  for (const std::string& name : names) by_distance.emplace_back(edit_distance(to, name), name);
  std::sort(by_distance.begin(), by_distance.end());
  by_distance.resize(std::min<std::size_t>(by_distance.size(), 3));
  std::vector<std::string> nearest;
  for (const auto& [distance, name] : by_distance) nearest.push_back(name);
  return fmt::format("{}", fmt::join(nearest, ", "));
}

check_list select(const check_list& checks, const std::vector<std::string>& patterns) {
  if (patterns.empty()) return checks;
  std::set<const check*> wanted;
  for (const std::string& pattern : patterns) {
    const check_list some = pattern.empty() ? check_list{} : matching(checks, pattern);
    if (some.empty()) throw usage_error(no_match(checks, pattern));
    wanted.insert(some.begin(), some.end());
  }
  return where(checks, [&](const check& c) { return wanted.contains(&c); });
}

replay_id parse_replay_id(const check_list& checks, std::string_view id) {
  const auto colon = id.rfind(':');
  if (colon == id.npos || colon == 0 || colon + 1 == id.size()) {
    throw usage_error(
        fmt::format("`{}` cannot be replayed: an id is a check, a colon and a schedule, "
                    "as a report prints it: mutex/count_to_two:aabbb9",
                    id));
  }
  const std::string name = typed(id.substr(0, colon));
  const check_list found = where(checks, [&](const check& c) { return c.id() == name; });
  if (found.empty()) throw usage_error(no_match(checks, name));
  if (found[0]->kind == check_kind::proof) {
    throw usage_error(fmt::format("`{}` is a proof and has no schedules: use `prove {}`", name, name));
  }
  return {found[0], std::string(id.substr(colon + 1))};
}

}  // namespace holdfast::checker
