#include "tests/litmus/fake_machine.h"

#include <fmt/format.h>

#include "checker/litmus/orders.h"

namespace holdfast::checker::litmus {
namespace {

std::string_view short_name(order o) { return name_of(o).substr(13); }

std::uint64_t updated(update how, std::uint64_t old, std::uint64_t operand) {
  switch (how) {
    case update::exchange: return operand;
    case update::add: return old + operand;
    case update::sub: return old - operand;
    case update::bit_and: return old & operand;
    case update::bit_or: return old | operand;
    case update::bit_xor: return old ^ operand;
  }
  return 0;
}

}  // namespace

fake_machine::fake_machine(const program& p) : program_(p) {
  for (const location& l : p.locations) memory.push_back(l.initial.value_or(0));
}

void fake_machine::note(const position& at, const std::string& what) { log.push_back(fmt::format("{}:{} {}", at.line, at.column, what)); }

std::uint64_t fake_machine::load(std::size_t location, order o, const position& at) {
  note(at, fmt::format("{}.load({})={}", name(location), short_name(o), memory.at(location)));
  return memory.at(location);
}

void fake_machine::store(std::size_t location, std::uint64_t value, order o, const position& at) {
  note(at, fmt::format("{}.store({},{})", name(location), value, short_name(o)));
  memory.at(location) = value;
}

std::uint64_t fake_machine::read_modify_write(std::size_t location, update how, std::uint64_t operand, order o, const position& at) {
  const std::uint64_t old = memory.at(location);
  memory.at(location) = bits(updated(how, old, operand), program_.locations.at(location).of);
  note(at, fmt::format("{}.update({})={}->{}", name(location), short_name(o), old, memory.at(location)));
  return old;
}

bool fake_machine::compare_exchange(std::size_t location, std::uint64_t& expected, std::uint64_t desired, order success, order failure,
                                    bool weak, const position& at) {
  const bool done = memory.at(location) == expected && !(weak && weak_fails);
  note(at, fmt::format("{}.cas({}->{},{},{}{})={}", name(location), expected, desired, short_name(success), short_name(failure),
                       weak ? ",weak" : "", done));
  if (done) {
    memory.at(location) = desired;
  } else {
    expected = memory.at(location);
  }
  return done;
}

void fake_machine::fence(order o, const position& at) { note(at, fmt::format("fence({})", short_name(o))); }

std::uint64_t fake_machine::plain_load(std::size_t location, const position& at) {
  note(at, fmt::format("{}={}", name(location), memory.at(location)));
  return memory.at(location);
}

void fake_machine::plain_store(std::size_t location, std::uint64_t value, const position& at) {
  note(at, fmt::format("{}:={}", name(location), value));
  memory.at(location) = value;
}

void fake_machine::expect(bool holds, std::string_view text, const position& at) { note(at, fmt::format("expect({})={}", text, holds)); }

void fake_machine::assume(bool holds, const position& at) {
  note(at, fmt::format("assume={}", holds));
  if (!holds) throw abandoned();
}

void fake_machine::repeat(const position&) {
  if (--rounds == 0) throw abandoned();
}

std::vector<std::uint64_t> run_alone(const program& p, fake_machine& on, std::size_t thread) {
  std::vector<std::uint64_t> registers(p.threads.at(thread).locals.size());
  run_thread(p, thread, on, registers);
  return registers;
}

}  // namespace holdfast::checker::litmus
