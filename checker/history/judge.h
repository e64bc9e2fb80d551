// judge: decides whether a specification explains what was recorded.
//
// A history is a list of operations, each with the thread that called it and the result it gave. It is accepted if some total order of its
// operations extends the given partial order (happens-before, or real time) and is a run of the sequential specification: every operation
// is enabled when its turn comes. An operation that has not returned may have taken effect or not. Besides, an operation may stay blocked
// for ever only if it is not enabled: if no accepted order ends in a state that excuses every blocked operation, those that it does not
// excuse are stuck. A lost wake-up, a stolen signal, a stall and a deadlock all look like that.
//
// The search is depth-first over pairs of frontier (the next operation of each thread) and state, in recorded order, and remembers the
// pairs that lead nowhere, so that it visits none twice. When the recorded order itself is accepted, which is the usual case, it asks
// `precedes` nothing, looks up nothing and, once its buffers have grown, allocates nothing. With an order of real time an operation can be
// exchanged only with the few that overlap it, which keeps histories of 10^5 operations easy.
#ifndef HOLDFAST_CHECKER_HISTORY_JUDGE_H_
#define HOLDFAST_CHECKER_HISTORY_JUDGE_H_

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checker/history/dead_ends.h"

namespace holdfast::checker {

// A sequential specification (models/spec/): when an operation, with the result it returned, is enabled, and what it does.
template <class S>
concept specification = std::copyable<S> && std::default_initializable<S> && std::equality_comparable<S> &&
    requires(const S& state, S& changing, typename S::operation operation, const typename S::thread& thread) {
  { state.enabled(operation, thread) } -> std::convertible_to<bool>;
  changing.effect(operation, thread);
  { S::name(operation) } -> std::convertible_to<std::string_view>;
};

// How an operation ended.
//   returned  it took effect
//   blocked   when nothing could run any more, its thread was inside it: it may have taken effect, and needs an excuse
//   cut_off   its thread died, or the recording ended: it may have taken effect, and that is all
enum class ending : std::uint8_t { returned, blocked, cut_off };

template <specification Spec>
struct recorded {
  typename Spec::thread thread{};
  typename Spec::operation operation{};
  ending how = ending::returned;
  std::uint64_t begin = 0;  // stamps, for real_time; other orders ignore them
  std::uint64_t end = std::numeric_limits<std::uint64_t>::max();
};

// The order of real time: an operation that returned before another was called precedes it.
template <specification Spec>
struct real_time {
  std::span<const recorded<Spec>> history;
  bool operator()(std::size_t i, std::size_t j) const { return history[i].end < history[j].begin; }
};

// Puts a history with stamps into the order of return: it extends the order of real time, and each thread's operations stay in order.
// That of call would do as well, but a lock is taken just before lock() returns.
template <specification Spec>
void sort_by_return(std::vector<recorded<Spec>>& history) {
  std::sort(history.begin(), history.end(),
            [](const auto& a, const auto& b) { return a.end != b.end ? a.end < b.end : a.begin < b.begin; });
}

struct judgement {
  bool accepted = false;
  std::size_t unexplained = 0;         // if not accepted: no order that the specification allows gets past this operation
  std::span<const std::size_t> stuck;  // if accepted: blocked, although enabled or done; valid until the judge's next judgement
  bool good() const { return accepted && stuck.empty(); }
};

// Keeps its buffers from one judgement to the next. Not for two threads at once.
template <specification Spec>
class judge {
 public:
  using history = std::span<const recorded<Spec>>;

  // precedes(i, j), for i < j, says that operation i must come before operation j; it is asked about returned i only.
  // REQUIRES: it is a strict partial order that orders the operations of each thread as recorded, and never an operation before one with
  // a lower index; only the last operation of a thread has not returned.
  template <std::predicate<std::size_t, std::size_t> Precedes>
  judgement operator()(history operations, Precedes precedes, const Spec& initial = Spec());

