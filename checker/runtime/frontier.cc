#include "checker/runtime/frontier.h"

#include <fmt/format.h>
#include <zlib.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "checker/check.h"

namespace holdfast::checker::runtime {
namespace {

constexpr std::string_view version = "2";
constexpr const char* not_ours = "is not what --save writes; name a file that it wrote, or begin without --resume";
constexpr const char* begin_again = "begin again without --resume";

std::string checksum(std::string_view text) {
  return fmt::format("{:08x}", crc32_z(0, reinterpret_cast<const Bytef*>(text.data()), text.size()));
}

// Of the running program: another one may have other scenarios, or number executions differently.
std::string build() {
  static const std::string sum = [] {
    std::ifstream program("/proc/self/exe", std::ios::binary);
    return checksum(std::string(std::istreambuf_iterator<char>(program), {}));
  }();
  return sum;
}

unusable_frontier unusable(const std::string& why) { return unusable_frontier(fmt::format("{}; {}", why, begin_again)); }

// The first line, without its end; the text goes on after it. A line without an end is none.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) throw unusable("is cut short");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

// The frontier's own line, which is as it was written.
std::string_view intact(std::string_view text) {
  const std::string_view whole = text;
  if (text.empty() || !text.starts_with(frontier_form.substr(0, text.size()))) throw unusable_frontier(not_ours);
  if (take_line(text).substr(frontier_form.size()) != version) throw unusable("was saved by another version of this program");
  const std::string_view line = take_line(text);
  const std::string_view summed = whole.substr(0, whole.size() - text.size());
  if (take_line(text) != "crc32 " + checksum(summed) || !text.empty())
    throw unusable("was changed after it was saved: its checksum differs");
  return line;
}

graph::task task_of(const nlohmann::json& j) {
  graph::task t;
  j.at("path").get_to(t.path);
  j.at("first").get_to(t.first);
  j.at("end").get_to(t.end);
  return t;
}

}  // namespace

std::string text_of(const frontier& f) {
  nlohmann::json left = nlohmann::json::array();
  for (const graph::task& t : f.left) left.push_back({{"path", t.path}, {"first", t.first}, {"end", t.end}});
  const nlohmann::json whole = {
      {"build", build()},       {"check", f.check},     {"options", f.options}, {"blocks", f.blocks},
      {"complete", f.complete}, {"blocked", f.blocked}, {"left", left},         {"situation_reached", f.situation_reached}};
  const std::string text = fmt::format("{}{}\n{}\n", frontier_form, version, whole.dump());
  return fmt::format("{}crc32 {}\n", text, checksum(text));
}

frontier frontier_of(std::string_view text, const std::string& check, const std::string& options) {
  frontier f;
  std::string of_build;
  try {
    const nlohmann::json whole = nlohmann::json::parse(intact(text));
    whole.at("build").get_to(of_build);
    whole.at("check").get_to(f.check);
    whole.at("options").get_to(f.options);
    whole.at("blocks").get_to(f.blocks);
    whole.at("complete").get_to(f.complete);
    whole.at("blocked").get_to(f.blocked);
    whole.at("situation_reached").get_to(f.situation_reached);
    for (const nlohmann::json& t : whole.at("left")) f.left.push_back(task_of(t));
  } catch (const nlohmann::json::exception&) {
    throw unusable_frontier(not_ours);
  }
  if (f.check != check) throw unusable_frontier(fmt::format("is of the check {}, not of {}; name that one", f.check, check));
  if (f.options != options) {
    const auto named = [](const std::string& o) { return o.empty() ? " with none of the engine's options" : " with" + o; };
    throw unusable_frontier(fmt::format("was saved{}, not{}; give the same", named(f.options), named(options)));
  }
  if (of_build != build()) throw unusable("was saved by another build of this program, which may number executions otherwise");
  return f;
}

}  // namespace holdfast::checker::runtime
