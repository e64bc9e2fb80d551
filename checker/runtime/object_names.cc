#include "checker/runtime/object_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "checker/graph/pi_words.h"
#include "checker/report/decode.h"

namespace holdfast::checker::runtime {
namespace {

using graph::event_id;
using graph::location_id;

// A structure may begin with what is no object of the platform: a pointer to it is named after the first object that follows.
constexpr std::uint64_t near_bytes = 256;

}  // namespace

object_names::object_names(const graph::graph& g, const runner& running) : g_(g), running_(running), names_(running.object_count()) {
  std::vector<location_id> constructed;
  std::map<std::string, unsigned> count;
  for (location_id l = 0; l < names_.size(); ++l) names_[l] = running.object_at(l).kind.name;
  for (event_id e = 0; e < g.size(); ++e) {
    const location_id l = g.at(e).location;
    if (g.at(e).kind != graph::event_kind::write || l == graph::kernel_queue || names_[l].empty()) continue;
    if (std::ranges::find(constructed, l) != constructed.end()) continue;
    constructed.push_back(l);
    ++count[names_[l]];
  }
  std::map<std::string, unsigned> nth;
  for (const location_id l : constructed) {
    if (const std::string name = names_[l]; count[name] > 1) names_[l] += fmt::format(" #{}", ++nth[name]);
  }
}

decoded_word object_names::decoded(location_id l, std::uint64_t value) const {
  const object_kind& kind = running_.object_at(l).kind;
  value = graph::seen_of(value, kind.bits);
  if (kind.is_pointer) return {value, pointer(value)};
  return {value, kind.description == nullptr ? std::to_string(value) : decode(*kind.description, value)};
}

// Addresses differ from run to run, names do not.
std::string object_names::pointer(std::uint64_t value) const {
  if (value == 0) return "null";
  std::uint64_t distance = near_bytes;
  location_id nearest = graph::kernel_queue;
  for (location_id l = 1; l < g_.location_count() && l < names_.size(); ++l) {
    const auto begin = reinterpret_cast<std::uintptr_t>(running_.object_at(l).where.begin);
    if (g_.first_write(l) == graph::no_event || names_[l].empty() || begin < value || begin - value > distance) continue;
    distance = begin - value;
    nearest = l;
  }
  if (nearest == graph::kernel_queue) return fmt::format("{:#x}", value);
  return distance == 0 ? "&" + names_[nearest] : fmt::format("&{} - {}", names_[nearest], distance);
}

}  // namespace holdfast::checker::runtime
