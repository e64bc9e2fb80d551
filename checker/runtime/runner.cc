#include "checker/runtime/runner.h"

#include <cxxabi.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <string_view>
#include <typeinfo>
#include <utility>

#include "checker/kernel/robust_rule.h"
#include "checker/runtime/crash.h"

namespace holdfast::checker::runtime {
namespace {

using graph::action;
using graph::no_node;
using graph::node_id;

thread_local runner* active = nullptr;

// Of what is no operation of anybody's code.
constexpr site nowhere("", "", 0, "");

std::uint64_t hash_of(std::span<const std::byte> bytes) {
  return std::hash<std::string_view>()({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

// Takes up what is kept, and keeps what was there.
void swap_exceptions(exception_state& kept) {
  auto* const now = reinterpret_cast<exception_state*>(abi::__cxa_get_globals());
  std::swap(*now, kept);
}

// What a mutation that leaves the step out calls it.
const char* name_of(runner::robust_step what) {
  switch (what) {
    case runner::robust_step::pending: return "robust_pending";
    case runner::robust_step::link: return "robust_link";
    case runner::robust_step::unlink: return "robust_unlink";
    case runner::robust_step::done: return "robust_done";
  }
  return "";
}

std::string described(const graph::request& q) {
  if (q.what == action::end) return "it ended";
  if (q.at == nullptr || *q.at->label == '\0') return "an operation without a label";
  return std::string("[") + q.at->label + "] at " + q.at->file + ":" + std::to_string(q.at->line);
}

}  // namespace

runner::runner(program& running, const exploration& what) : program_(running), what_(what) {
  for (unsigned t = 0; t <= what.threads; ++t) {
    threads_[t].stack = std::make_unique<fiber>();
    threads_[t].memory = std::make_unique<arena>();
    arguments_[t] = {this, t};
  }
}

runner::~runner() {
  if (constructed_) program_.destroy();
}

runner* runner::current() { return active; }

graph::reply runner::ask(const call& c) {
  if (!c.is_mark && c.what.what != action::end && c.what.what != action::fail) maybe_die();
  return pose(c);
}

bool runner::may_die() const {
  if (running_ == 0 || threads_[running_].has_died) return false;
  return std::ranges::find(what_.may_die, running_) != what_.may_die.end();
}

void runner::maybe_die() {
  if (!may_die()) return;
  call death;
  death.at = nowhere;
  death.what.what = action::choose;
  death.what.of_death = true;
  death.what.operand = 2;
  if (pose(death).value == 1) die();
}

graph::reply runner::pose(const call& c) {
  asked_ = c;
  threads_[running_].stack->pause();
  return threads_[running_].given;
}

void runner::change_robust_list(robust_step what, place word) {
  maybe_die();
  if (drops(name_of(what))) return;
  robust_list& list = threads_[running_].robust;
  switch (what) {
    case robust_step::pending: return list.set_pending(word);
    case robust_step::link: return list.link(word);
    case robust_step::unlink: return list.unlink(word);
    case robust_step::done: return list.set_pending(nullptr);
  }
}

std::uint64_t runner::look_at(place word) {
  call c;
  c.at = nowhere;
  c.what.what = action::load;
  c.object = word;
  return pose(c).value;
}

// As exit_robust_list() of the kernel does, and then exit_pi_state_list(): in between, others see words that are marked and not handed on
// yet. What it reads and writes are operations of the thread; there is no death from here on.
void runner::die() {
  thread_state& t = threads_[running_];
  t.has_died = true;
  mark_death(true);
  call barrier;
  barrier.at = nowhere;
  barrier.what.what = action::fence;
  barrier.what.plain = true;
  if (!t.robust.is_empty()) pose(barrier);
  const place pending = t.robust.pending();
  for (const place word : t.robust.words()) {
    if (word.begin != pending.begin) release_robust(word, false);
  }
  if (pending.begin != nullptr && !what_.on[kernel::toggle::pending_ignored]) release_robust(pending, true);
  for (const graph::location_id word : t.owned.words()) {
    call exit;
    exit.at = nowhere;
    exit.what.what = action::exit_pi;
    exit.object = objects_[word].where;
    pose(exit);
  }
  mark_death(false);
  for (;;) pose({});
}

// For the history: between the two, the kernel does its part.
void runner::mark_death(bool begins) {
  call c;
  c.is_mark = true;
  c.said.enters = begins;
  c.said.of_death = true;
  pose(c);
}

void runner::release_robust(place word, bool pending) {
  std::uint64_t found = load(word, order::relaxed, nowhere);
  const bool pi = is_priority_inheriting(objects_[objects_.location_at(word)]);
  for (;;) {
    const auto seen = static_cast<std::uint32_t>(found);
    const kernel::robust_action does = kernel::action_for(what_.on, seen, running_, pending, pi);
    // The kernel's compare-exchange is a full barrier: whoever takes the word over sees what its owner did.
    if (does.marks && !compare_exchange(word, found, does.marked, order::acq_rel, order::relaxed, false, nowhere)) continue;
    if (does.wakes) futex_wake(word, 1, scope::process_shared, nowhere);
    if (does.wakes && what_.on[kernel::toggle::robust_wakes_private]) futex_wake(word, 1, scope::process_private, nowhere);
    return;
  }
}

bool runner::drops(const char* label) {
  if (what_.change.what != mutation::change::drop || what_.change.label != label) return false;
  mutation_applied_ = true;
  return true;
}

void runner::enter(void* argument) {
  const auto* a = static_cast<entry_argument*>(argument);
  a->self->body(a->thread);
}

// An exception that leaves the thread's code ends it.
void runner::body(unsigned thread) {
  try {
    perform(thread);
  } catch (const std::exception& e) {
    end_by_exception(e.what());
  } catch (...) {
    end_by_exception("");
  }
}

// In the handler, which is never left.
void runner::end_by_exception(const char* what) {
  call c;
  c.what.what = action::fail;
  c.what.failure_kind = violation_kind::exception;
  c.what.text = what;
  c.thrown = abi::__cxa_current_exception_type()->name();
  for (;;) ask(c);
}

void runner::perform(unsigned thread) {
  const auto say = [this](action what, std::uint64_t threads = 0) {
    call c;
    c.what.what = what;
    c.what.operand = threads;
    ask(c);
  };
  const std::uint64_t all = (std::uint64_t{2} << what_.threads) - 2;
  if (thread == 0) {
    program_.construct();
    constructed_ = true;
    std::uint64_t first = all;
    for (const unsigned t : what_.started_by_others) first &= ~(std::uint64_t{1} << t);
    say(action::start, first);
    say(action::join, all);
    program_.finish();
  } else {
    program_.run(thread);
  }
  for (;;) say(action::end);
}

void runner::restart(unsigned thread) {
  thread_state& t = threads_[thread];
  if (thread == 0 && constructed_) {
    program_.destroy();  // not on a fiber: the objects say nothing
    constructed_ = false;
  }
  t.memory->reset();
  t.exceptions = {};
  t.stack->restart(&runner::enter, &arguments_[thread]);
  t.spurious_left = what_.spurious_wake_ups;
  t.interruptions_left = what_.interruptions;
  t.robust = {};
  t.owned = {};
  t.has_died = false;
  t.given = {};
}

// The heaps of the other threads are closed: what they hold is not what the graph says, but what they did when they were run last.
void runner::run_fiber(unsigned thread) {
  for (unsigned other = 0; other <= what_.threads; ++other) threads_[other].memory->close(other != thread);
  crash_point crash;
  running_ = thread;
  if (sigsetjmp(crash.where(), 0) == 0) {  // a fault's handler blocks no signals: there is no mask to restore
    active = this;
    set_current_arena(threads_[thread].memory.get());
    swap_exceptions(threads_[thread].exceptions);
    threads_[thread].stack->resume();
    swap_exceptions(threads_[thread].exceptions);
    set_current_arena(nullptr);
    active = nullptr;
    return;
  }
  swap_exceptions(threads_[thread].exceptions);
  set_current_arena(nullptr);
  active = nullptr;
  for (unsigned other = 0; other <= what_.threads; ++other) {
    if (other == thread || !threads_[other].memory->contains(crash.address())) continue;
    throw unsupported("thread " + std::to_string(thread) + " touches memory that thread " + std::to_string(other) +
                      " allocated, not through the platform: what threads share has to be atomic or plain objects of the platform");
  }
  throw unsupported("thread " + std::to_string(thread) + " crashed: " + crash.signal_name());
}

// What a thread leaves in the scenario's own members would be there in executions in which it did not do it.
void runner::require_own_memory(unsigned thread) {
  const std::span<const std::byte> now = program_.memory();
  if (thread == 0) {
    memory_.assign(now.begin(), now.end());
  } else if (!std::ranges::equal(now, memory_)) {
    throw unsupported("thread " + std::to_string(thread) +
                      " writes a member of the scenario that is no atomic or plain object of the platform: make it one");
  }
}

// Runs the thread until it asks something; what it says on the way is kept.
void runner::resume(unsigned thread) {
  arrival_.marks.clear();
  for (;;) {
    run_fiber(thread);
    if (!asked_.is_mark) break;
    asked_.said.at = interned(asked_.at);
    arrival_.marks.push_back(asked_.said);
  }
  require_own_memory(thread);
  receive();
}

// What the thread asked, in the search's terms.
void runner::receive() {
  graph::request& q = asked_.what;
  const thread_state& t = threads_[running_];
  if (asked_.object.begin != nullptr) q.location = objects_.find_or_add(asked_.object, asked_.kind, q.what == action::construct);
  q.bits = objects_[q.location].kind.bits;
  if (q.what == action::construct || q.what == action::store || q.what == action::compare_exchange || q.what == action::update) {
    if (q.bits < 64) {
      const std::uint64_t mask = (std::uint64_t{1} << q.bits) - 1;
      q.operand &= mask;
      q.expected &= mask;
    }
  }
  q.inherits = q.what == action::construct && is_priority_inheriting(objects_[q.location]);
  const bool waits_to_be_moved = q.what == action::wait_requeue_pi;
  const bool interruptible = q.what == action::wait || q.what == action::sleep_any || waits_to_be_moved ||
                             (q.what == action::lock_pi && what_.on[kernel::toggle::lock_pi_interrupted]);
  const bool may_be_spurious = q.what == action::wait || q.what == action::sleep_any;
  if (may_be_spurious && t.spurious_left != 0) q.leaving |= graph::by_nothing;
  if (interruptible && t.interruptions_left != 0) q.leaving |= graph::by_interruption;
  const bool sleeps = q.what == action::wait || q.what == action::sleep_any || waits_to_be_moved || q.what == action::lock_pi;
  if (sleeps && may_die()) q.leaving |= graph::by_death;
  const bool takes = q.what == action::wake || q.what == action::requeue || q.what == action::wake_op;
  if (takes) q.any_waiter = what_.wakes == wake_order::any_waiter;
  if (asked_.to.begin != nullptr) q.to = objects_.find_or_add(asked_.to, asked_.kind, q.what == action::construct);
  if (graph::is_pi(q.what) && !is_priority_inheriting(objects_[graph::queue_of(q)])) {
    throw unsupported("[" + std::string(asked_.at.label) + "] asks for priority inheritance on " + objects_[graph::queue_of(q)].kind.name +
                      ", whose layout does not say that it has it");
  }
  if (q.what == action::wake_op && (is_priority_inheriting(objects_[q.location]) || is_priority_inheriting(objects_[q.to]))) {
    throw unsupported("[" + std::string(asked_.at.label) + "] is a wake_op on a word with priority inheritance");
  }
  if (asked_.thrown != nullptr) q.text = text_of_exception();
  mutate(q, asked_.at);
  q.at = interned(asked_.at);
  arrival_.next = q;
}

void runner::mutate(graph::request& q, const site& at) {
  const mutation& m = what_.change;
  if (m.what == mutation::change::no_mutation || m.label != at.label) return;
  const bool of_lock = q.what == action::store || q.what == action::update || q.what == action::compare_exchange;
  const bool writes = of_lock || q.what == action::wake_op;
  const bool is_call = q.what >= action::wait && q.what <= action::exit_pi;
  if (m.what == mutation::change::weaken && !is_call) {
    q.success = m.weaker;
    if (!graph::stronger_or_equal(q.success, q.failure)) q.failure = m.weaker;
    mutation_applied_ = true;
  } else if (m.what == mutation::change::weaken_failure && q.what == action::compare_exchange) {
    q.failure = m.weaker;
    mutation_applied_ = true;
  } else if (m.what == mutation::change::write && writes) {
    q.replaces = true;
    q.replacement = m.value;
    if (m.found) q.found = *m.found;
    mutation_applied_ = true;
  }
}

// "std::runtime_error: what it said". The exception lies in the thread's memory, which will be gone.
const char* runner::text_of_exception() {
  if (threads_[running_].memory->was_full() && typeid(std::bad_alloc).name() == std::string_view(asked_.thrown)) {
    throw unsupported("thread " + std::to_string(running_) + " allocates more than " + std::to_string(arena::bytes >> 20) + " MB");
  }
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> type(abi::__cxa_demangle(asked_.thrown, nullptr, nullptr, &status), &std::free);
  std::string text = type == nullptr ? asked_.thrown : type.get();
  if (*asked_.what.text != '\0') text += std::string(": ") + asked_.what.text;
  return texts_.insert(std::move(text)).first->c_str();
}

const site* runner::interned(const site& at) {
  for (const auto& s : sites_) {
    if (s->label == at.label && s->line == at.line && s->file == at.file) return s.get();
  }
  return sites_.emplace_back(std::make_unique<site>(at)).get();
}

void runner::check_same(unsigned thread, node_id n) const {
  const graph::request& before = at(n).next;
  if (arrival_.next == before) return;
  throw nondeterminism("thread " + std::to_string(thread) + " did not do the same again after the same replies: before, " +
                       described(before) + "; now, " + described(arrival_.next) +
                       "; the code depends on something that the search does not control");
}

void runner::feed(unsigned thread, node_id from, const graph::reply& r) {
  thread_state& t = threads_[thread];
  if (graph::is_pi(at(from).next.what) && r.value == 1) --t.interruptions_left;
  if (at(from).next.what == action::wait || at(from).next.what == action::sleep_any) {
    if (r.status == graph::woke_for_nothing) --t.spurious_left;
    if (r.status == static_cast<std::uint64_t>(wait_result::interrupted)) --t.interruptions_left;
  }
  note_owned(thread, at(from).next, r);
  t.given = r;
  resume(thread);
}

void runner::note_owned(unsigned thread, const graph::request& q, const graph::reply& r) {
  thread_state& t = threads_[thread];
  if (t.has_died || !is_priority_inheriting(objects_[graph::is_pi(q.what) ? graph::queue_of(q) : q.location])) return;
  if (std::ranges::find(what_.may_die, thread) != what_.may_die.end()) t.owned.note(q, r, thread);
}

void runner::replay(unsigned thread, node_id to) {
  std::vector<node_id> way;
  for (node_id n = to; n != no_node; n = at(n).parent) way.push_back(n);
  restart(thread);
  resume(thread);
  check_same(thread, way.back());
  for (std::size_t i = way.size() - 1; i-- > 0;) {
    feed(thread, way[i + 1], at(way[i]).by);
    check_same(thread, way[i]);
  }
}

const graph::arrival& runner::run(unsigned thread, node_id from, const graph::reply& r) {
  thread_state& t = threads_[thread];
  if (from == no_node) {
    restart(thread);
    resume(thread);
  } else {
    if (t.at != from) replay(thread, from);
    feed(thread, from, r);
  }
  t.at = static_cast<node_id>(size());  // what the tree will call it
  // A thread's state is its stack with the registers, its heap, and what the kernel knows of it.
  arrival_.state = hash_of(t.stack->live()) * 31 + hash_of(t.memory->used());
  if (!t.robust.is_empty()) arrival_.state = arrival_.state * 31 + hash_of(t.robust.bytes());
  if (!t.owned.is_empty()) arrival_.state = arrival_.state * 31 + hash_of(t.owned.bytes());
  return arrival_;
}

}  // namespace holdfast::checker::runtime
