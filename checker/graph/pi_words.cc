#include "checker/graph/pi_words.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "checker/kernel/step.h"

namespace holdfast::checker::graph {
namespace {

// Pages are objects that every thread maps: a thread is a process of its own, so that it can die alone. Those of a word's two scopes differ,
// as their keys do.
constexpr std::uint8_t word_page = 0;
constexpr std::uint8_t other_page = 2;

kernel::address address_of_word(const request& q) {
  return {static_cast<std::uint8_t>(word_page + (q.shared ? 1 : 0)), static_cast<std::uint16_t>(4 * queue_of(q))};
}
kernel::address address_of_other(location_id other, bool shared) {
  return {static_cast<std::uint8_t>(other_page + (shared ? 1 : 0)), static_cast<std::uint16_t>(4 * other)};
}

// The death of a thread as one word sees it. Of others that it owns it dies in steps of their own.
void die(kernel::state& s, const kernel::futex_key* word, unsigned thread, kernel::environment& memory) {
  std::vector<kernel::pi_state> others;
  for (std::size_t i = 0; i < s.pi_states.queue().size();) {
    const kernel::pi_state& pi = s.pi_states.queue()[i];
    const bool is_other = pi.owner == thread && (word == nullptr || pi.key != *word);
    is_other ? others.push_back(s.pi_states.take_at(i)) : static_cast<void>(++i);
  }
  if (s.threads[thread].phase == kernel::phase::dead) s.threads[thread].phase = kernel::phase::running;
  kernel::event death;
  death.kind = kernel::event_kind::kill;
  death.thread = static_cast<kernel::thread_id>(thread);
  kernel::step(s, death, memory);
  for (const kernel::pi_state& pi : others) s.pi_states.append(pi);
}

kernel::call call_of(const request& q, unsigned thread) {
  kernel::call c;
  c.thread = static_cast<kernel::thread_id>(thread);
  c.uaddr = address_of_word(q);
  if ((q.leaving & by_time_out) != 0) c.until = kernel::deadline::pending;
  switch (q.what) {
    case action::lock_pi: c.op = kernel::opcode::lock_pi2; break;
    case action::try_lock_pi: c.op = kernel::opcode::trylock_pi; break;
    case action::unlock_pi:
      c.op = kernel::opcode::unlock_pi;
      c.seen = static_cast<std::uint32_t>(q.expected);
      break;
    default:
      c.op = q.what == action::wait_requeue_pi ? kernel::opcode::wait_requeue_pi : kernel::opcode::cmp_requeue_pi;
      c.uaddr = address_of_other(q.location, q.shared);
      c.uaddr2 = address_of_word(q);
      break;
  }
  if (q.what == action::wait_requeue_pi) c.val = static_cast<std::uint32_t>(q.expected);
  if (q.what == action::requeue_pi) {
    c.val = 1;
    c.val2 = q.how_many_move;
    c.val3 = static_cast<std::uint32_t>(q.expected);
  }
  return c;
}

}  // namespace

// The memory of one step: the word, and the other word, which has been compared already.
class pi_words::world final : public kernel::environment {
 public:
  world(std::uint32_t word, const request& q, kernel::toggles with) : word_(word), other_(static_cast<std::uint32_t>(q.expected)) {
    on = with;
  }

  std::uint32_t word() const { return word_; }

  kernel::mapping page(kernel::process_id, std::uint8_t number) const override { return {kernel::page_kind::object, number, true}; }
  std::optional<std::uint32_t> load(kernel::process_id, kernel::address a) const override { return a.page < other_page ? word_ : other_; }
  void compare_and_write(kernel::process_id, kernel::address, std::uint32_t, std::uint32_t desired) override { word_ = desired; }

