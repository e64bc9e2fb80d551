#include "checker/runtime/narrate.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <map>
#include <string>

#include "checker/report/explain.h"
#include "checker/runtime/object_names.h"

namespace holdfast::checker::runtime {
namespace {

using graph::action;
using graph::event;
using graph::event_id;
using graph::event_kind;
using graph::no_event;
using graph::phase;

const char* name_of_update(graph::update_kind k) {
  switch (k) {
    case graph::update_kind::exchange: return "exchange";
    case graph::update_kind::add: return "fetch_add";
    case graph::update_kind::subtract: return "fetch_sub";
    case graph::update_kind::bit_and: return "fetch_and";
    case graph::update_kind::bit_or: return "fetch_or";
    case graph::update_kind::bit_xor: return "fetch_xor";
  }
  return "";
}

}  // namespace

const char* name_of_operation(const graph::request& q) {
  switch (q.what) {
    case action::load: return q.plain ? "read" : "load";
    case action::store: return q.plain ? "wrote" : "store";
    case action::update: return name_of_update(q.update);
    case action::compare_exchange: return "compare_exchange";
    case action::fence: return "fence";
    case action::wait: return "wait";
    case action::wake: return "wake";
    case action::requeue: return "requeue";
    case action::wake_op: return "wake_op";
    case action::enqueue:
    case action::sleep_any:
    case action::dequeue: return "wait_any";
    case action::lock_pi: return "lock_pi";
    case action::try_lock_pi: return "try_lock_pi";
    case action::unlock_pi: return "unlock_pi";
    case action::wait_requeue_pi: return "wait_requeue_pi";
    case action::requeue_pi: return "requeue_pi";
    case action::exit_pi: return "exit_pi";
    default: return "";
  }
}

namespace {

class narrator {
 public:
  narrator(const graph::graph& g, const graph::explorer& explored, const runner& running, const program& of)
      : g_(g), explored_(explored), running_(running), program_(of), names_(g, running) {
    out_.step_of.assign(g.size(), narration::no_step);
  }

  narration tell(const std::vector<event_id>& order) {
    for (unsigned t = 0; t <= explored_.threads(); ++t) tell_marks(t, running_.known_root(t));
    for (const event_id id : order) {
      tell(id);
      if (g_.at(id).after != graph::no_node) tell_marks(g_.at(id).thread, g_.at(id).after);
    }
    return std::move(out_);
  }

 private:
  const graph::request& request_of(const event& e) const { return running_.at(e.at).next; }

  // The event is shown if it is the last of its operation; reads and comparisons before it are part of its step.
  void tell(event_id id) {
    const event& e = g_.at(id);
    if (e.location == graph::kernel_queue && e.kind == event_kind::write) queue_ = e.value;
    if (e.kind == event_kind::write && is_priority_inheriting(running_.object_at(e.location))) pi_words_[e.location] = e.value;
    const bool of_threads = e.kind == event_kind::start || e.kind == event_kind::join;
    const bool is_set_up = (of_threads && e.thread == 0) || e.kind == event_kind::gave_way || e.at == graph::no_node;
    if (is_set_up || e.index == 0) return;
    const graph::request& q = request_of(e);
    if (q.what == action::construct || (q.what == action::destroy && e.thread == 0) || (e.thread == 0 && e.location == graph::kernel_queue))
      return;
    const bool is_part = e.kind == event_kind::read && !e.apart && (e.exclusive || e.after == graph::no_node);
    if (is_part && g_.last_of(e.thread) != id) return;
    if (e.part == phase::pick || (e.part == phase::decide && e.after == graph::no_node) || e.is_half || (q.of_death && e.value == 0))
      return;
    if (e.kind == event_kind::fence && e.plain) return;
    step s = shape(e, q);
    describe(s, e, q);
    if ((dead_ >> e.thread & 1) != 0) s.operation = "exit: " + s.operation;  // the kernel, in the thread's name
    const bool dies =
        (q.of_death && e.value == 1) || (e.part == phase::leave_write && running_.at(e.after).by.status == graph::died_asleep);
    if (dies) dead_ |= 1u << e.thread;
    show(id, std::move(s));
  }

