#include "checker/runtime/frontier.h"

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace holdfast::checker::runtime {
namespace {

constexpr const char* form = "holdfast frontier 1";

graph::task task_of(const nlohmann::json& j) {
  graph::task t;
  j.at("path").get_to(t.path);
  j.at("first").get_to(t.first);
  j.at("end").get_to(t.end);
  return t;
}

}  // namespace

std::string settings_of(const run_options& o) {
  std::string text = o.under_sc ? "sc" : "rc11";
  if (!o.awaits) text += ", without awaits";
  if (!o.cutting) text += ", without cutting";
  if (!o.symmetry) text += ", without symmetry";
  if (o.part) text += ", part " + std::to_string(o.part->index + 1) + " of " + std::to_string(o.part->total);
  return text;
}

void write_frontier(const std::string& file, const frontier& f) {
  nlohmann::json left = nlohmann::json::array();
  for (const graph::task& t : f.left) left.push_back({{"path", t.path}, {"first", t.first}, {"end", t.end}});
  const nlohmann::json whole = {
      {"form", form},           {"check", f.check},     {"settings", f.settings}, {"blocks", f.blocks},
      {"complete", f.complete}, {"blocked", f.blocked}, {"left", left},           {"situation_reached", f.situation_reached}};
  const std::string draft = file + ".new";
  {
    std::ofstream out(draft);
    out << whole.dump() << "\n";
    out.flush();
    if (!out) throw std::runtime_error(file + ": cannot be written");
  }
  if (std::rename(draft.c_str(), file.c_str()) != 0) throw std::runtime_error(file + ": cannot be written");
}

frontier read_frontier(const std::string& file, const std::string& check, const std::string& settings) {
  std::ifstream in(file);
  if (!in) throw std::invalid_argument(file + ": cannot be read");
  frontier f;
  try {
    const nlohmann::json whole = nlohmann::json::parse(in);
    if (whole.at("form") != form) throw std::invalid_argument(file + ": was written by another version");
    whole.at("check").get_to(f.check);
    whole.at("settings").get_to(f.settings);
    whole.at("blocks").get_to(f.blocks);
    whole.at("complete").get_to(f.complete);
    whole.at("blocked").get_to(f.blocked);
    whole.at("situation_reached").get_to(f.situation_reached);
    for (const nlohmann::json& t : whole.at("left")) f.left.push_back(task_of(t));
  } catch (const nlohmann::json::exception&) {
    throw std::invalid_argument(file + ": is not what --save wrote");
  }
  if (f.check != check) throw std::invalid_argument(file + ": is of the check " + f.check + ", not of " + check);
  if (f.settings != settings) throw std::invalid_argument(file + ": was explored with other settings (" + f.settings + ")");
  return f;
}

}  // namespace holdfast::checker::runtime
