// objects: what a program has constructed or used, by location.
//
// One thread adds; others may read meanwhile what there was when they asked for its size.
#ifndef HOLDFAST_CHECKER_RUNTIME_OBJECTS_H_
#define HOLDFAST_CHECKER_RUNTIME_OBJECTS_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

#include "checker/graph/request.h"
#include "checker/runtime/world.h"

namespace holdfast::checker::runtime {

// The code under test does what the engine cannot follow; what() says what.
struct unsupported : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline constexpr std::size_t most_objects = 8192;

struct object {
  place where = nullptr;
  object_kind kind;
  bool atomic = false;

  bool overlaps(const object& other) const;
};

// Whether the kernel hands it from owner to owner (layout::priority_inheriting).
bool is_priority_inheriting(const object& o);

// The two overlap, and live at the same time.
unsupported mixed_sizes(const object& a, const object& b);

class object_table {
 public:
  // With the kernel's queue, which is the first.
  object_table();

  const object& operator[](graph::location_id l) const { return objects_[l]; }
  graph::location_id location_at(place where) const { return locations_.at({where.begin, where.bits}); }
  std::size_t size() const { return size_.load(order::acquire); }
  // Whether any overlap, be it at different times.
  bool has_overlaps() const { return has_overlaps_.load(order::relaxed); }

  // Of the one that is there, or is new. Who constructs it says what it is.
  graph::location_id find_or_add(place where, const object_kind& kind, bool constructs);

 private:
  void add(const object& o);
  void note_overlaps(const object& o, bool is_constructed);

  std::vector<object> objects_;  // never moves
  std::atomic<std::size_t> size_ = 0;
  std::map<std::pair<const void*, std::uint64_t>, graph::location_id> locations_;
  std::atomic<bool> has_overlaps_ = false;
};

}  // namespace holdfast::checker::runtime

#endif  // HOLDFAST_CHECKER_RUNTIME_OBJECTS_H_