  // An accepted order, as indices; without stuck operations where there is one. Empty if the history was not accepted.
  std::span<const std::size_t> order() const { return order_; }

  // One line on the last judgement, which was of this history.
  std::string explain(history operations) const;

 private:
  static constexpr std::uint32_t nothing = std::numeric_limits<std::uint32_t>::max();

  struct placed {
    Spec before;
    std::uint32_t operation;
  };

  void prepare(history operations, const Spec& initial);
  template <class Precedes>
  std::uint32_t next_candidate(history operations, const Precedes& precedes, std::uint64_t from) const;
  void place(history operations, std::uint32_t operation);
  std::uint64_t take_back(history operations);
  bool excuses_all(history operations);
  void note_dead_end(history operations);

  // Returned operations first, in recorded order; those that need not have taken effect only when nothing else is left to try.
  std::uint64_t rank(history operations, std::uint32_t i) const {
    return operations[i].how == ending::returned ? i : operations.size() + i;
  }
  static std::string text(history operations, std::size_t i);

  Spec state_{};
  std::vector<typename Spec::thread> threads_;
  std::vector<std::uint32_t> heads_;    // the frontier: per thread, its next operation, or `nothing`
  std::vector<std::uint32_t> follows_;  // per operation, the next of its thread, or `nothing`
  std::vector<std::uint32_t> owner_;    // per operation, its thread's place in heads_
  std::vector<std::uint32_t> blocked_;
  std::size_t to_return_ = 0;  // returned operations not yet placed
  std::vector<placed> path_;
  dead_ends<Spec> dead_;

