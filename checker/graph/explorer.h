// explorer: visits every consistent execution graph of a program exactly once.
//
// Optimal dynamic partial-order reduction in the manner of TruSt (Kokologiannakis, Marmanis, Gladstein, Vafeiadis: "Truly Stateless,
// Optimal Dynamic Partial Order Reduction", POPL 2022): events are added in an order that is a function of the graph; a write that comes after a
// read that might have read it revisits that read, if all that this deletes had been added by default. Nothing that was visited is stored.
//
// What is added to it: a thread that can only re-read what makes it read again (an await, a futex sleep) does not run until there is
// something else to read, so that it leaves no blocked executions; the kernel's queue as one location (kernel_states.h).
#ifndef HOLDFAST_CHECKER_GRAPH_EXPLORER_H_
#define HOLDFAST_CHECKER_GRAPH_EXPLORER_H_

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "checker/graph/chains.h"
#include "checker/graph/graph.h"
#include "checker/graph/kernel_states.h"
#include "checker/graph/observer.h"
#include "checker/graph/pi_words.h"
#include "checker/graph/request.h"

namespace holdfast::checker::graph {

class explorer {
 public:
  // `threads` besides thread 0.
  explorer(thread_tree& tree, unsigned threads, const exploration_options& options, observer& watching);

  // Visits the part of the tree. Returns early after stop(), and when what was visited so far does not count: see must_restart().
  void run(const task& part);
  // Whether a decision on what a thread waits for has turned out wrong. Everything is to be visited again, after restart().
  bool must_restart() const { return must_block_ || tree_.was_wrong(); }
  void restart();
  bool must_block() const { return must_block_; }
  // Whether reads that block their thread are events (see is_satisfying): decided by a restart, and needed to read paths again.
  bool blocks() const { return blocks_; }
  void set_blocks(bool blocks) { blocks_ = blocks; }

  // From now on only this share is visited.
  void set_share(const share& s) { share_ = s; }
  // Disjoint parts that add up to this one: what is so many levels below it, and what ends before.
  std::vector<task> divided(const task& part, std::size_t levels);
  // Knuth's estimate of the number of complete executions: the mean over random descents of the product of the numbers of children.
  double estimate(const task& part, unsigned descents, std::uint64_t seed);
  // Visits nothing more. Called by the observer.
  void stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }

  // Where the visit is: the numbers of the children on the way from the root.
  const std::vector<std::uint16_t>& path() const { return path_; }
  // Splits off what is left of the visit besides the current child of each node on the way: the frames nearest to the root first, at most
  // so many tasks. The visit goes on with the rest.
  std::vector<task> give_away(std::size_t most);
  // All that is left of the visit, the current node included. Called by the observer's grown(), which then stops the visit.
  std::vector<task> remainder();

  // The request that the thread is at, or in.
  node_id node_of(unsigned thread) {
    const event_id last = g_->last_of(thread);
    if (last == no_event) return tree_.root(thread);
    const event& e = g_->at(last);
    return e.after == no_node ? e.at : e.after;
  }
  const kernel_states& kernel() const { return kernel_; }
  const pi_words& pi() const { return pi_; }
  thread_tree& tree() { return tree_; }
  const exploration_options& options() const { return options_; }
  unsigned threads() const { return threads_; }
  std::uint64_t revisits() const { return revisits_; }
  // Whether priorities may be lent along chains of owners: of the words that the set-up makes, several have priority inheritance, and there
  // are three threads or more, not all alike urgent. Then who gets such a word is chosen, and whole executions are held against chains.h.
  bool has_chains() const { return has_chains_; }
  // Of the execution that the observer is told of.
  std::optional<chains::inversion> inversion() const { return inversion_; }