  step shape(const event& e, const graph::request& q) const {
    step s;
    s.thread = e.thread;
    if (q.at != nullptr) {
      s.label = q.at->label;
      s.where = {q.at->file, q.at->line, q.at->function};
    }
    if (q.location != graph::kernel_queue) s.object = names_.of(q.location);
    return s;
  }

  void describe(step& s, const event& e, const graph::request& q) {
    const bool atomic = !q.plain;
    switch (q.what) {
      case action::load:
      case action::store:
      case action::update:
      case action::compare_exchange:
      case action::fence: s.operation = name_of_operation(q); break;
      case action::destroy:
        s.operation = "destroyed";
        s.result = after_last(e.thread);
        return;
      case action::start:
      case action::join:
        s.operation = q.what == action::start ? "starts" : "joins";
        s.result = "T" + std::to_string(std::countr_zero(q.operand));
        return;
      case action::choose:
        s.operation = q.of_death ? "dies" : "chose";
        if (!q.of_death) s.result = std::to_string(e.value);
        return;
      default: return describe_kernel_call(s, e, q);
    }
    if (atomic) s.order = text_of(e.memory_order);
    if (e.kind == event_kind::write) {
      s.written = names_.decoded(e.location, e.value);
      if (e.updates != no_event) {
        s.read = names_.decoded(e.location, g_.at(e.updates).value);
        s.order = text_of(q.success);
        set_source(s, e.updates);
      }
    } else if (e.kind == event_kind::read) {
      s.read = names_.decoded(e.location, e.value);
      set_source(s, e.reads_from);
      if (q.what == action::compare_exchange && !e.exclusive) s.result = "failed";
    }
  }

  void describe_kernel_call(step& s, const event& e, const graph::request& q) {
    s.operation = name_of_operation(q);
    if (e.part == phase::compare) {
      s.read = names_.decoded(e.location, e.value);
      s.result = e.after == graph::no_node ? "the word is as expected" : "the word has changed";
      set_source(s, e.reads_from);
    } else if (q.what == action::dequeue) {
      s.result =
          std::string(e.kind == event_kind::wakes_up ? "was taken off" : "takes itself off") + " word " + std::to_string(q.entry + 1);
    } else if (q.what == action::sleep_any) {
      const std::uint64_t status = e.part == phase::sleep ? 0 : running_.at(e.after).by.status;
      s.operation = "leaves";
      s.result = status == 0                                                      ? "was woken"
                 : status == graph::died_asleep                                   ? "died"
                 : status == static_cast<std::uint64_t>(wait_result::interrupted) ? "was interrupted"
                                                                                  : "timed out";
    } else if (e.part == phase::sleep || e.part == phase::leave_write) {
      s.operation = "leaves";
      s.result = "was woken";
      if (e.part == phase::leave_write) {
        const std::uint64_t status = running_.at(e.after).by.status;
        s.result = status == graph::woke_for_nothing                                ? "woke for no reason"
                   : status == graph::died_asleep                                   ? "died"
                   : status == static_cast<std::uint64_t>(wait_result::interrupted) ? "was interrupted"
                   : status == EAGAIN || status == EINTR                            ? "was interrupted"
                                                                                    : "timed out";
      } else if (graph::is_pi(q.what)) {
        s.result = "was given the word";
      }
    } else if (graph::is_pi(q.what)) {
      describe_pi(s, e, q);
    } else if (q.what == action::wake_op && e.part == phase::write_part) {
      s.read = names_.decoded(e.location, g_.at(e.updates).value);
      s.written = names_.decoded(e.location, e.value);
      s.order = text_of(e.memory_order);
      s.result = woken_by(g_.at(e.previous));
      set_source(s, e.updates);
    } else if (graph::queues(q.what)) {
      s.result = q.what == action::wait ? "sleeps" : "is queued";
    } else {
      s.result = e.kind == event_kind::read ? "woke nobody" : woken_by(e);
    }
  }

