#include "tests/kernel/script.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace holdfast::kernel_test {
namespace {

constexpr const char* opcode_names[] = {"wait",      "wake",       "requeue",     "cmp_requeue",   "wake_op",         "lock_pi",
                                        "unlock_pi", "trylock_pi", "wait_bitset", "wake_bitset",   "wait_requeue_pi", "cmp_requeue_pi",
                                        "lock_pi2",  "futex_wait", "futex_wake",  "futex_requeue", "futex_waitv",     "set_robust_list",
                                        "unknown"};
constexpr const char* event_names[] = {"expire", "signal", "signal_restart", "stop",         "resume",  "spurious",
                                       "exit",   "kill",   "exec",           "set_priority", "enqueue", "returns"};
constexpr const char* deadline_names[] = {"never", "pending", "past", "invalid", "fault"};
constexpr const char* clock_names[] = {"monotonic", "realtime", "other"};
constexpr char page_letters[] = "stpofu";
constexpr std::pair<int, const char*> errors[] = {
    {EAGAIN, "EAGAIN"}, {EDEADLK, "EDEADLK"}, {EPERM, "EPERM"}, {ESRCH, "ESRCH"},         {EINVAL, "EINVAL"},
    {EFAULT, "EFAULT"}, {ENOSYS, "ENOSYS"},   {EINTR, "EINTR"}, {ETIMEDOUT, "ETIMEDOUT"},
};

template <std::size_t N>
int index_in(const char* const (&names)[N], const std::string& name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (name == names[i]) return static_cast<int>(i);
  }
  return -1;
}

bool has_entries(opcode op) { return op == opcode::futex_waitv || op == opcode::futex_requeue; }

class parser {
 public:
  parser(std::string file, int line, std::string text) : file_(std::move(file)), line_(line), text_(std::move(text)) {}

  script_step parse() {
    std::istringstream in(text_);
    std::string token;
    std::string verb;
    in >> token >> verb;
    if (token.size() != 1 || token[0] < 'A' || token[0] >= 'A' + threads) fail("a thread, A to G", token);
    step_.thread = token[0] - 'A';
    begin(verb);
    while (in >> token && token != "->") argument(token);
    if (clock_unset_) step_.call.counted_in = clock_of(step_.call);
    if (token == "->") {
      step_.expects = true;
      while (in >> token) expectation(token);
    }
    return step_;
  }

 private:
  [[noreturn]] void fail(const char* what, const std::string& got) const {
    std::fprintf(stderr, "%s:%d: expected %s, got `%s` in: %s\n", file_.c_str(), line_, what, got.c_str(), text_.c_str());
    std::exit(1);
  }

  void begin(const std::string& verb) {
    if (const int op = index_in(opcode_names, verb); op >= 0) {
      step_.what = action::call;
      step_.call.op = static_cast<opcode>(op);
      step_.call.thread = static_cast<thread_id>(step_.thread);
    } else if (const int event = index_in(event_names, verb); event >= 0) {
      step_.what = action::event;
      step_.event.kind = static_cast<event_kind>(event);
      step_.event.thread = static_cast<thread_id>(step_.thread);
    } else if (verb == "store" || verb == "robust") {
      step_.what = verb == "store" ? action::store : action::robust;
    } else {
      fail("an operation", verb);
    }
  }

  address parse_address(const std::string& text) const {
    const char* const found = text.empty() ? nullptr : std::char_traits<char>::find(page_letters, pages, text[0]);
    if (found == nullptr && (text.empty() || text[0] != 'k')) fail("a word", text);
    const auto plus = text.find('+');
    const int word = std::atoi(text.substr(1, plus == std::string::npos ? plus : plus - 1).c_str());
    const int more = plus == std::string::npos ? 0 : std::atoi(text.c_str() + plus + 1);
    return {found == nullptr ? kernel_page : static_cast<std::uint8_t>(found - page_letters),
            static_cast<std::uint16_t>(word * cell_size + more)};
  }

  value parse_value(const std::string& text) const {
    value v;
    std::istringstream in(text);
    for (std::string term; std::getline(in, term, '|');) {
      if (term == "W") {
        v.bits |= waiters_bit;
      } else if (term == "D") {
        v.bits |= owner_died_bit;
      } else if (term == "kthread") {
        v.bits |= kernel_thread_tid;
      } else if (term.starts_with("tid(") && term.size() == 6) {
        v.tid_of = static_cast<std::int8_t>(term[4] - 'A');
      } else {
        char* end = nullptr;
        v.bits |= static_cast<std::uint32_t>(std::strtoll(term.c_str(), &end, 0));
        if (*end != '\0' || term.empty()) fail("a value", text);
      }
    }
    return v;
  }

  robust_entry parse_robust(std::string text) const {
    const bool is_pi = text.ends_with(":pi");
    if (is_pi) text.resize(text.size() - 3);
    return {parse_address(text), is_pi};
  }

