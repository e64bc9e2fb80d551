#include "tests/kernel/script.h"

#include <algorithm>
#include <cstdio>

#include "tests/kernel/script_names.h"

namespace holdfast::kernel_test {

const char* name_of(opcode op) { return opcode_names[static_cast<int>(op)]; }

call script_step::resolved(const tids& t) const {
  kernel_test::call c = call;
  c.val = val.in(t);
  c.val3 = val3.in(t);
  for (std::size_t i = 0; i < most_entries; ++i) c.entries[i].val = entry_val[i].in(t);
  return c;
}

std::string result_text(std::int32_t result) {
  if (result == asleep) return "sleeps";
  for (const auto& [number, name] : errors) {
    if (result == -number) return name;
  }
  return std::to_string(result);
}

std::string to_text(const address& a) {
  std::string text(1, a.page == kernel_page ? 'k' : page_letters[a.page]);
  text += std::to_string(a.offset / cell_size);
  if (a.offset % cell_size != 0) text += "+" + std::to_string(a.offset % cell_size);
  return text;
}

std::string to_text(const value& v) {
  std::string text = v.tid_of >= 0 ? std::string("tid(") + letter_of(v.tid_of) + ")" : "";
  const auto add = [&text](const std::string& term) { text += (text.empty() ? "" : "|") + term; };
  std::uint32_t rest = v.bits;
  if (rest != match_any && (v.tid_of >= 0 || (rest & tid_mask) < 0x10000)) {
    if ((rest & waiters_bit) != 0) add("W");
    if ((rest & owner_died_bit) != 0) add("D");
    rest &= tid_mask;
  }
  char number[16];
  std::snprintf(number, sizeof number, rest < 0x10000 ? "%u" : "0x%x", rest);
  if (rest != 0 || text.empty()) add(number);
  return text;
}

std::string to_text(const script_step& s) {
  std::string text(1, letter_of(s.thread));
  const auto add = [&text](const std::string& term) { text += " " + term; };
  const auto robust_text = [](const robust_entry& e) { return to_text(e.word) + (e.is_pi ? ":pi" : ""); };
  switch (s.what) {
    case action::event:
      add(event_names[static_cast<int>(s.event.kind)]);
      if (s.event.kind == event_kind::set_priority) {
        add(s.event.priority == normal_priority ? "normal" : std::to_string(99 - s.event.priority));
      }
      return text;
    case action::store: return text + " store " + to_text(s.where) + " " + to_text(s.stored);
    case action::protect: return text + " protect " + to_text(s.where);
    case action::robust:
      add("robust");
      for (const robust_entry& e : s.entries) add(robust_text(e));
      if (s.pending) add("pending=" + robust_text(*s.pending));
      if (s.end == robust_list::ending::fault) add("fault");
      if (s.end == robust_list::ending::loop) add("loop=" + std::to_string(s.loop_to));
      return text;
    case action::call: break;
  }
  const call& c = s.call;
  add(name_of(c.op));
  if (has_entries(c.op)) {
    for (std::size_t i = 0; i < std::min<std::size_t>(c.nr_futexes, most_entries); ++i) {
      const waitv_entry& e = c.entries[i];
      add(to_text(e.uaddr) + ":" + to_text(s.entry_val[i]) + (e.is_private ? ":private" : "") +
          (e.size != size_u32 ? ":size" + std::to_string(e.size) : ""));
    }
    if (c.nr_futexes == 0 || c.nr_futexes > most_entries) add("n=" + std::to_string(c.nr_futexes));
  } else {
    add(to_text(c.uaddr));
  }
  if (c.uaddr2 != address()) add("to=" + to_text(c.uaddr2));
  add("val=" + to_text(s.val));
  if (c.val2 != 0) add("val2=" + std::to_string(c.val2));
  if (s.val3 != value{-1, match_any}) add("val3=" + to_text(s.val3));
  if (c.is_private) add("private");
  if (c.clock != clock::monotonic) add(c.clock == clock::realtime ? "realtime" : "otherclock");
  if (c.until != deadline::never) add(std::string("until=") + deadline_names[static_cast<int>(c.until)]);
  if (c.counted_in != clock_of(c)) add(std::string("counted=") + clock_names[static_cast<int>(c.counted_in)]);
  if (c.size != size_u32) add("size=" + std::to_string(c.size));
  return text;
}

std::string to_text(const script& s) {
  std::string text = "== " + s.name + "\n";
  for (const script_step& step : s.steps) text += to_text(step) + "\n";
  return text;
}

bool script::uses_priorities() const {
  for (const script_step& s : steps) {
    if (s.what == action::event && s.event.kind == event_kind::set_priority) return true;
  }
  return false;
}

bool script::uses(opcode op) const {
  for (const script_step& s : steps) {
    if (s.what == action::call && s.call.op == op) return true;
  }
  return false;
}

bool script::uses_kernel_thread() const {
  for (const script_step& s : steps) {
    if (s.what == action::store && s.stored.tid_of < 0 && (s.stored.bits & tid_mask) == kernel_thread_tid) return true;
  }
  return false;
}

}  // namespace holdfast::kernel_test
