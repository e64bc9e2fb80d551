#include "checker/relacy/explore.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <stdexcept>
#include <utility>

#include "checker/kernel/unexplored.h"
#include "checker/relacy/execution.h"
#include "checker/relacy/relacy_include.h"

namespace holdfast::checker::relacy {
namespace {

using steady = std::chrono::steady_clock;

constexpr char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";

// What the scheduler needs to know, and what it leaves behind. One search at a time.
struct search {
  const run_options* options = nullptr;
  std::optional<unsigned> context_bound;
  std::string schedule;  // to be replayed; empty: explore
  bool replaying = false;
  bool bad_schedule = false;
  std::string stopped_by;  // why the search ended early
  bool bound_hit = false;  // the context bound kept a thread from running
  std::uint64_t executions = 0;
  std::string last_schedule;
  std::string witness;  // the first schedule that reached the situation
  steady::time_point begun;
  steady::time_point reported;
  double estimate = 0;  // mean of the products of the branching factors
  std::uint64_t estimates = 0;
};
search* active = nullptr;

std::string text_of_seconds(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%g s", seconds);
  return text;
}

double seconds_since(steady::time_point t) { return std::chrono::duration<double>(steady::now() - t).count(); }

// relacy's tree search without its fairness rule: every thread that can run may run next, and so may every sleeper whose deadline may have
// passed or that has a spurious wake-up left, though nothing rests on those: if all sleep without a deadline, they sleep for ever. One
// choice each time, so that no schedule comes twice.
template <rl::thread_id_t Threads>
class exhaustive_scheduler
    : public rl::tree_search_scheduler<exhaustive_scheduler<Threads>, rl::tree_search_scheduler_thread_info<Threads>, Threads> {
  using base = rl::tree_search_scheduler<exhaustive_scheduler<Threads>, rl::tree_search_scheduler_thread_info<Threads>, Threads>;

 public:
  using typename base::shared_context_t;

  exhaustive_scheduler(rl::test_params& params, shared_context_t& shared, rl::thread_id_t dynamic_threads)
      : base(params, shared, dynamic_threads) {}

  rl::thread_id_t iteration_begin_impl() {
    this->stree_depth_ = 0;
    switches_left_ = active->context_bound;
    return this->running_threads[rand_impl(this->running_threads_count, rl::sched_type_sched)];
  }

  rl::thread_id_t schedule_impl(rl::unpark_reason& reason, unsigned) {
    auto& self = *this->thread_;
    reason = rl::unpark_reason_normal;
    const bool can_stay = self.state_ == rl::thread_state_running;
    if (can_stay && (switches_left_ == 0u)) {
      active->bound_hit |= this->running_threads_count + this->timed_thread_count_ + this->spurious_thread_count_ > 1;
      return self.index_;
    }
    const rl::thread_id_t chosen = choose(reason);
    if (chosen != self.index_ && can_stay && switches_left_) --*switches_left_;
    return chosen;
  }

  unsigned rand_impl(unsigned limit, rl::sched_type type) {
    if (limit == 1) return 0;
    const std::size_t depth = this->stree_depth_++;
    if (depth == this->stree_.size()) {
      unsigned index = 0;
      if (depth < active->schedule.size()) {
        index = static_cast<unsigned>(std::string_view(digits).find(active->schedule[depth]));
        if (index >= limit) {
          active->bad_schedule = true;
          index = 0;
        }
      }
      this->stree_.push_back({limit, index, type, 0});
    }
    return this->stree_[depth].index_;
  }

  // True if the search is over.
  bool iteration_end_impl() {
    const outside_relacy heap;
    search& s = *active;
    ++s.executions;
    note_schedule();
    if (s.replaying) {
      const std::string_view surplus = std::string_view(s.schedule).substr(std::min(s.schedule.size(), this->stree_.size()));
      s.bad_schedule |= surplus.find_first_not_of('0') != std::string_view::npos;
      return true;
    }
    if (s.executions % 64 == 0) {
      note_estimate();
      if (must_stop(s)) return true;
    }
    for (std::size_t i = this->stree_.size(); i != 0; --i) {
      auto& node = this->stree_[i - 1];
      if (node.index_ == node.count_ - 1) continue;
      this->stree_.resize(i);
      ++node.index_;
      return limit_reached(s);
    }
    return true;
  }

  double iteration_count_approx() { return 1; }

  ~exhaustive_scheduler() {
    const outside_relacy heap;
    note_schedule(true);
  }

 private:
  rl::thread_id_t choose(rl::unpark_reason& reason) {
    const unsigned running = this->running_threads_count;
    if (current().abandoned) return this->running_threads[0];
    const unsigned timed = this->timed_thread_count_;
    const unsigned spurious = running + timed == 0 ? 0 : this->spurious_thread_count_;
    unsigned index = rand_impl(running + timed + spurious, rl::sched_type_sched);
    if (index < running) return this->running_threads[index];
    index -= running;
    const bool time_out = index < timed;
    const rl::thread_id_t woken = time_out ? this->timed_threads_[index]->index_ : this->spurious_threads_[index - timed]->index_;
    reason = time_out ? rl::unpark_reason_timeout : rl::unpark_reason_spurious;
    this->unpark_thread(woken);
    return woken;
  }

  // The choices of this execution, where a replay will want them.
  void note_schedule(bool final = false) {
    search& s = *active;
    const bool first_witness = current().situation_reached && s.witness.empty();
    if (!final && !first_witness && !s.replaying) return;
    s.last_schedule.clear();
    for (const auto& node : this->stree_) s.last_schedule += digits[std::min<unsigned>(node.index_, sizeof digits - 2)];
    if (first_witness) s.witness = s.last_schedule.empty() ? "0" : s.last_schedule;
  }

  void note_estimate() {
    double product = 1;
    for (const auto& node : this->stree_) product *= node.count_;
    search& s = *active;
    s.estimate += (product - s.estimate) / static_cast<double>(++s.estimates);
  }

  static bool limit_reached(search& s) {
    if (!s.options->executions || s.executions < *s.options->executions) return false;
    const std::uint64_t most = *s.options->executions;
    s.stopped_by = "limit of " + std::to_string(most) + (most == 1 ? " execution" : " executions");
    return true;
  }

  static bool must_stop(search& s) {
    const run_options& o = *s.options;
    if (o.stop != nullptr && o.stop->load(order::relaxed)) s.stopped_by = "Ctrl-C";
    const auto now = steady::now();
    const double seconds = std::chrono::duration<double>(now - s.begun).count();
    if (o.seconds && seconds >= *o.seconds) s.stopped_by = "limit of " + text_of_seconds(*o.seconds);
    if (o.on_progress && now - s.reported > std::chrono::milliseconds(200)) {
      s.reported = now;
      o.on_progress({s.executions, std::max(s.estimate, static_cast<double>(s.executions)), seconds});
    }
    return !s.stopped_by.empty();
  }

  std::optional<unsigned> switches_left_;
};

// The scenario as relacy's test suite.
template <rl::thread_id_t Threads>
struct suite : rl::test_suite<suite<Threads>, Threads> {
  void before() { begin_execution(); }
  void thread(unsigned index) { run_thread(index + 1); }
  void after() { end_execution(); }
};

template <rl::thread_id_t Threads>
rl::test_result_e run_relacy() {
  rl::ostringstream unused;
  rl::test_params params;
  params.output_stream = &unused;
  params.progress_stream = &unused;
  params.search_type = rl::fair_full_search_scheduler_type;
  params.execution_depth_limit = 1u << 30;
  return rl::run_test<suite<Threads>, exhaustive_scheduler<Threads>>(params, unused, false);
}

rl::test_result_e run_relacy(unsigned threads) {
  switch (threads) {
    case 2: return run_relacy<2>();
    case 3: return run_relacy<3>();
    case 4: return run_relacy<4>();
    default: throw std::invalid_argument("relacy: a scenario has 2 to " + std::to_string(most_threads) + " threads");
  }
}

violation_kind kind_of(rl::test_result_e r) {
  switch (r) {
    case rl::test_result_success: return violation_kind::none;
    case rl::test_result_data_race: return violation_kind::data_race;
    case rl::test_result_deadlock: return violation_kind::lost_wake_up;
    case rl::test_result_unitialized_access: return violation_kind::uninitialised;
    case rl::test_result_access_to_freed_memory: return violation_kind::use_after_free;
    case rl::test_result_livelock: return violation_kind::livelock;
    default: return current().failed.kind;
  }
}

void state_assumptions(result& r, const exploration& what) {
  r.assumptions.push_back(
      "relacy's memory model: stores take their place in coherence order as they run, loads read at most one write back");
  r.assumptions.push_back(what.wakes == wake_order::any_waiter ? "a wake takes any waiter" : "a wake takes the first waiter");
  if (what.interruptions != 0) r.assumptions.push_back("at most " + std::to_string(what.interruptions) + " interruption(s) of each thread");
  for (const std::string& other : texts_of(what.on)) r.assumptions.push_back(other);
  r.assumptions.push_back("a futex wait compares with the newest value of the word");
  r.assumptions.push_back("a weak compare-exchange fails on an equal value at most once in each thread");
  if (what.spin_rounds == 0) r.assumptions.push_back("nobody spins");
  r.assumptions.push_back(what.spurious_wake_ups == 0
                              ? "no spurious wake-ups"
                              : "at most " + std::to_string(what.spurious_wake_ups) + " spurious wake-up(s) of each thread");
}

std::string replay_id(const exploration& what, std::string schedule) {
  while (schedule.size() > 1 && schedule.back() == '0') schedule.pop_back();
  return what.name + (what.mutant.empty() ? "" : "[" + what.mutant + "]") + ":" + (schedule.empty() ? "0" : schedule);
}

void conclude(result& r, const exploration& what, const search& s, rl::test_result_e ended) {
  const execution& e = current();
  const violation_kind kind = kind_of(ended);
  r.limits.stopped_by = s.stopped_by;
  if (e.failed.bound != nullptr) r.limits.stopped_by = e.failed.bound;
  if (kind != violation_kind::none || s.replaying) {
    r.found = narrate(e, kind);
    r.found->replay = replay_id(what, s.last_schedule);
  }
  if (kind != violation_kind::none) {
    r.outcome = verdict::violated;
  } else if (s.replaying) {
    r.limits.stopped_by = "one schedule replayed";
    r.outcome = verdict::inconclusive;
  } else if (s.bound_hit && r.limits.stopped_by.empty()) {
    r.limits.stopped_by = "context bound " + std::to_string(*what.context_bound);
    r.outcome = verdict::inconclusive;
  } else {
    r.outcome = r.limits.stopped_by.empty() ? verdict::verified : verdict::inconclusive;
  }
}

}  // namespace

result explore(const exploration& as_is, const run_options& options) {
  exploration what = as_is;
  what.on = what.on | options.on;
  kernel::require_followed(what.name, what.on, kernel::engine::relacy);
  const bool is_unknown = !what.may_die.empty() || !what.started_by_others.empty() || what.wakes_order_memory || what.handlers_restart;
  if (is_unknown) {
    throw std::invalid_argument(what.name +
                                ": relacy knows no death, no threads that start others, no wake that orders memory and no SA_RESTART: "
                                "explore it with graphs");
  }
  result r;
  r.name = what.name;
  r.mutant = what.mutant;
  r.engine = "relacy";
  r.model = "exhaustive under relacy's model";
  r.threads = what.threads;
  r.limits.executions = options.executions;
  r.limits.seconds = options.seconds;
  r.limits.context_switches = what.context_bound;
  state_assumptions(r, what);

  search s;
  s.options = &options;
  s.context_bound = what.context_bound;
  s.replaying = !options.replay.empty();
  s.schedule = options.replay;
  s.begun = s.reported = steady::now();
  execution& e = current();
  e.what = &what;
  e.situation_reached = e.mutation_applied = false;
  const std::unique_ptr<program> running = what.make();
  e.running = running.get();
  active = &s;
  const rl::test_result_e ended = run_relacy(what.threads);
  active = nullptr;

  if (s.bad_schedule) throw std::invalid_argument("'" + options.replay + "' is not a schedule of " + what.name);
  const bool complete = ended == rl::test_result_success && s.stopped_by.empty() && !s.replaying;
  if (what.change.what != mutation::change::no_mutation && !e.mutation_applied && complete) {
    throw std::logic_error(what.name + ": no operation has the label " + what.change.label + " of mutant " + what.mutant);
  }
  r.seconds = seconds_since(s.begun);
  r.executions = s.executions + (ended == rl::test_result_success ? 0 : 1);
  if (what.must_reach) {
    r.situations.push_back({what.must_reach->text, e.situation_reached, s.witness.empty() ? "" : replay_id(what, s.witness)});
  }
  conclude(r, what, s, ended);
  return r;
}

}  // namespace holdfast::checker::relacy
