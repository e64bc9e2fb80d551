// stack: the specification of a stack of small numbers: last in, first out.
//
// State: the values on the stack, the newest last. A pop is enabled with the newest value as its result, or with none if there is no value;
// a push always is.
#ifndef HOLDFAST_MODELS_SPEC_STACK_H_
#define HOLDFAST_MODELS_SPEC_STACK_H_

#include <array>
#include <vector>

namespace holdfast::spec {

// Operations, each with its value or result: pushed(v), popped(v), and pop_empty, a pop that found nothing. Values are below 64.
enum class stack_operation : unsigned char { push = 0, pop = 64, pop_empty = 128 };
inline constexpr unsigned stack_values = 64;

// REQUIRES: value < stack_values.
constexpr stack_operation pushed(unsigned value) { return stack_operation(static_cast<unsigned>(stack_operation::push) + value); }
constexpr stack_operation popped(unsigned value) { return stack_operation(static_cast<unsigned>(stack_operation::pop) + value); }

// Thread: ids of threads; who calls makes no difference.
template <class Thread = unsigned>
struct stack {
  using operation = stack_operation;
  using thread = Thread;

  std::vector<unsigned char> values;

  bool enabled(operation op, const Thread&) const {
    if (op == operation::pop_empty) return values.empty();
    return op < operation::pop || (!values.empty() && popped(values.back()) == op);
  }

  // REQUIRES: the operation is enabled.
  void effect(operation op, const Thread&) {
    if (op == operation::pop_empty) return;
    if (op < operation::pop) {
      values.push_back(static_cast<unsigned char>(op));
    } else {
      values.pop_back();
    }
  }

  // "push 3", "pop 3", "pop (empty)".
  static constexpr const char* name(operation op) {
    return op < operation::pop_empty ? names[static_cast<unsigned>(op)].data() : "pop (empty)";
  }

  friend bool operator==(const stack&, const stack&) = default;

 private:
  using text = std::array<char, 8>;
  static constexpr auto names = [] {
    std::array<text, 2 * stack_values> all{};
    for (unsigned i = 0; i < all.size(); ++i) {
      const unsigned value = i % stack_values;
      text& t = all[i];
      unsigned at = 0;
      for (const char c : {'p', i < stack_values ? 'u' : 'o', i < stack_values ? 's' : 'p', i < stack_values ? 'h' : ' '}) t[at++] = c;
      if (i < stack_values) t[at++] = ' ';
      if (value > 9) t[at++] = static_cast<char>('0' + value / 10);
      t[at] = static_cast<char>('0' + value % 10);
    }
    return all;
  }();
};

}  // namespace holdfast::spec

#endif  // HOLDFAST_MODELS_SPEC_STACK_H_
