#include "checker/runtime/history.h"

#include <algorithm>

namespace holdfast::checker::runtime {
namespace {

using graph::event;
using graph::event_id;

// More distinct histories than this are judged again.
constexpr std::size_t most_remembered = 100'000;

thread_local const std::vector<ordered_operation>* judged_now = nullptr;

bool happens_before(std::size_t i, std::size_t j) {
  const ordered_operation& a = (*judged_now)[i];
  const ordered_operation& b = (*judged_now)[j];
  if (a.seen.thread == b.seen.thread) return i < j;
  return !a.seen.pending && a.end != 0 && a.end <= b.begin[a.thread_in_graph];
}

}  // namespace

void history::read(const graph::graph& g, const graph::thread_tree& tree, unsigned threads) {
  operations_.clear();
  open_.clear();
  for (unsigned t = 0; t <= threads; ++t) {
    if (tree.known_root(t) == graph::no_node) continue;
    for (const graph::mark& m : tree.at(tree.known_root(t)).marks) note(m, t, g.start_of(t), threads);
  }
  for (event_id id = 0; id < g.size(); ++id) {
    const event& e = g.at(id);
    if (e.after == graph::no_node || e.kind == graph::event_kind::gave_way) continue;
    for (const graph::mark& m : tree.at(e.after).marks) note(m, e.thread, e, threads);
  }
  operations_.insert(operations_.end(), open_.begin(), open_.end());
}

void history::note(const graph::mark& m, unsigned thread, const event& at, unsigned threads) {
  const unsigned name = thread == 0 ? threads + 1 : thread;
  const auto open = std::ranges::find(open_, name, [](const ordered_operation& o) { return o.seen.thread; });
  if (m.of_death && m.enters && open != open_.end()) {
    open->seen.cut_off = true;
    operations_.push_back(*open);
    open_.erase(open);
  }
  if (m.enters) {
    open_.push_back({{name, m.operation, true, false, m.of_death}, thread, at.hb, 0});
    return;
  }
  if (open == open_.end()) return;
  ordered_operation done = *open;
  open_.erase(open);
  done.seen.operation = m.operation;
  done.seen.pending = false;
  done.end = at.thread == thread ? at.index : 0;
  operations_.push_back(done);
}

bool history::is_pending(unsigned thread) const {
  return std::ranges::any_of(open_, [thread](const ordered_operation& o) { return o.thread_in_graph == thread; });
}

finding history::judge(const program& of) {
  seen_.clear();
  key_.clear();
  judged_now = &operations_;
  for (const ordered_operation& o : operations_) {
    seen_.push_back(o.seen);
    const char kind = o.seen.is_death ? 'd' : o.seen.cut_off ? 'c' : o.seen.pending ? '1' : '0';
    key_ += {static_cast<char>(o.seen.thread), static_cast<char>(o.seen.operation), kind};
  }
  for (std::size_t i = 0; i < operations_.size(); ++i) {
    for (std::size_t j = 0; j < operations_.size(); ++j) key_ += i != j && happens_before(i, j) ? '1' : '0';
  }
  if (const auto known = judged_.find(key_); known != judged_.end()) return known->second;
  const finding f = of.judge(seen_, &happens_before);
  if (judged_.size() < most_remembered) judged_.emplace(key_, f);
  return f;
}

}  // namespace holdfast::checker::runtime
