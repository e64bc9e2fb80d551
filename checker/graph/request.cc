#include "checker/graph/request.h"

#include <algorithm>
#include <stdexcept>

namespace holdfast::checker::graph {
namespace {

// Of two positions that are taken for one: for how many steps their states may differ after equal replies.
constexpr unsigned longest_difference = 4;

// Whether nobody can tell, while the data that it wrote is not read.
bool continues(effect e) { return e == effect::none || e == effect::read_data || e == effect::wrote_data; }

// Whether a step that did this may be left out with the steps around it. The last one is not taken at all where the thread waits, so that a
// race of it would not be seen.
bool leaves_nothing(effect e, bool is_last) { return is_last ? e == effect::none || e == effect::wrote_back : continues(e); }

}  // namespace

node_id thread_tree::add(const arrival& a, node_id parent, const reply& by, effect e) {
  if (size_ == chunk_size * most_chunks) throw std::length_error("the threads do too many different things: more than 4 million positions");
  if (size_ % chunk_size == 0) chunks_[size_ / chunk_size] = std::make_unique<node[]>(chunk_size);
  const auto id = static_cast<node_id>(size_++);
  node& n = mutable_at(id);
  n.next = a.next;
  n.by = by;
  n.parent = parent;
  n.state = a.state;
  n.after = a.marks.empty() ? e : effect::some;
  n.marks = a.marks;
  if (parent != no_node) {
    n.next_sibling = at(parent).first_child.load(order::relaxed);
    mutable_at(parent).first_child.store(id, order::release);
  }
  return id;
}

node_id thread_tree::new_root(unsigned thread) {
  const std::lock_guard guard(growing_);
  if (roots_[thread] == no_node) roots_[thread] = add(run(thread, no_node, {}), no_node, {}, effect::some);
  return roots_[thread];
}

node_id thread_tree::new_child(unsigned thread, node_id n, const reply& r, effect e) {
  const std::lock_guard guard(growing_);
  if (const node_id known = known_child(n, r); known != no_node) return known;
  const node_id c = add(run(thread, n, r), n, r, e);
  for (std::size_t i = 0; i < alike_.size(); ++i) {
    const likeness l = alike_[i];
    if (l.earlier != n || goes_on_alike(l.thread, l.earlier, l.later, c, longest_difference)) continue;
    unlike_.emplace(l.earlier, l.later);
    was_wrong_ = true;
  }
  for (std::size_t i = 0; i < overwriting_.size(); ++i) {
    const overwriting o = overwriting_[i];
    if (o.from == n && !(continues(at(c).after) && overwrites(c, o.location))) was_wrong_ = true;
  }
  return c;
}

bool thread_tree::comes_back(unsigned thread, node_id n) {
  const node::answer known = at(n).comes_back.load(order::relaxed);
  if (known != node::answer::unknown) return known == node::answer::yes;
  const std::lock_guard guard(growing_);
  const bool found = finds_likeness(thread, n);
  mutable_at(n).comes_back.store(found ? node::answer::yes : node::answer::no, order::relaxed);
  return found;
}

bool thread_tree::finds_likeness(unsigned thread, node_id n) {
  for (const bool exact : {true, false}) {
    for (node_id m = n; leaves_nothing(at(m).after, m == n);) {
      m = at(m).parent;
      if (!(at(m).next == at(n).next) || !overwrites_all(m, n)) continue;
      if (at(m).state == at(n).state || (!exact && is_like(thread, m, n, longest_difference))) return true;
    }
  }
  return false;
}

void thread_tree::conclude_again() {
  const std::lock_guard guard(growing_);
  was_wrong_ = false;
  alike_.clear();
  overwriting_.clear();
  for (node_id n = 0; n < size_; ++n) mutable_at(n).comes_back = node::answer::unknown;
}

// Whether what the steps from a node to a later one wrote will be written again, if the thread goes on from the earlier one.
bool thread_tree::overwrites_all(node_id from, node_id to) {
  for (node_id n = to; n != from; n = at(n).parent) {
    if (at(n).after == effect::wrote_data && !overwrites(from, at(at(n).parent).next.location)) return false;
  }
  return true;
}

// For every reply that was tried so far.
bool thread_tree::overwrites(node_id n, location_id l) {
  const request& q = at(n).next;
  const bool on_location = q.location == l && q.plain;
  if (on_location && q.what == action::store) return true;
  if (on_location || q.what == action::end || q.what == action::fail) return false;
  const overwriting known{n, l};
  if (std::ranges::find(overwriting_, known) != overwriting_.end()) return true;
  for (node_id c = at(n).first_child; c != no_node; c = at(c).next_sibling) {
    if (!continues(at(c).after) || !overwrites(c, l)) return false;
  }
  overwriting_.push_back(known);
  return true;
}

// Every reply that was tried on the earlier node is tried on the later one.
bool thread_tree::is_like(unsigned thread, node_id earlier, node_id later, unsigned steps) {
  if (unlike_.contains({earlier, later})) return false;
  for (node_id c = at(earlier).first_child; c != no_node; c = at(c).next_sibling) {
    if (!goes_on_alike(thread, earlier, later, c, steps)) return false;
  }
  alike_.push_back({thread, earlier, later});
  return true;
}

// What is left of old values may stay for some more steps, but not until the thread asks the same again.
bool thread_tree::goes_on_alike(unsigned thread, node_id earlier, node_id later, node_id child_of_earlier, unsigned steps) {
  const node_id other = child(thread, later, at(child_of_earlier).by, at(child_of_earlier).after);
  const node& a = at(child_of_earlier);
  const node& b = at(other);
  if (!(a.next == b.next) || a.marks != b.marks) return false;
  const auto is_either = [&](const node& n) { return n.state == at(earlier).state || n.state == at(later).state; };
  if (a.state == b.state) return true;
  if (a.next == at(earlier).next) return is_either(a) && is_either(b);
  return steps != 0 && is_like(thread, child_of_earlier, other, steps - 1);
}

}  // namespace holdfast::checker::graph
