#include "checker/cli/list.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "checker/report/names.h"
#include "checker/report/text.h"

namespace holdfast::checker {
namespace {

std::string expected_text(const expectation& e) {
  return std::string(e.kind == violation_kind::none ? text_of(e.outcome) : text_of(e.kind));
}

}  // namespace

std::string list_text(const check_list& checks) {
  std::size_t name = 0;
  std::size_t threads = 0;
  for (const check* c : checks) {
    name = std::max(name, display_name(c->name, c->mutant).size());
    threads = std::max(threads, thread_count(c->threads).size());
  }
  std::string text;
  for (const check* c : checks) {
    std::string line = fmt::format("{:<{}}  {:<{}}  {:<13}  {}{}", display_name(c->name, c->mutant), name, thread_count(c->threads),
                                   threads, expected_text(c->expected), c->is_long ? "(long) " : "", c->description);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string list_json(const check_list& checks) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const check* c : checks) {
    nlohmann::ordered_json expected = {{"outcome", key_of(c->expected.outcome)}};
    if (c->expected.kind != violation_kind::none) expected["kind"] = key_of(c->expected.kind);
    if (!c->expected.object.empty()) expected["object"] = c->expected.object;
    if (c->expected.executions) expected["executions"] = *c->expected.executions;
    all.push_back({{"id", c->id()},
                   {"name", c->name},
                   {"mutant", c->mutant},
                   {"kind", c->kind == check_kind::proof ? "proof" : "exploration"},
                   {"threads", c->threads},
                   {"long", c->is_long},
                   {"expected", expected},
                   {"description", c->description}});
  }
  const nlohmann::ordered_json document = {{"schema", record_schema}, {"tool", "holdfast"}, {"checks", all}};
  return document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace holdfast::checker