  judgement result_;
  std::vector<std::size_t> order_;
  std::vector<std::size_t> stuck_;
  std::vector<std::size_t> candidate_stuck_;
  std::uint32_t unexplained_after_ = nothing;
};

template <specification Spec>
template <std::predicate<std::size_t, std::size_t> Precedes>
judgement judge<Spec>::operator()(history operations, Precedes precedes, const Spec& initial) {
  prepare(operations, initial);
  for (std::uint64_t from = 0;;) {
    // On arrival.
    bool dead = from == 0 && dead_.contains(heads_, state_);
    if (from == 0 && !dead && to_return_ == 0 && excuses_all(operations)) return result_;
    const std::uint32_t next = dead ? nothing : next_candidate(operations, precedes, from);
    if (next != nothing) {
      path_.push_back({state_, next});
      place(operations, next);
      from = 0;
      continue;
    }
    note_dead_end(operations);
    if (path_.empty()) break;
    if (!dead) dead_.insert(heads_, state_);
    from = take_back(operations) + 1;
  }
  result_.stuck = stuck_;
  return result_;
}

template <specification Spec>
void judge<Spec>::prepare(history operations, const Spec& initial) {
  state_ = initial;
  threads_.clear();
  heads_.clear();
  blocked_.clear();
  path_.clear();
  dead_.clear();
  order_.clear();
  stuck_.clear();
  result_ = {};
  unexplained_after_ = nothing;
  to_return_ = 0;
  const std::size_t count = operations.size();
  follows_.assign(count, nothing);
  owner_.resize(count);
  // From the last to the first, so that each operation finds its successor at the head of its thread.
  for (std::size_t i = count; i-- > 0;) {
    std::size_t t = 0;
    while (t < threads_.size() && !(threads_[t] == operations[i].thread)) ++t;
    if (t == threads_.size()) {
      threads_.push_back(operations[i].thread);
      heads_.push_back(nothing);
    }
    owner_[i] = static_cast<std::uint32_t>(t);
    follows_[i] = heads_[t];
    heads_[t] = static_cast<std::uint32_t>(i);
    if (operations[i].how == ending::returned) ++to_return_;
    if (operations[i].how == ending::blocked) blocked_.push_back(static_cast<std::uint32_t>(i));
  }
}

// The enabled head of the lowest rank, `from` or above, that no other head precedes. An operation further down a thread need not be asked:
// what it precedes, its head precedes too.
template <specification Spec>
template <class Precedes>
std::uint32_t judge<Spec>::next_candidate(history operations, const Precedes& precedes, std::uint64_t from) const {
  for (;;) {
    std::uint32_t best = nothing;
    std::uint64_t best_rank = std::numeric_limits<std::uint64_t>::max();
    for (const std::uint32_t head : heads_) {
      if (head == nothing) continue;
      const std::uint64_t r = rank(operations, head);
      if (r >= from && r < best_rank) {
        best = head;
        best_rank = r;
      }
    }
    if (best == nothing) return nothing;
    const auto comes_before_best = [&](std::uint32_t head) {
      return head < best && operations[head].how == ending::returned && precedes(head, best);  // `nothing` is never less
    };
    if (state_.enabled(operations[best].operation, operations[best].thread) && std::ranges::none_of(heads_, comes_before_best)) return best;
    from = best_rank + 1;
  }
}

template <specification Spec>
void judge<Spec>::place(history operations, std::uint32_t i) {
  state_.effect(operations[i].operation, operations[i].thread);
  heads_[owner_[i]] = follows_[i];
  if (operations[i].how == ending::returned) --to_return_;
}

// Undoes the last placement and returns the rank of what was placed.
template <specification Spec>
std::uint64_t judge<Spec>::take_back(history operations) {
  const placed& last = path_.back();
  const std::uint32_t i = last.operation;
  state_ = last.before;
  path_.pop_back();
  heads_[owner_[i]] = i;
  if (operations[i].how == ending::returned) ++to_return_;
  return rank(operations, i);
}

// Every returned operation is placed: the order is accepted. Keeps the first such order, and the one that excuses all blocked operations.
template <specification Spec>
bool judge<Spec>::excuses_all(history operations) {
  candidate_stuck_.clear();
  for (const std::uint32_t b : blocked_) {
    const bool done = heads_[owner_[b]] != b;
    if (done || state_.enabled(operations[b].operation, operations[b].thread)) candidate_stuck_.push_back(b);
  }
  if (result_.accepted && !candidate_stuck_.empty()) return false;
  result_.accepted = true;
  order_.clear();
  for (const placed& p : path_) order_.push_back(p.operation);
  std::ranges::sort(candidate_stuck_);
  stuck_.swap(candidate_stuck_);
  return stuck_.empty();
}

// Placing an operation never lowers the first that is missing, so it is enough to look where nothing more can be placed.
template <specification Spec>
void judge<Spec>::note_dead_end(history operations) {
  if (result_.accepted || to_return_ == 0) return;
  std::uint32_t missing = nothing;
  for (const std::uint32_t head : heads_) {
    if (head < missing && operations[head].how == ending::returned) missing = head;
  }
  if (unexplained_after_ == nothing || missing > result_.unexplained) {
    result_.unexplained = missing;
    unexplained_after_ = path_.empty() ? nothing : path_.back().operation;
  }
}

template <specification Spec>
std::string judge<Spec>::text(history operations, std::size_t i) {
  using std::to_string;
  return "operation " + to_string(i) + " (thread " + to_string(operations[i].thread) + ": " +
         std::string(Spec::name(operations[i].operation)) + ")";
}

template <specification Spec>
std::string judge<Spec>::explain(history operations) const {
  if (!result_.accepted) {
    std::string line = text(operations, result_.unexplained) + " is not enabled in any order of the operations";
    if (unexplained_after_ != nothing) line += "; the one that gets furthest ends with " + text(operations, unexplained_after_);
    return line;
  }
  if (stuck_.empty()) return "accepted";
  std::string line;
  for (const std::size_t i : stuck_) line += (line.empty() ? "" : ", ") + text(operations, i);
  return line + (stuck_.size() == 1 ? " is" : " are") + " blocked for ever although enabled";
}

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_HISTORY_JUDGE_H_
