#include "checker/litmus/interpreter.h"

#include <algorithm>
#include <array>
#include <utility>

namespace holdfast::checker::litmus {
namespace {

// How a statement ended.
enum class flow : std::uint8_t { on, leave, again };

class walk {
 public:
  walk(const program& p, const thread& t, machine& on) : program_(p), thread_(t), machine_(on) {}

  flow run(index first);
  const std::uint64_t* locals() const { return locals_.data(); }

 private:
  flow step(const statement& s);
  flow loop(const statement& s);
  flow do_loop(const statement& s);
  std::uint64_t value(index e) { return value(thread_.expressions[e]); }
  std::uint64_t value(const expression& e);
  std::uint64_t arithmetic(const expression& e);
  std::uint64_t quotient(const expression& e, std::uint64_t a, std::uint64_t b);
  bool compares(const expression& e);
  std::uint64_t access(const expression& e);
  std::uint64_t compare_exchange(const expression& e);
  std::uint64_t reads_value(const expression& e);
  type type_of(index e) const { return thread_.expressions[e].of; }
  type type_at(index place) const { return program_.locations[place].of; }

  const program& program_;
  const thread& thread_;
  machine& machine_;
  std::array<std::uint64_t, max_locals> locals_{};
  std::uint64_t expected_ = 0;  // of the compare-and-exchange under way, else 0; a local variable whose address is taken may move
};

flow walk::run(index first) {
  for (index i = first; i != none; i = thread_.statements[i].next) {
    const flow how = step(thread_.statements[i]);
    if (how != flow::on) return how;
  }
  return flow::on;
}

flow walk::step(const statement& s) {
  switch (s.what) {
    case action::assign: locals_[s.place] = converted(value(s.value), thread_.locals[s.place].of); break;
    case action::plain_store: machine_.plain_store(s.place, bits(value(s.value), type_at(s.place)), s.at); break;
    case action::store: machine_.store(s.place, bits(value(s.value), type_at(s.place)), s.how, s.at); break;
    case action::fence: machine_.fence(s.how, s.at); break;
    case action::evaluate: value(s.value); break;
    case action::branch: return run(value(s.value) != 0 ? s.body : s.otherwise);
    case action::loop: return loop(s);
    case action::do_loop: return do_loop(s);
    case action::block: return run(s.body);
    case action::leave: return flow::leave;
    case action::again: return flow::again;
    case action::expect: machine_.expect(value(s.value) != 0, thread_.texts[s.place], s.at); break;
    case action::assume: machine_.assume(value(s.value) != 0, s.at); break;
  }
  return flow::on;
}

flow walk::loop(const statement& s) {
  while (s.value == none || value(s.value) != 0) {
    if (run(s.body) == flow::leave) break;
    run(s.step);
    machine_.repeat(s.at);
  }
  return flow::on;
}

flow walk::do_loop(const statement& s) {
  while (run(s.body) != flow::leave && value(s.value) != 0) machine_.repeat(s.at);
  return flow::on;
}

std::uint64_t walk::value(const expression& e) {
  switch (e.what) {
    case operation::constant: return e.value;
    case operation::read_local: return locals_[e.place];
    case operation::plain_load:
    case operation::load:
    case operation::read_modify_write: return access(e);
    case operation::compare_exchange: return compare_exchange(e);
    case operation::reads_value: return reads_value(e);
    case operation::negate: return converted(-value(e.first), e.of);
    case operation::complement: return converted(~value(e.first), e.of);
    case operation::logical_not: return value(e.first) == 0 ? 1 : 0;
    case operation::convert: return converted(value(e.first), e.of);
    case operation::less:
    case operation::less_equal:
    case operation::greater:
    case operation::greater_equal:
    case operation::equal:
    case operation::not_equal: return compares(e) ? 1 : 0;
    case operation::logical_and: return value(e.first) != 0 && value(e.second) != 0 ? 1 : 0;
    case operation::logical_or: return value(e.first) != 0 || value(e.second) != 0 ? 1 : 0;
    case operation::conditional: return converted(value(value(e.first) != 0 ? e.second : e.third), e.of);
    default: return arithmetic(e);
  }
}

std::uint64_t walk::arithmetic(const expression& e) {
  const std::uint64_t a = converted(value(e.first), e.of);
  const std::uint64_t b = converted(value(e.second), e.of);
  switch (e.what) {
    case operation::multiply: return converted(a * b, e.of);
    case operation::add: return converted(a + b, e.of);
    case operation::subtract: return converted(a - b, e.of);
    case operation::bit_and: return a & b;
    case operation::bit_xor: return a ^ b;
    case operation::bit_or: return a | b;
    default: return quotient(e, a, b);
  }
}

// Or the remainder.
std::uint64_t walk::quotient(const expression& e, std::uint64_t a, std::uint64_t b) {
  const bool is_remainder = e.what == operation::remainder;
  if (b == 0) {
    machine_.expect(false, "division by zero", e.at);
    return 0;
  }
  if (!e.of.is_signed) return is_remainder ? a % b : a / b;
  if (b == ~std::uint64_t{0}) return is_remainder ? 0 : converted(-a, e.of);  // the least number divided by -1
  const auto x = static_cast<std::int64_t>(a);
  const auto y = static_cast<std::int64_t>(b);
  return static_cast<std::uint64_t>(is_remainder ? x % y : x / y);
}

bool walk::compares(const expression& e) {
  const type of = common(type_of(e.first), type_of(e.second));
  // Signed numbers are ordered as unsigned ones once their sign is inverted.
  const std::uint64_t sign = of.is_signed ? std::uint64_t{1} << 63 : 0;
  const std::uint64_t a = converted(value(e.first), of) ^ sign;
  const std::uint64_t b = converted(value(e.second), of) ^ sign;
  switch (e.what) {
    case operation::less: return a < b;
    case operation::less_equal: return a <= b;
    case operation::greater: return a > b;
    case operation::greater_equal: return a >= b;
    case operation::equal: return a == b;
    default: return a != b;
  }
}

std::uint64_t walk::access(const expression& e) {
  const type of = type_at(e.place);
  if (e.what == operation::plain_load) return converted(machine_.plain_load(e.place, e.at), of);
  if (e.what == operation::load) return converted(machine_.load(e.place, e.success, e.at), of);
  const std::uint64_t operand = bits(value(e.first), of);
  return converted(machine_.read_modify_write(e.place, e.how, operand, e.success, e.at), of);
}

std::uint64_t walk::compare_exchange(const expression& e) {
  const type of = type_at(e.place);
  std::uint64_t expected = e.expected == expectation::value ? value(e.first) : 0;
  const std::uint64_t desired = bits(value(e.second), of);
  if (e.expected == expectation::local) expected = locals_[e.found];
  if (e.expected == expectation::location) expected = converted(machine_.plain_load(e.found, e.at), type_at(e.found));
  expected_ = bits(expected, of);
  const bool done = machine_.compare_exchange(e.place, expected_, desired, e.success, e.failure, e.is_weak, e.at);
  const std::uint64_t found = converted(std::exchange(expected_, 0), of);
  if (done) return 1;
  if (e.expected == expectation::local) locals_[e.found] = converted(found, thread_.locals[e.found].of);
  if (e.expected == expectation::location) machine_.plain_store(e.found, bits(found, type_at(e.found)), e.at);
  return 0;
}

std::uint64_t walk::reads_value(const expression& e) {
  const std::uint64_t read = value(e.first);
  const type of = common(type_of(e.first), type_of(e.second));
  machine_.assume(converted(read, of) == converted(value(e.second), of), e.at);
  return read;
}

}  // namespace

void run_thread(const program& p, std::size_t thread, machine& on, std::span<std::uint64_t> registers_out) {
  walk w(p, p.threads[thread], on);
  w.run(p.threads[thread].first);
  std::copy_n(w.locals(), p.threads[thread].locals.size(), registers_out.begin());
}

}  // namespace holdfast::checker::litmus