  void describe_pi(step& s, const event& e, const graph::request& q) const {
    if (q.what == action::wait_requeue_pi && e.after == graph::no_node) {
      s.result = "sleeps";
      return;
    }
    s.object = names_.of(e.location);
    s.order = text_of(e.memory_order);
    s.read = names_.decoded(e.location, e.kind == event_kind::write ? g_.at(e.updates).value : e.value);
    if (e.kind == event_kind::write) s.written = names_.decoded(e.location, e.value);
    set_source(s, e.kind == event_kind::write ? e.updates : e.reads_from);
    if (e.after == graph::no_node) {
      s.result = "sleeps";
      return;
    }
    const auto error = static_cast<int>(running_.at(e.after).by.status);
    if (error != 0) {
      s.result = strerrorname_np(error);
    } else if (q.what == action::unlock_pi || q.what == action::requeue_pi || q.what == action::exit_pi) {
      s.result = e.kind == event_kind::write ? given_by(e) : "nobody waits";
    }
  }

  // Who waited before the write and does not after it.
  std::string given_by(const event& e) const {
    for (unsigned t = 1; t <= explored_.threads(); ++t) {
      if (explored_.pi().sleeps(g_.at(e.updates).value, t) && !explored_.pi().sleeps(e.value, t)) return "gave it to T" + std::to_string(t);
    }
    return "";
  }

  // Who slept before the write of the queue and does not after it.
  std::string woken_by(const event& e) const {
    std::string names;
    const auto& kernel = explored_.kernel();
    for (const kernel::waiter& w : kernel.at(g_.at(e.updates).value).queue()) {
      if (!kernel.sleeps(e.value, w.thread)) names += (names.empty() ? "T" : ", T") + std::to_string(w.thread);
    }
    return names.empty() ? "woke nobody" : "woke " + names;
  }

  void set_source(step& s, event_id source) const {
    if (out_.step_of[source] != narration::no_step) s.reads_from = out_.step_of[source];
  }

  void tell_marks(unsigned thread, graph::node_id n) {
    if (n == graph::no_node) return;
    for (const graph::mark& m : running_.at(n).marks) {
      if (m.of_death) continue;  // its step is the death itself
      step s;
      s.thread = thread;
      s.operation = m.enters ? "calls" : "returns";
      s.object = program_.operation_name(m.operation);
      if (m.enters) {
        s.label = m.at->label;
        s.where = {m.at->file, m.at->line, m.at->function};
      }
      show(no_event, std::move(s));
    }
    const graph::request& next = running_.at(n).next;
    if (next.what != action::fail || next.failure_kind == violation_kind::none) return;
    step s;
    s.thread = thread;
    s.operation = next.failure_kind == violation_kind::misuse      ? "misuse"
                  : next.failure_kind == violation_kind::exception ? "throws"
                                                                   : "expects";
    s.result = next.text;
    if (next.failure_kind == violation_kind::exception) s.result += last_of_[thread].empty() ? "" : ", " + after_last(thread);
    s.label = next.at->label;
    if (*next.at->label != '\0') s.where = {next.at->file, next.at->line, next.at->function};
    show(no_event, std::move(s));
  }

  // A destructor does not know where it is called; what its thread did before is known.
  std::string after_last(unsigned thread) const { return last_of_[thread].empty() ? "" : "after " + last_of_[thread]; }

  // Of a read-modify-write, between whose parts who gets the word may have been chosen.
  event_id read_of(const event& write) const {
    return g_.at(write.previous).part == phase::pick ? g_.at(write.previous).previous : write.previous;
  }

  void show(event_id id, step s) {
    if (!s.where.file.empty()) last_of_[s.thread] = operation_of(s);
    for (const kernel::waiter& w : explored_.kernel().at(queue_).queue()) {
      if (std::ranges::find(s.asleep, w.thread) == s.asleep.end()) s.asleep.push_back(w.thread);
    }
    for (const auto& [location, value] : pi_words_) {
      for (unsigned t = 1; t <= explored_.threads(); ++t) {
        if (explored_.pi().sleeps(value, t)) s.asleep.push_back(t);
      }
    }
    if (id != no_event) {
      out_.step_of[id] = out_.steps.size();
      const event& e = g_.at(id);
      if (e.kind == event_kind::write && e.exclusive && e.location != graph::kernel_queue) out_.step_of[read_of(e)] = out_.steps.size();
    }
    out_.steps.push_back(std::move(s));
  }