 private:
  // The next event of a thread: which part of which request.
  struct position {
    unsigned thread = 0;
    node_id node = no_node;
    phase part = phase::only;
    bool mid_request = false;
  };
  struct frame {
    std::uint32_t next = 0;    // number of the next child
    std::uint32_t end = ~0u;   // children from here on are somebody else's
    std::uint32_t only = ~0u;  // of a random descent: the child that is visited
  };
  // A read about to be added, and the writes that it may read.
  struct reading {
    unsigned thread;
    node_id node;
    phase part;
    location_id location;
    event_id floor;  // the oldest write; no_event: all
    event_id ghost;  // the event in which it gave way; no_event: it did not
  };
  struct option {
    event_id write = no_event;  // no_event: before the first
    bool fails = false;         // a weak compare-exchange that fails on an equal value
    bool conflicts = false;     // another read-modify-write has updated this write
  };
  // A read that a write may revisit; gives_way: the read is taken out, because the write takes what it read and it cannot read the write.
  struct revisit {
    event_id read;
    bool gives_way;
    bool fails;  // a weak compare-exchange fails on the value
  };

  // explorer.cc: the visit, and the order of events.
  void visit();
  void descend();
  bool is_in_share();
  bool enters();
  void leave();
  position position_of(unsigned thread);
  phase next_part(const event& last);
  std::optional<position> next_position();
  // The read of a read-modify-write, as yet without its write.
  static bool is_to_be_written(const event& last) { return last.after == no_node && last.exclusive && last.kind == event_kind::read; }
  bool must_give_way(const event& last) const;
  bool follows_one_that_gives_way(unsigned thread, const clock& prefix) const;
  unsigned first_that_may_run() const;
  bool can_run(const position& p);
  bool has_option(const position& p);
  bool orders_sc() const { return options_.model == memory_model::sc || g_->sc_count() != 0; }
  bool is_ended(unsigned thread) { return tree_.at(node_of(thread)).next.what == action::end; }
  bool is_over();
  void finish();
  void explore_conflicts();
  bool explore_changes();
  standing standing_of(unsigned thread);
  void fail(violation_kind kind, const char* text, event_id event, event_id other = no_event);
  void fail_at_bound(const char* text);

  // events.cc: adding one event.
  void perform(const position& p);
  void add_reads(const position& p, bool only_conflicts = false);
  event_id add_read(const position& p, const option& o);
  reading reading_of(const position& p);
  bool next_option(const reading& r, option& o);
  bool is_last_option(const reading& r, event_id write) const;
  void add_writes(const position& p);
  void add_other(const position& p);
  void add_choices(const position& p, std::uint64_t alternatives);
  void add_wakes_up(const position& p);
  event shape_of(const position& p, event_kind kind) const;
  event write_shape(const position& p);
  void conclude_read(event_id read, bool fails);
  bool starts_twice(std::uint64_t threads) const;
  void visit_with(event_id added);
  bool is_consistent(event_id added);
  bool is_newest(event_id added) const;
  bool is_faultless(event_id added);
  event_id racing_with(event_id added) const;
  event_id forgetful_store(event_id added) const;
  event_id lowest_place(const event& shape) const;
  bool next_place(const event& shape, event_id floor, event_id& place) const;

  // symmetry.cc
  bool is_representative(unsigned thread) const;
  clock kept_under(unsigned thread) const;
  std::partial_ordering compare_threads(unsigned a, unsigned b, event_id* next_of_a = nullptr) const;
  std::partial_ordering compare_events(const event& a, const event& b) const;

  // replies.cc: what a request gives.
  const request& request_of(const event& e) const { return tree_.at(e.at).next; }
  static order order_of(const request& q, std::uint64_t read, bool fails);
  static leaving decision(const request& q, std::uint64_t value);
  static std::uint64_t status_of_leaving(leaving why);
  bool finds_itself_gone(const request& q, unsigned thread, std::uint64_t queue) const {
    return q.what == action::dequeue && !kernel_.has(queue, thread, q.entry);
  }
  order order_of_waking() const { return options_.wakes_order_memory ? order::acquire : order::relaxed; }
  static bool writes_after(const request& q, std::uint64_t read, bool fails);
  bool goes_on(const request& q, std::uint64_t compared) const;
  std::uint64_t updated(const request& q, std::uint64_t read) const;
  static reply reply_to(const request& q, std::uint64_t read, bool fails);
  static reply reply_of_pi(std::int32_t result);
  effect effect_of(const request& q, std::uint64_t read, bool fails) const;
  bool is_satisfying(unsigned thread, node_id n, phase part, std::uint64_t read, bool fails);

