#include "checker/graph/request.h"

#include <algorithm>

namespace holdfast::checker::graph {

node_id thread_tree::add(const arrival& a, node_id parent, const reply& by, effect e) {
  const auto id = static_cast<node_id>(nodes_.size());
  node n;
  n.next = a.next;
  n.by = by;
  n.parent = parent;
  n.state = a.state;
  n.after = a.marks.empty() ? e : effect::some;
  n.first_mark = static_cast<std::uint32_t>(marks_.size());
  n.mark_count = static_cast<std::uint16_t>(a.marks.size());
  marks_.insert(marks_.end(), a.marks.begin(), a.marks.end());
  if (parent != no_node) {
    n.next_sibling = nodes_[parent].first_child;
    nodes_[parent].first_child = id;
  }
  nodes_.push_back(n);
  return id;
}

node_id thread_tree::new_child(unsigned thread, node_id n, const reply& r, effect e) {
  const node_id c = add(run(thread, n, r), n, r, e);
  for (std::size_t i = 0; i < alike_.size(); ++i) {
    const likeness l = alike_[i];
    if (l.earlier != n || goes_on_alike(l.thread, l.earlier, l.later, c)) continue;
    unlike_.emplace(l.earlier, l.later);
    was_wrong_ = true;
  }
  return c;
}

bool thread_tree::comes_back(unsigned thread, node_id n) {
  if (nodes_[n].comes_back != node::answer::unknown) return nodes_[n].comes_back == node::answer::yes;
  nodes_[n].comes_back = node::answer::no;
  for (const bool exact : {true, false}) {
    for (node_id m = n; nodes_[m].after == effect::none || (m == n && nodes_[m].after == effect::wrote_back);) {
      m = nodes_[m].parent;
      if (!(nodes_[m].next == nodes_[n].next)) continue;
      if (nodes_[m].state != nodes_[n].state && (exact || !is_like(thread, m, n))) continue;
      nodes_[n].comes_back = node::answer::yes;
      return true;
    }
  }
  return false;
}

void thread_tree::conclude_again() {
  was_wrong_ = false;
  alike_.clear();
  for (node& n : nodes_) n.comes_back = node::answer::unknown;
}

// Every reply that was tried on the earlier node is tried on the later one.
bool thread_tree::is_like(unsigned thread, node_id earlier, node_id later) {
  if (unlike_.contains({earlier, later})) return false;
  for (node_id c = nodes_[earlier].first_child; c != no_node; c = nodes_[c].next_sibling) {
    if (!goes_on_alike(thread, earlier, later, c)) return false;
  }
  alike_.push_back({thread, earlier, later});
  return true;
}

bool thread_tree::goes_on_alike(unsigned thread, node_id earlier, node_id later, node_id child_of_earlier) {
  const node_id other = child(thread, later, nodes_[child_of_earlier].by, nodes_[child_of_earlier].after);
  const node& a = nodes_[child_of_earlier];
  const node& b = nodes_[other];
  if (!(a.next == b.next) || !std::ranges::equal(marks(a), marks(b))) return false;
  const auto is_either = [&](const node& n) { return n.state == nodes_[earlier].state || n.state == nodes_[later].state; };
  return a.state == b.state || (a.next == nodes_[earlier].next && is_either(a) && is_either(b));
}

}  // namespace holdfast::checker::graph
