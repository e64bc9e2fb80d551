#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "tests/kernel/script_names.h"

namespace holdfast::kernel_test {
namespace {

template <std::size_t N>
int index_in(const char* const (&names)[N], const std::string& name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (name == names[i]) return static_cast<int>(i);
  }
  return -1;
}

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
    } else if (verb == "store" || verb == "robust" || verb == "protect") {
      step_.what = verb == "store" ? action::store : verb == "robust" ? action::robust : action::protect;
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
    } else if (step_.what == action::protect) {
      step_.where = parse_address(token);
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
