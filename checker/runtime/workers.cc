#include "checker/runtime/workers.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <stdexcept>
#include <utility>

#include "checker/report/explain.h"
#include "checker/runtime/narrate.h"
#include "checker/runtime/schedule_text.h"
#include "checker/runtime/thread_with_stack.h"

namespace holdfast::checker::runtime {
namespace {

using steady = std::chrono::steady_clock;

// What the kernel performs has none of the code's.
bool has_memory_order(graph::action a) { return a < graph::action::wait || a > graph::action::exit_pi; }

constexpr std::size_t enough_parts = 50'000;

std::string text_of_seconds(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%g s", seconds);
  return text;
}

}  // namespace

workers::workers(const exploration& what, const run_options& options, const graph::exploration_options& settings)
    : what_(what),
      options_(options),
      settings_(settings),
      program_(what.make()),
      runner_(*program_, what),
      begun_(steady::now()),
      reported_(begun_) {
  limit_.most = options.executions;
  workers_.resize(std::max(1u, options.jobs));
  for (worker& w : workers_) {
    w.judging = what.make();
    w.inspecting = std::make_unique<inspector>(what_, *w.judging, runner_, [this, &w] { pulse(w); });
    graph::observer* observing = w.inspecting.get();
    if (options.executions || !options.resume.empty()) {
      w.counting = std::make_unique<gate>(*w.inspecting, limit_, what_.may_stay_blocked, [this, &w] { stop_at_limit(w); });
      observing = w.counting.get();
    }
    w.exploring = std::make_unique<graph::explorer>(runner_, what.threads, settings_, *observing);
    w.inspecting->watch(*w.exploring);
    if (w.counting) w.counting->watch(*w.exploring);
  }
}

void workers::run(const beginning& from) {
  // All parts have to number executions alike, whatever each of them meets.
  blocks_ = from.blocks || options_.part || workers_[0].exploring->blocks();
  counted_before_ = from.counted;
  until_situation_ = from.until_situation;
  for (;;) {
    for (worker& w : workers_) {
      w.exploring->restart();
      w.exploring->set_blocks(blocks_);
      w.inspecting->forget();
      w.reported = 0;
    }
    executions_ = 0;
    limit_.passed = 0;
    if (run_once(from.parts)) break;
    if (from.is_resumed) throw unusable_frontier("cannot be gone on with: all has to be visited again; begin again without --resume");
    if (runner_.was_wrong() && (options_.part || options_.on_left)) {
      throw std::runtime_error("positions of a thread that were taken for one are two, which no other part knows: explore it whole");
    }
    for (worker& w : workers_) blocks_ = blocks_ || w.exploring->must_block();
  }
  if (error_) std::rethrow_exception(error_);
}

// False: what was visited does not count.
bool workers::run_once(const std::vector<graph::task>& parts) {
  rest_.clear();
  stopped_by_.clear();
  stopping_ = false;
  idle_ = 0;
  hungry_ = 0;
  {
    std::vector<std::unique_ptr<thread_with_stack>> threads;
    threads.push_back(std::make_unique<thread_with_stack>([&] {
      try {
        if (options_.part) {
          const std::size_t depth = depth_of_division();
          for (worker& w : workers_) w.exploring->set_share({depth, options_.part->index, options_.part->total});
        }
        if (options_.on_progress && !estimate_) estimate_ = workers_[0].exploring->estimate({}, 64, 1);
      } catch (...) {
        error_ = std::current_exception();
      }
    }));
    threads.clear();
    waiting_.assign(parts.begin(), parts.end());
    const auto wrong = [this] { return std::ranges::any_of(workers_, [](const worker& w) { return w.exploring->must_restart(); }); };
    if (wrong()) return false;
    if (error_) return true;
    for (worker& w : workers_) threads.push_back(std::make_unique<thread_with_stack>([this, &w] { work(w); }));
    threads.clear();
    return error_ != nullptr || !wrong();
  }
}

// A depth at which the tree has many parts: some are far larger than others, and only their number evens it out. All shards find the same.
std::size_t workers::depth_of_division() {
  graph::explorer& e = *workers_[0].exploring;
  std::size_t before = 0;
  for (std::size_t depth = 16;; depth += 8) {
    const std::size_t parts = e.divided({}, depth).size();
    const bool exhausted = depth > 64 && parts == before;
    if (e.must_restart() || parts >= enough_parts || exhausted) return depth;
    before = parts;
  }
}

void workers::work(worker& w) {
  for (;;) {
    graph::task part;
    {
      std::unique_lock guard(lock_);
      ++idle_;
      ++hungry_;
      if (idle_ == workers_.size() && waiting_.empty()) changed_.notify_all();
      changed_.wait(guard, [this] { return !waiting_.empty() || idle_ == workers_.size() || stopping_; });
      --hungry_;
      if (stopping_ || waiting_.empty()) return;
      part = std::move(waiting_.front());
      waiting_.pop_front();
      --idle_;
    }
    try {
      explore_part(w, part);
    } catch (...) {
      const std::lock_guard guard(lock_);
      if (!error_) error_ = std::current_exception();
      stopping_ = true;
    }
    if (w.exploring->stopped()) stopping_ = true;
    if (stopping_) changed_.notify_all();
  }
}

void workers::explore_part(worker& w, const graph::task& part) {
  if (w.counting) w.counting->look_for(part.path.size());
  w.exploring->run(part);
  if (!w.counting || w.counting->found() || w.exploring->stopped()) return;
  const std::string path = part.path.size() > 40 ? "" : " (" + text_of_path(part.path) + ")";
  throw unusable_frontier("has a part that this search does not have" + path + "; begin again without --resume");
}

// Now and then, on the worker's thread, while it visits.
void workers::pulse(worker& w) {
  const findings& seen = w.inspecting->seen();
  const std::uint64_t now = seen.complete + seen.blocked;
  executions_ += now - w.reported;
  w.reported = now;
  if (until_situation_ && seen.situation_reached) stop_all("the situation is reached");
  if (limit_reached()) return keep_rest(w);
  if (hungry_ == 0) return;
  std::vector<graph::task> given = w.exploring->give_away(hungry_);
  if (given.empty()) return;
  const std::lock_guard guard(lock_);
  for (graph::task& t : given) waiting_.push_back(std::move(t));
  changed_.notify_all();
}

void workers::keep_rest(worker& w) {
  std::vector<graph::task> rest = w.exploring->remainder();
  w.exploring->stop();
  const std::lock_guard guard(lock_);
  rest_.insert(rest_.end(), rest.begin(), rest.end());
}

void workers::stop_at_limit(worker& w) {
  stop_all("limit of " + std::to_string(*limit_.most) + (*limit_.most == 1 ? " execution" : " executions"));
  keep_rest(w);
}

bool workers::limit_reached() {
  if (stopping_) return true;
  const auto now = steady::now();
  const double seconds = std::chrono::duration<double>(now - begun_).count();
  std::string why;
  if (options_.stop != nullptr && options_.stop->load(order::relaxed)) why = "Ctrl-C";
  if (options_.seconds && seconds >= *options_.seconds) why = "limit of " + text_of_seconds(*options_.seconds);
  if (!why.empty()) stop_all(why);
  const std::lock_guard guard(lock_);
  if (options_.on_progress && now - reported_ > std::chrono::milliseconds(200)) {
    reported_ = now;
    const std::uint64_t explored = counted_before_ + executions_;
    const double whole = estimate_.value_or(0) / (options_.part ? options_.part->total : 1);
    options_.on_progress({explored, std::max(whole, static_cast<double>(explored)), seconds});
  }
  return stopping_;
}

void workers::stop_all(std::string why) {
  const std::lock_guard guard(lock_);
  if (stopped_by_.empty()) stopped_by_ = std::move(why);
  stopping_ = true;
  changed_.notify_all();
}

void workers::require_alike() const {
  if (settings_.last_alike == 0) return;
  const unsigned first = settings_.first_alike;
  for (unsigned t = first + 1; t <= settings_.last_alike; ++t) {
    if (runner_.known_root(first) == graph::no_node || runner_.known_root(t) == graph::no_node) return;
    require_alike(first, runner_.known_root(first), t, runner_.known_root(t));
  }
}

// After the same replies both make the same request; values and objects may be the thread's own.
void workers::require_alike(unsigned a, graph::node_id at_a, unsigned b, graph::node_id at_b) const {
  const graph::node& x = runner_.at(at_a);
  const graph::node& y = runner_.at(at_b);
  const bool same = x.next.what == y.next.what && x.next.at == y.next.at && x.next.success == y.next.success && x.marks == y.marks;
  if (!same) {
    throw std::logic_error(what_.name + ": threads " + std::to_string(a) + " and " + std::to_string(b) +
                           " are said to be alike, but do different things after the same replies");
  }
  for (graph::node_id c = x.first_child; c != graph::no_node; c = runner_.at(c).next_sibling) {
    for (graph::node_id d = y.first_child; d != graph::no_node; d = runner_.at(d).next_sibling) {
      if (runner_.at(c).by == runner_.at(d).by) require_alike(a, c, b, d);
    }
  }
}

std::vector<labelled_operation> workers::operations() const {
  std::map<std::string, labelled_operation> met;
  for (graph::node_id n = 0; n < runner_.size(); ++n) {
    const graph::request& q = runner_.at(n).next;
    const char* name = has_memory_order(q.what) ? name_of_operation(q) : "";
    if (*name == '\0' || q.plain || *q.at->label == '\0') continue;
    const bool compares = q.what == graph::action::compare_exchange;
    met.try_emplace(
        q.at->label,
        labelled_operation{
            q.at->label, name, text_of(q.success), compares ? text_of(q.failure) : "", {q.at->file, q.at->line, q.at->function}});
  }
  std::vector<labelled_operation> all;
  for (auto& [label, operation] : met) all.push_back(std::move(operation));
  return all;
}

std::vector<graph::task> workers::left() const {
  std::vector<graph::task> all = rest_;
  all.insert(all.end(), waiting_.begin(), waiting_.end());
  return all;
}

findings workers::seen() const {
  findings all;
  for (const worker& w : workers_) {
    const findings& f = w.inspecting->seen();
    all.complete += f.complete;
    all.blocked += f.blocked;
    if (f.found && (!all.found || f.found->replay < all.found->replay)) all.found = f.found;
    if (all.bound.empty()) all.bound = f.bound;
    all.gave_up = all.gave_up || f.gave_up;
    if (f.situation_reached && !std::exchange(all.situation_reached, true)) all.witness = f.witness;
  }
  return all;
}

void workers::look_everywhere() {
  for (worker& w : workers_) w.inspecting->look_everywhere();
  beginning from;
  from.parts = {graph::task()};
  from.blocks = blocks_;
  run(from);
}

void workers::tell(const std::vector<std::uint16_t>& path, bool blocks) {
  for (worker& w : workers_) w.inspecting->tell_first();
  graph::task part;
  part.path = path;
  beginning from;
  from.parts = {part};
  from.blocks = blocks;
  run(from);
}

}  // namespace holdfast::checker::runtime
