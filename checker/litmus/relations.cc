#include "checker/litmus/relations.h"

#include <algorithm>

#include "checker/litmus/executable.h"

namespace holdfast::checker::litmus {
namespace {

using graph::event;
using graph::event_id;
using graph::event_kind;
using graph::no_event;

// The write or fences that release with this write.
std::vector<event_id> releases(const graph::graph& g, event_id write) {
  std::vector<event_id> found;
  if (graph::is_release(g.at(write).memory_order)) found.push_back(write);
  for (event_id e = g.at(write).previous; e != no_event; e = g.at(e).previous) {
    if (g.at(e).kind == event_kind::fence && graph::is_release(g.at(e).memory_order)) found.push_back(e);
  }
  return found;
}

// The read or fences that acquire with this read.
std::vector<event_id> acquires(const graph::graph& g, event_id read) {
  std::vector<event_id> found;
  if (graph::is_acquire(g.at(read).memory_order)) found.push_back(read);
  for (event_id e = g.last_of(g.at(read).thread); e != read; e = g.at(e).previous) {
    if (g.at(e).kind == event_kind::fence && graph::is_acquire(g.at(e).memory_order)) found.push_back(e);
  }
  return found;
}

bool is_access(const event& e) { return e.kind == event_kind::read || e.kind == event_kind::write; }

}  // namespace

event_pairs synchronisations(const graph::graph& g) {
  event_pairs found;
  for (event_id r = 0; r < g.size(); ++r) {
    if (g.at(r).kind != event_kind::read || g.at(r).plain) continue;
    const std::vector<event_id> targets = acquires(g, r);
    for (event_id head = g.at(r).reads_from; head != no_event && !g.at(head).plain; head = g.at(head).updates) {
      for (const event_id from : releases(g, head)) {
        for (const event_id to : targets) {
          if (g.at(from).thread != g.at(to).thread) found.emplace_back(from, to);
        }
      }
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

event_pairs races(const program& p, const graph::graph& g) {
  event_pairs found;
  for (std::size_t l = 0; l < p.locations.size(); ++l) {
    if (p.locations[l].is_atomic) continue;
    std::vector<event_id> accesses;
    for (event_id e = 0; e < g.size(); ++e) {
      if (is_access(g.at(e)) && g.at(e).location == number_of(l)) accesses.push_back(e);
    }
    for (const event_id a : accesses) {
      for (const event_id b : accesses) {
        const bool conflict = a < b && (g.at(a).kind == event_kind::write || g.at(b).kind == event_kind::write);
        if (conflict && !g.happens_before(a, b) && !g.happens_before(b, a)) found.emplace_back(a, b);
      }
    }
  }
  return found;
}

}  // namespace holdfast::checker::litmus