 private:
  std::uint32_t word_;
  std::uint32_t other_;
};

pi_words::pi_words(unsigned threads, std::span<const unsigned> priorities, kernel::toggles on) : threads_(threads), on_(on) {
  kernel::state nobody_waits;
  for (unsigned t = 0; t <= threads && t < kernel::most_threads; ++t) {
    const auto id = static_cast<kernel::thread_id>(t);
    nobody_waits.start(id, id, t == 0 ? threads + 1 : t, kernel::priority_in(priorities, t));
  }
  value_of(0, nobody_waits);
}

std::uint64_t pi_words::value_of(std::uint32_t word, const kernel::state& s) {
  const auto [place, is_new] = numbers_.try_emplace(s, states_.size());
  if (is_new) states_.push_back(s);
  return place->second << 32 | word;
}

pi_words::change pi_words::perform(std::uint64_t value, const request& q, unsigned thread, std::size_t chosen) {
  if (threads_ >= kernel::most_threads) throw std::length_error("more than 7 threads, and a word with priority inheritance");
  kernel::state s = at(value);
  if (chosen != 0) {
    for (std::size_t i = 0; i < s.pi_waiters.queue().size(); ++i) {
      kernel::pi_waiter& w = s.pi_waiters.at(i);
      w.priority = std::max<std::uint8_t>(w.priority, 1);
    }
    kernel::pi_waiter heir = s.pi_waiters.take_at(chosen);
    heir.priority = 0;  // before all others, until it has the word
    s.pi_waiters.append(heir);
  }
  world memory(static_cast<std::uint32_t>(value), q, on_);
  std::int32_t result = 0;
  if (q.what == action::exit_pi) {
    kernel::event death;
    death.kind = kernel::event_kind::kill;
    death.thread = static_cast<kernel::thread_id>(thread);
    if (kernel::applies(s, death)) kernel::step(s, death, memory);
  } else {
    result = kernel::step(s, call_of(q, thread), memory).result;
  }
  return {value_of(memory.word(), s), result};
}

std::size_t pi_words::heirs(std::uint64_t value, const request& q, unsigned thread) {
  if (q.what != action::unlock_pi && q.what != action::exit_pi) return 0;
  const std::size_t waiters = waiting_for(value);
  return waiters != 0 && waiting_for(perform(value, q, thread).value) < waiters ? waiters : 0;
}

void pi_words::perform_on_all(kernel::state& s, std::uint32_t& word, const request& q, unsigned thread) const {
  world memory(word, q, on_ | kernel::toggle::pi_no_deadlock);
  if (q.what == action::exit_pi) {
    const kernel::address at = address_of_word(q);
    const kernel::futex_key own = kernel::key_of(0, at, memory.page(0, at.page), false, true).key;
    die(s, &own, thread, memory);
  } else {
    kernel::step(s, call_of(q, thread), memory);
  }
  word = memory.word();
}

void pi_words::leave_all(kernel::state& s, std::uint32_t& word, const request& q, unsigned thread, leaving why) const {
  world memory(word, q, on_ | kernel::toggle::pi_no_deadlock);
  const auto waiters = s.pi_waiters.queue();
  kernel::event e;
  e.thread = static_cast<kernel::thread_id>(thread);
  const bool was_moved = std::ranges::find(waiters, e.thread, &kernel::pi_waiter::thread) != waiters.end();
  e.kind = why == by_time_out ? kernel::event_kind::expire : was_moved ? kernel::event_kind::signal : kernel::event_kind::spurious;
  why == by_death ? die(s, nullptr, thread, memory) : static_cast<void>(kernel::step(s, e, memory));
  word = memory.word();
}

// A signal is seen by who waits to be moved, or was: it gets EAGAIN. LOCK_PI begins again unseen (restart_rule.h), and is not asked to leave.
pi_words::change pi_words::leave(std::uint64_t value, const request& q, unsigned thread, leaving why) {
  kernel::state s = at(value);
  world memory(static_cast<std::uint32_t>(value), q, on_);
  const bool was_moved = waits_for(value, thread);
  kernel::event e;
  e.thread = static_cast<kernel::thread_id>(thread);
  e.kind = why == by_time_out ? kernel::event_kind::expire
           : why == by_death  ? kernel::event_kind::kill
           : was_moved        ? kernel::event_kind::signal
                              : kernel::event_kind::spurious;
  const kernel::answer a = kernel::step(s, e, memory);
  const auto own = std::ranges::find(a.woken(), e.thread, &kernel::finished::thread);
  return {value_of(memory.word(), s), own == a.woken().end() ? 0 : own->result};
}

bool pi_words::sleeps(std::uint64_t value, unsigned thread) const {
  return thread < kernel::most_threads && at(value).threads[thread].phase == kernel::phase::sleeping;
}

bool pi_words::waits_for(std::uint64_t value, unsigned thread) const {
  const auto waiters = at(value).pi_waiters.queue();
  return std::ranges::find(waiters, thread, &kernel::pi_waiter::thread) != waiters.end();
}

unsigned pi_words::owner_of(std::uint64_t value) const {
  for (const kernel::pi_state& pi : at(value).pi_states.queue()) {
    if (pi.owner != kernel::nobody) return pi.owner;
  }
  return 0;
}

std::size_t pi_words::waiting_on(std::uint64_t value, location_id other) const {
  const kernel::state& s = at(value);
  const auto waits = [&](const kernel::queued& q) {
    return q.what == kernel::waits_for::requeue_pi && q.key.offset == address_of_other(other, false).offset;
  };
  return static_cast<std::size_t>(std::ranges::count_if(s.asleep.queue(), waits));
}

}  // namespace holdfast::checker::graph