  // liveness.cc
  bool is_stuck_after(unsigned thread, node_id n, phase part, std::uint64_t read, bool fails);
  bool is_stuck(unsigned thread, node_id n);
  event_id newest_without(location_id l, event_id read) const;
  bool spins_for_ever(node_id n, unsigned thread, event_id without);
  bool may_miss_a_value();
  bool others_wait_without(event_id read);

  // kernel_events.cc
  kernel_states::change queue_change(const event& last);
  pi_words::change pi_change(const event& last);
  std::size_t heirs(const event& read) { return has_chains_ ? pi_.heirs(read.value, request_of(read), read.thread) : 0; }
  bool sleeps(const request& q, std::uint64_t queue, unsigned thread) const;
  order order_of_pi(const request& q, std::uint64_t read, unsigned thread);
  bool is_kernels(event_id e) const { return g_->at(e).part != phase::only && g_->at(e).part != phase::write_part; }
  event_id taken_off(unsigned thread);
  event_id taken_off_any(unsigned thread) const;
  bool takes_off(event_id queue_write, unsigned thread, const request& q) const;
  bool is_kernel_coherent(event_id added) const;
  event_id compared_by(const event& of_operation) const;
  bool follows_change_of(event_id queue_write, event_id e) const;
  bool comparison_is_coherent(event_id queue_write, const clock& ordered) const;
  bool vain_requeues_are_coherent(location_id queue) const;
  bool compares_older(event_id operation, const clock& ordered) const;
  bool may_have_chains();
  bool has_order_of_chains();
  bool may_have_lock_first(event_id vain, const std::vector<event_id>& others) const;

  // revisit.cc
  std::vector<revisit> revisits_of(const event& write, const clock& prefix);
  event_id ghost_before(const event& read) const;
  event_id base_source(event_id read);
  bool follows_ghost(event_id ghost, event_id write) const {
    return ghost == no_event || g_->includes(g_->at(write).porf, g_->at(ghost).reads_from);
  }
  bool is_default(event_id e, const clock& prefix);
  event_id default_source(event_id read, const clock& prefix);
  bool waits_with(const event& read, std::uint64_t value) { return !is_satisfying(read.thread, read.at, read.part, value, false); }
  void visit_revisit(const event& write, const clock& prefix, const clock& under, const revisit& r);
  bool is_coherent(event_id read) const;
  std::unique_ptr<graph> fresh_graph();

  thread_tree& tree_;
  unsigned threads_;
  exploration_options options_;
  observer& observer_;
  kernel_states kernel_;
  pi_words pi_;

  graph* g_ = nullptr;
  std::vector<std::unique_ptr<graph>> spare_graphs_;
  std::vector<event_id> renumbering_;

  bool blocks_;              // see is_satisfying
  bool must_block_ = false;  // it should be set
  bool stopped_ = false;
  bool has_chains_ = false;
  std::optional<chains::inversion> inversion_;
  bool finds_waiters_gone_ = false;  // some waiter was taken off by a write that came later than it looked
  share share_;
  std::optional<std::size_t> parts_depth_;  // collecting parts
  std::vector<task> parts_;
  std::optional<std::mt19937_64> random_;  // descending at random
  bool counts_children_ = false;
  double weight_ = 1;
  double estimated_ = 0;
  task part_;
  std::vector<frame> frames_;
  std::vector<std::uint16_t> path_;
  std::uint64_t revisits_ = 0;
};

inline explorer::position explorer::position_of(unsigned thread) {
  const event_id id = g_->last_of(thread);
  if (id != no_event && g_->at(id).after == no_node) return {thread, g_->at(id).at, next_part(g_->at(id)), true};
  const node_id n = id == no_event ? tree_.root(thread) : g_->at(id).after;
  const action what = tree_.at(n).next.what;
  if (compares(what)) return {thread, n, phase::compare, false};
  if (what == action::sleep_any) return {thread, n, tree_.at(n).next.leaving != 0 ? phase::decide : phase::sleep, false};
  if (what == action::dequeue) return {thread, n, phase::leave_read, false};
  return {thread, n, what == action::wake || is_pi(what) ? phase::queue_read : phase::only, false};
}

}  // namespace holdfast::checker::graph

#endif  // HOLDFAST_CHECKER_GRAPH_EXPLORER_H_