  void argument(const std::string& token) {
    const auto equals = token.find('=');
    const std::string name = token.substr(0, equals);
    const std::string text = equals == std::string::npos ? "" : token.substr(equals + 1);
    if (step_.what == action::event) {
      step_.event.priority = token == "normal" ? normal_priority : fifo_priority(std::atoi(token.c_str()));
    } else if (step_.what == action::store) {
      if (stored_++ == 0) {
        step_.where = parse_address(token);
      } else {
        step_.stored = parse_value(token);
      }
    } else if (step_.what == action::robust) {
      robust_argument(name, text, token);
    } else {
      call_argument(name, text, token);
    }
  }

  void robust_argument(const std::string& name, const std::string& text, const std::string& token) {
    if (name == "pending") {
      step_.pending = parse_robust(text);
    } else if (name == "loop") {
      step_.end = robust_list::ending::loop;
      step_.loop_to = static_cast<std::size_t>(std::atoi(text.c_str()));
    } else if (name == "fault") {
      step_.end = robust_list::ending::fault;
    } else {
      step_.entries.push_back(parse_robust(token));
    }
  }

  void call_argument(const std::string& name, const std::string& text, const std::string& token) {
    kernel_test::call& c = step_.call;
    if (token == "private") {
      c.is_private = true;
    } else if (token == "realtime") {
      c.clock = clock::realtime;
    } else if (token == "otherclock") {
      c.clock = clock::other;
    } else if (name == "to") {
      c.uaddr2 = parse_address(text);
    } else if (name == "val") {
      step_.val = parse_value(text);
    } else if (name == "val2") {
      c.val2 = static_cast<std::int32_t>(std::strtoll(text.c_str(), nullptr, 0));
    } else if (name == "val3") {
      step_.val3 = parse_value(text);
    } else if (name == "size") {
      c.size = static_cast<std::uint8_t>(std::atoi(text.c_str()));
    } else if (name == "n") {
      c.nr_futexes = static_cast<std::uint8_t>(std::atoi(text.c_str()));
    } else if (name == "until") {
      c.until = static_cast<deadline>(known(deadline_names, text));
    } else if (name == "counted") {
      c.counted_in = static_cast<clock>(known(clock_names, text));
      clock_unset_ = false;
    } else if (has_entries(c.op)) {
      entry(token);
    } else {
      c.uaddr = parse_address(token);
    }
  }

  template <std::size_t N>
  int known(const char* const (&names)[N], const std::string& text) const {
    const int i = index_in(names, text);
    if (i < 0) fail("a name", text);
    return i;
  }

  // s0:VALUE[:private][:sizeN]
  void entry(const std::string& token) {
    if (entries_ == most_entries) fail("at most four entries", token);
    std::istringstream in(token);
    std::string part;
    std::getline(in, part, ':');
    waitv_entry& e = step_.call.entries[entries_];
    e.uaddr = parse_address(part);
    if (std::getline(in, part, ':')) step_.entry_val[entries_] = parse_value(part);
    while (std::getline(in, part, ':')) {
      if (part == "private") e.is_private = true;
      if (part.starts_with("size")) e.size = static_cast<std::uint8_t>(std::atoi(part.c_str() + 4));
    }
    step_.call.nr_futexes = static_cast<std::uint8_t>(++entries_);
  }

  std::int32_t parse_result(const std::string& text) const {
    if (text == "sleeps") return asleep;
    for (const auto& [number, name] : errors) {
      if (text == name) return -number;
    }
    char* end = nullptr;
    const long n = std::strtol(text.c_str(), &end, 0);
    if (*end != '\0' || text.empty()) fail("a result", text);
    return static_cast<std::int32_t>(n);
  }

  void expectation(const std::string& token) {
    const auto equals = token.find('=');
    if (equals == std::string::npos) {
      step_.result = parse_result(token);
    } else if (token[0] >= 'A' && token[0] < 'A' + threads) {
      step_.others.emplace_back(token[0] - 'A', parse_result(token.substr(equals + 1)));
    } else {
      step_.words_after.emplace_back(parse_address(token.substr(0, equals)), parse_value(token.substr(equals + 1)));
    }
  }

  std::string file_;
  int line_;
  std::string text_;
  script_step step_;
  bool clock_unset_ = true;
  int stored_ = 0;
  std::size_t entries_ = 0;
};

}  // namespace

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

std::vector<script> parse_scripts(const std::string& text, const std::string& file) {
  std::vector<script> all;
  std::istringstream in(text);
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (const auto comment = line.find('#'); comment != std::string::npos) line.resize(comment);
    while (!line.empty() && line.back() == ' ') line.pop_back();
    if (line.empty()) continue;
    if (line.starts_with("== ")) {
      all.push_back({line.substr(3), {}});
    } else if (all.empty()) {
      std::fprintf(stderr, "%s:%d: expected `== name`\n", file.c_str(), number);
      std::exit(1);
    } else {
      all.back().steps.push_back(parser(file, number, line).parse());
    }
  }
  return all;
}

}  // namespace holdfast::kernel_test
