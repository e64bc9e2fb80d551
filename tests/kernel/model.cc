#include "tests/kernel/model.h"

#include <algorithm>

namespace holdfast::kernel_test {

model::model(const tids& t, std::array<std::uint32_t, processes> leaders, toggles which) : tids_(t), leaders_(leaders) {
  on = which;
  for (int i = 0; i < threads; ++i) {
    state_.start(static_cast<thread_id>(i), static_cast<process_id>(process_of(i)), t[static_cast<std::size_t>(i)]);
  }
}

mapping model::page(process_id process, std::uint8_t number) const {
  switch (number) {
    case object_page:
    case object_again: return {page_kind::object, 0, !protected_[process][number]};
    case own_page: return {page_kind::anonymous, 0, !protected_[process][number]};
    case own_read_only: return {page_kind::anonymous, 0, false};
    case object_read_only: return {page_kind::object, 0, false};
    default: return {};
  }
}

std::uint32_t* model::cell(process_id process, address a) {
  const std::size_t first = a.page == own_page ? (1u + process) * words : 0;
  return &memory_[first + a.offset / cell_size];
}

std::optional<std::uint32_t> model::load(process_id process, address a) const {
  if (a.page == kernel_page || page(process, a.page).kind == page_kind::unmapped) return std::nullopt;
  const unsigned into = a.offset % cell_size;
  if (a.page == own_read_only || into >= 4) return 0;
  return *const_cast<model*>(this)->cell(process, a) >> (8 * into);  // zeros follow
}

void model::compare_and_write(process_id process, address a, std::uint32_t expected, std::uint32_t desired) {
  std::uint32_t* const word = cell(process, a);
  if (*word == expected) *word = desired;
}

robust_list model::robust_list_of(thread_id t) const {
  if (t >= threads) return {};
  const robust& r = robust_[t];
  return {r.entries, r.pending, r.end, r.loop_to};
}

bool model::has_robust_list(int thread) const {
  const robust& r = robust_[static_cast<std::size_t>(thread)];
  return !r.entries.empty() || r.pending;
}

bool model::is_alive(int thread) const {
  const phase p = state_.threads[static_cast<std::size_t>(thread)].phase;
  return p != phase::dead && p != phase::absent;
}

step_trace model::take(const script_step& s, bool with_priorities) {
  step_trace done;
  answer a;
  switch (s.what) {
    case action::call: {
      const call c = s.resolved(tids_);
      done.applied = applies(state_, c);
      if (done.applied) a = step(state_, c, *this);
      done.result = a.result;
      break;
    }
    case action::event: {
      event e = s.event;
      e.tid = leaders_[static_cast<std::size_t>(process_of(s.thread))];
      done.applied = applies(state_, e);
      if (done.applied) a = step(state_, e, *this);
      // The process's own memory has gone with it.
      if (done.applied && (e.kind == event_kind::kill || e.kind == event_kind::exec)) {
        std::fill_n(memory_.begin() + (1 + process_of(s.thread)) * words, words, 0);
      }
      break;
    }
    case action::store:
      done.applied = is_alive(s.thread);
      if (done.applied) *cell(static_cast<process_id>(process_of(s.thread)), s.where) = s.stored.in(tids_);
      break;
    case action::protect:
      done.applied = applies(state_, event{event_kind::exit, static_cast<thread_id>(s.thread)});  // it runs
      if (done.applied) protected_[static_cast<std::size_t>(process_of(s.thread))][s.where.page] = true;
      break;
    case action::robust:
      done.applied = is_alive(s.thread);
      if (done.applied) robust_[static_cast<std::size_t>(s.thread)] = {s.entries, s.pending, s.end, s.loop_to};
      break;
  }
  done.others.assign(a.woken().begin(), a.woken().end());
  std::ranges::sort(done.others, {}, &finished::thread);
  done.memory = memory_;
  for (int t = 0; with_priorities && t < threads; ++t) {
    if (is_alive(t)) done.priorities[static_cast<std::size_t>(t)] = state_.threads[static_cast<std::size_t>(t)].effective;
  }
  return done;
}

trace run_on_model(const script& s, const tids& t, std::array<std::uint32_t, processes> leaders, toggles which) {
  model m(t, leaders, which);
  trace all;
  for (const script_step& step : s.steps) all.push_back(m.take(step, s.uses_priorities()));
  return all;
}

}  // namespace holdfast::kernel_test