  const graph::graph& g_;
  const graph::explorer& explored_;
  const runner& running_;
  const program& program_;
  const object_names names_;
  narration out_;
  std::array<std::string, graph::most_threads> last_of_;  // of each thread: its last operation that has a place in the source
  std::uint64_t queue_ = graph::kernel_states::empty;
  std::map<graph::location_id, std::uint64_t> pi_words_;
  std::uint32_t dead_ = 0;  // a bit for each thread
};

}  // namespace

narration narrate(const graph::graph& g, const graph::explorer& explored, const runner& running, const program& of,
                  const std::vector<event_id>& order) {
  return narrator(g, explored, running, of).tell(order);
}

namespace {

bool is_dead(const graph::graph& g, event_id e) { return e != no_event && g.at(e).dead; }

void explain_race(const narration& told, const graph::fault& f, violation& v) {
  std::size_t a = told.step_of[f.other];
  std::size_t b = told.step_of[f.event];
  if (b == narration::no_step) return;
  if (a == narration::no_step) {
    v.parties = {b};
    v.explanation = "nothing orders it after the construction of the object";
    return;
  }
  if (a > b) std::swap(a, b);
  v.parties = {b, a};
  v.explanation = unordered_because(v.steps, a, b);
}

// An access to an object, and what ended the object before or may have by then.
void explain_use_after_free(const graph::graph& g, const narration& told, const graph::fault& f, violation& v) {
  const bool ends_last = is_dead(g, f.event);
  const event_id end = ends_last && !is_dead(g, f.other) ? f.event : f.other;
  const event_id use = end == f.event ? f.other : f.event;
  const std::string who = "T" + std::to_string(g.at(end).thread);
  const std::string ender = g.at(end).thread == 0 ? "set-up" : who;
  for (const event_id e : {use, end}) {
    if (told.step_of[e] != narration::no_step) v.parties.push_back(told.step_of[e]);
  }
  if (is_dead(g, use)) {
    v.explanation = "the object is destroyed a second time";
  } else if (g.happens_before(end, use) || g.at(use).reads_from == end || v.parties.size() < 2) {
    v.explanation = ender + " has destroyed the object by then";
    return;
  } else {
    v.explanation = ender + " may have destroyed the object by then";
  }
  if (v.parties.size() < 2 || g.happens_before(end, use)) return;
  v.explanation += ": " + unordered_because(v.steps, std::min(v.parties[0], v.parties[1]), std::max(v.parties[0], v.parties[1]));
}

}  // namespace

violation explain_fault(const graph::graph& g, const narration& told, const graph::fault& f) {
  violation v;
  v.kind = f.kind;
  v.steps = told.steps;
  v.explanation = f.text;
  if (f.kind == violation_kind::exception) v.explanation = "T" + std::to_string(f.thread) + " threw an exception that nobody caught";
  const bool said = f.kind == violation_kind::assertion || (f.kind == violation_kind::misuse && f.other == no_event) ||
                    f.kind == violation_kind::exception;
  if (f.kind == violation_kind::data_race) {
    explain_race(told, f, v);
  } else if (f.kind == violation_kind::uninitialised && (is_dead(g, f.event) || is_dead(g, f.other))) {
    v.kind = violation_kind::use_after_free;
    explain_use_after_free(g, told, f, v);
  } else if (said) {
    for (std::size_t i = v.steps.size(); i-- > 0;) {
      const step& s = v.steps[i];
      if (s.operation != "expects" && s.operation != "misuse" && s.operation != "throws") continue;
      v.parties = {i};
      if (f.kind == violation_kind::assertion) v.object = s.result;
      return v;
    }
  } else {
    for (const event_id e : {f.event, f.other}) {
      if (e != no_event && told.step_of[e] != narration::no_step) v.parties.push_back(told.step_of[e]);
    }
  }
  if (!v.parties.empty()) v.object = v.steps[v.parties[0]].object;
  return v;
}

}  // namespace holdfast::checker::runtime
