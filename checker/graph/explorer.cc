#include "checker/graph/explorer.h"

#include <algorithm>

#include "checker/graph/sc.h"

namespace holdfast::checker::graph {

explorer::explorer(thread_tree& tree, unsigned threads, const exploration_options& options, observer& watching)
    : tree_(tree),
      threads_(threads),
      options_(options),
      observer_(watching),
      kernel_(options.on),
      pi_(threads, options.priorities, options.on),
      blocks_(options.model == memory_model::sc || !options.awaits) {}

void explorer::run(const task& part) {
  part_ = part;
  has_chains_ = may_have_chains();
  path_.clear();
  frames_.assign(1, {0, part.path.empty() ? part.end : ~0u, ~0u});
  graph whole;
  g_ = &whole;
  event queue;
  queue.kind = event_kind::write;
  queue.plain = true;
  queue.location = kernel_queue;
  queue.value = kernel_states::empty;
  queue.at = queue.after = tree_.root(0);
  g_->add_write(queue, no_event);
  visit();
  g_ = nullptr;
}

std::vector<task> explorer::divided(const task& part, std::size_t levels) {
  parts_.clear();
  parts_depth_ = part.path.size() + levels;
  run(part);
  parts_depth_.reset();
  return std::move(parts_);
}

double explorer::estimate(const task& part, unsigned descents, std::uint64_t seed) {
  random_.emplace(seed);
  estimated_ = 0;
  for (unsigned i = 0; i < descents && !stopped_; ++i) {
    weight_ = 1;
    run(part);
  }
  random_.reset();
  return estimated_ / descents;
}

// Counts the children of the current node, and visits one of them.
void explorer::descend() {
  const auto next = next_position();
  if (!next) {
    if (is_over()) estimated_ += weight_;
    return;
  }
  frame& f = frames_.back();
  if (path_.size() < part_.path.size()) {
    f.only = part_.path[path_.size()];
  } else {
    counts_children_ = true;
    perform(*next);
    counts_children_ = false;
    if (f.next == 0) return;
    weight_ *= f.next;
    f.only = static_cast<std::uint32_t>((*random_)() % f.next);
    f.next = 0;
  }
  perform(*next);
}

std::vector<task> explorer::give_away(std::size_t most) {
  std::vector<task> tasks;
  for (std::size_t depth = part_.path.size(); depth < path_.size() && tasks.size() < most; ++depth) {
    const std::uint32_t rest = path_[depth] + 1u;
    if (frames_[depth].end <= rest) continue;
    tasks.push_back({{path_.begin(), path_.begin() + static_cast<std::ptrdiff_t>(depth)}, rest, frames_[depth].end});
    frames_[depth].end = rest;
  }
  return tasks;
}

// What ends above the depth belongs to somebody, too.
bool explorer::is_in_share() {
  if (share_.total == 1 || path_.size() > share_.depth || parts_depth_) return true;
  if (path_.size() < share_.depth && next_position()) return true;
  std::uint64_t hash = 14695981039346656037u;
  for (const std::uint16_t child : path_) hash = (hash ^ child) * 1099511628211u;
  return (hash >> 32) % share_.total == share_.index;
}

std::vector<task> explorer::remainder() {
  if (path_.size() < part_.path.size()) return {part_};
  std::vector<task> tasks = give_away(path_.size());
  const bool at_part = path_.size() == part_.path.size();
  tasks.push_back({path_, at_part ? part_.first : 0, at_part ? part_.end : ~0u});
  return tasks;
}

// Numbers the next child of the current node, and visits it if it is part of the task.
bool explorer::enters() {
  frame& f = frames_.back();
  const std::uint32_t number = f.next++;
  const std::size_t depth = path_.size();
  if (counts_children_ || stopped_ || number >= f.end) return false;
  if (random_ && number != f.only) return false;
  if (depth < part_.path.size() && number != part_.path[depth]) return false;
  if (depth == part_.path.size() && number < part_.first) return false;
  path_.push_back(static_cast<std::uint16_t>(number));
  frames_.push_back({0, path_.size() == part_.path.size() ? part_.end : ~0u, ~0u});
  return true;
}

void explorer::leave() {
  path_.pop_back();
  frames_.pop_back();
}

void explorer::restart() {
  if (must_block_) blocks_ = true;
  if (tree_.was_wrong()) tree_.conclude_again();
  must_block_ = stopped_ = false;
}

void explorer::visit() {
  if (tree_.was_wrong()) stopped_ = true;
  if (!blocks_ && orders_sc()) must_block_ = stopped_ = true;
  if (stopped_) return;
  if (random_) return descend();
  const bool divides = parts_depth_ && path_.size() > part_.path.size();
  if (divides && (path_.size() == *parts_depth_ || !next_position())) return parts_.push_back({path_, 0, ~0u});
  if (!divides && !is_in_share()) return;
  if (g_->size() >= most_events - 8u) return fail_at_bound("an execution of more than 500 events");
  if (const auto next = next_position()) return perform(*next);
  finish();
}

phase explorer::next_part(const event& last) {
  const request& q = request_of(last);
  switch (last.part) {
    case phase::only: return phase::write_part;
    case phase::compare: return phase::queue_read;
    case phase::queue_read:
    case phase::pick:
      if (is_pi(q.what)) return last.part == phase::queue_read && heirs(last) > 1 ? phase::pick : phase::queue_write;
      return queue_change(last).choices != 0 ? phase::pick : phase::queue_write;
    case phase::queue_write:
      if (last.is_half) return phase::write_part;
      return q.leaving != 0 ? phase::decide : phase::sleep;
    case phase::decide: return last.value == 0 ? phase::sleep : phase::leave_read;
    case phase::leave_read: return phase::leave_write;
    default: return phase::only;
  }
}

// The order of events. A function of the graph: the write of a read-modify-write follows its read, a request is finished before another
// begins (only a sleep is left for later, and a change of a word that cannot be written as yet), then comes the first thread that can run.
std::optional<explorer::position> explorer::next_position() {
  const event& newest = g_->at(static_cast<event_id>(g_->size() - 1));
  if (is_to_be_written(newest) || (newest.is_half && !must_give_way(newest))) return position_of(newest.thread);
  std::optional<unsigned> unfinished;
  for (unsigned t = 0; t <= threads_; ++t) {
    const event_id id = g_->last_of(t);
    if (id == no_event) continue;
    const event& last = g_->at(id);
    if (last.after != no_node || must_give_way(last)) continue;
    if (is_to_be_written(last) || last.part == phase::pick) return position_of(t);
    if (!unfinished && next_part(last) != phase::sleep) unfinished = t;
  }
  if (unfinished) return position_of(*unfinished);
  std::optional<position> failing;
  for (unsigned t = first_that_may_run(); t <= threads_; ++t) {
    if (!g_->has_started(t)) continue;
    if (g_->last_of(t) != no_event && must_give_way(g_->at(g_->last_of(t)))) continue;
    const position p = position_of(t);
    if (!can_run(p)) continue;
    // What fails does so when the rest is there by which chains.h tells whether it does.
    const bool comes_last = has_chains_ && tree_.at(p.node).next.what == action::fail;
    if (!comes_last) return p;
    if (!failing) failing = p;
  }
  return failing;
}

// When the newest event was added, its thread was the first that could run. What it did may let others run only if it wrote or ended.
unsigned explorer::first_that_may_run() const {
  const event& newest = g_->at(static_cast<event_id>(g_->size() - 1));
  const bool is_quiet = newest.kind == event_kind::read || newest.kind == event_kind::fence || newest.kind == event_kind::choice;
  if (newest.part != phase::only || !is_quiet || tree_.at(newest.after).next.what == action::end) return 0;
  return newest.thread;
}

bool explorer::can_run(const position& p) {
  if (p.part == phase::sleep) return taken_off(p.thread) != no_event;
  const node& n = tree_.at(p.node);
  if (blocks_ && is_stuck(p.thread, p.node)) return false;
  switch (n.next.what) {
    case action::end: return false;
    case action::fail: return n.next.failure_kind != violation_kind::none;
    case action::join:
      for (unsigned t = 1; t <= threads_; ++t) {
        const bool waits_for_it = (n.next.operand >> t & 1) != 0 && (p.thread != 0 || g_->has_started(t));
        if (waits_for_it && (!g_->has_started(t) || !is_ended(t))) return false;
      }
      return true;
    case action::load:
    case action::update:
    case action::compare_exchange:
    case action::wait:
    case action::enqueue:
    case action::requeue:
    case action::wake_op:
    case action::wait_requeue_pi:
    case action::requeue_pi: return has_option(p);
    default: return true;
  }
}

bool explorer::has_option(const position& p) {
  const reading r = reading_of(p);
  if (g_->last_write(r.location) == no_event) return true;  // an error, to be reported
  for (option o; next_option(r, o);) {
    if (!o.conflicts) return true;
  }
  return false;
}

bool explorer::is_over() {
  for (unsigned t = 0; t <= threads_; ++t) {
    if (standing_of(t) != standing::ended) return false;
  }
  return true;
}

// Whether it is a wake_op's, with the change of the word to come, and another thread has updated what it would update.
bool explorer::must_give_way(const event& last) const {
  return last.is_half && g_->exclusive_successor(g_->at(compared_by(last)).reads_from) != no_event;
}

// What follows from another's wake_op that gives way revisits nothing: it will be visited again when that has its place.
bool explorer::follows_one_that_gives_way(unsigned thread, const clock& prefix) const {
  for (unsigned t = 1; t <= threads_; ++t) {
    const event_id last = g_->last_of(t);
    if (t != thread && last != no_event && g_->includes(prefix, last) && must_give_way(g_->at(last))) return true;
  }
  return false;
}

// The changes that gave way: there is no place for them, but the graphs in which they come first are found from here, when all that might
// come between is there.
bool explorer::explore_changes() {
  bool some = false;
  for (unsigned t = 1; t <= threads_; ++t) {
    const event_id last = g_->last_of(t);
    if (last == no_event || !must_give_way(g_->at(last))) continue;
    some = true;
    add_writes(position_of(t));
  }
  return some;
}

void explorer::finish() {
  if (explore_changes()) return;
  if (!blocks_ && may_miss_a_value()) {
    must_block_ = stopped_ = true;
    return;
  }
  const bool is_execution = has_order_of_chains();
  if (is_over()) return is_execution ? observer_.complete(*g_) : void();
  std::vector<standing> standings;
  for (unsigned t = 0; t <= threads_; ++t) standings.push_back(standing_of(t));
  if (is_execution) observer_.blocked(*g_, standings);
  explore_conflicts();
}

// A thread that waits because another has updated what it would update: the graphs in which it comes first are found from here.
void explorer::explore_conflicts() {
  if (blocks_) return;  // a blocked read was added with its rivals
  for (unsigned t = 1; t <= threads_; ++t) {
    if (!g_->has_started(t)) continue;
    const position p = position_of(t);
    const action what = tree_.at(p.node).next.what;
    if (p.mid_request || (what != action::update && what != action::compare_exchange)) continue;
    if (g_->last_write(tree_.at(p.node).next.location) != no_event) add_reads(p, true);
  }
}

standing explorer::standing_of(unsigned thread) {
  if (!g_->has_started(thread)) return standing::ended;
  const position p = position_of(thread);
  const request& q = tree_.at(p.node).next;
  if (p.part == phase::sleep) return (q.leaving & by_time_out) != 0 ? standing::asleep_timed : standing::asleep;
  if (q.what == action::end) return standing::ended;
  if (q.what == action::join) return standing::waits;
  if (q.what == action::fail) return standing::abandoned;
  return spins_for_ever(p.node, thread, no_event) ? standing::spins : standing::stale;
}

void explorer::fail(violation_kind kind, const char* text, event_id event, event_id other) {
  if (random_ || counts_children_) return;
  if (parts_depth_) return parts_.push_back({path_, 0, ~0u});
  if (!has_order_of_chains()) return fail_at_bound("an error in what may be no execution: who got a word rests on what was still to come");
  fault f;
  f.kind = kind;
  f.text = text;
  f.event = event;
  f.other = other;
  f.thread = event == no_event ? 0 : g_->at(event).thread;
  observer_.failed(*g_, f);
}

void explorer::fail_at_bound(const char* text) {
  if (random_ || counts_children_) return;
  fault f;
  f.text = text;
  f.is_bound = true;
  observer_.failed(*g_, f);
}

}  // namespace holdfast::checker::graph
