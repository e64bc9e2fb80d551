#include "checker/runtime/objects.h"

#include <string>

namespace holdfast::checker::runtime {

bool is_priority_inheriting(const object& o) { return o.kind.description != nullptr && o.kind.description->priority_inheriting; }

bool object::overlaps(const object& other) const {
  const auto begin = reinterpret_cast<std::uintptr_t>(where.begin);
  const auto others = reinterpret_cast<std::uintptr_t>(other.where.begin);
  const auto bytes = [](const place& p) { return (p.bits + 7u) / 8; };
  return where.bits != 0 && other.where.bits != 0 && begin < others + bytes(other.where) && others < begin + bytes(where);
}

unsupported mixed_sizes(const object& a, const object& b) {
  const auto named = [](const object& o) {
    const std::string name = o.kind.name[0] == '\0' ? "an access" : o.kind.name;
    return name + " of " + std::to_string(o.where.bits) + " bits";
  };
  const bool same = a.where.begin == b.where.begin;
  return unsupported("mixed-size access: " + named(a) + " and " + named(b) + (same ? " have one address" : " overlap"));
}

object_table::object_table() {
  objects_.reserve(most_objects);
  add({nullptr, {nullptr, "the kernel's queue", 64}, true});
}

graph::location_id object_table::find_or_add(place where, const object_kind& kind, bool constructs) {
  const auto [found, is_new] = locations_.try_emplace({where.begin, where.bits}, static_cast<graph::location_id>(objects_.size()));
  if (is_new) {
    const object o{where, kind, kind.description != nullptr};
    note_overlaps(o, constructs);
    add(o);
  } else if (object& o = objects_[found->second]; constructs && o.kind.name[0] == '\0') {
    o.kind = kind;
    o.atomic = kind.description != nullptr;
  }
  return found->second;
}

void object_table::add(const object& o) {
  if (objects_.size() == most_objects) throw unsupported("the program has more than " + std::to_string(most_objects - 1) + " objects");
  objects_.push_back(o);
  size_.store(objects_.size(), order::release);
}

// What was never constructed has no size of its own: an access to it is one to part of what was.
void object_table::note_overlaps(const object& o, bool is_constructed) {
  for (std::size_t l = 1; l < objects_.size(); ++l) {
    if (!o.overlaps(objects_[l])) continue;
    if (!is_constructed) throw mixed_sizes(objects_[l], o);
    has_overlaps_.store(true, order::relaxed);
  }
}

}  // namespace holdfast::checker::runtime
