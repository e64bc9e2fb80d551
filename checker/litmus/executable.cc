#include "checker/litmus/executable.h"

#include <string_view>

#include "checker/litmus/interpreter.h"
#include "checker/runtime/world.h"

namespace holdfast::checker::litmus {
namespace {

constexpr layout atomic_word{"", {}};

runtime::update_kind kind_of(update how) {
  switch (how) {
    case update::exchange: return runtime::update_kind::exchange;
    case update::add: return runtime::update_kind::add;
    case update::sub: return runtime::update_kind::subtract;
    case update::bit_and: return runtime::update_kind::bit_and;
    case update::bit_or: return runtime::update_kind::bit_or;
    case update::bit_xor: return runtime::update_kind::bit_xor;
  }
  return runtime::update_kind::exchange;
}

// Lives on the thread's stack, so that what it remembers is part of the thread's state. The count of rounds is 0 whenever the engine looks.
class engine_machine final : public machine {
 public:
  engine_machine(const litmus::program& p, plain_access how, const sites& where, const std::byte* objects)
      : program_(p), plain_(how), sites_(where), objects_(objects) {}

  std::uint64_t load(std::size_t location, order o, const position& at) override {
    const std::uint64_t read = runtime::load(access(location), o, sites_.of(at));
    note_read(location);
    return read;
  }
  void store(std::size_t location, std::uint64_t value, order o, const position& at) override {
    runtime::store(access(location), value, o, sites_.of(at));
  }
  std::uint64_t read_modify_write(std::size_t location, update how, std::uint64_t operand, order o, const position& at) override {
    const std::uint64_t read = runtime::update(access(location), kind_of(how), operand, o, sites_.of(at));
    note_read(location);
    return read;
  }
  bool compare_exchange(std::size_t location, std::uint64_t& expected, std::uint64_t desired, order success, order failure, bool weak,
                        const position& at) override {
    const bool done = runtime::compare_exchange(access(location), expected, desired, success, failure, weak, sites_.of(at));
    note_read(location);
    return done;
  }
  void fence(order o, const position& at) override {
    idle_rounds_ = 0;
    runtime::fence(o, sites_.of(at));
  }
  std::uint64_t plain_load(std::size_t location, const position& at) override {
    if (plain_ == plain_access::relaxed) return load(location, order::relaxed, at);
    return runtime::plain_load(access(location), sites_.of(at));
  }
  void plain_store(std::size_t location, std::uint64_t value, const position& at) override {
    if (plain_ == plain_access::relaxed) return store(location, value, order::relaxed, at);
    runtime::plain_store(access(location), value, sites_.of(at));
  }
  void expect(bool holds, std::string_view, const position&) override {
    if (holds || has_failed_) return;
    has_failed_ = true;
    runtime::end_operation(0);
  }
  void assume(bool holds, const position&) override {
    if (!holds) wait_for_ever();
  }
  void repeat(const position&) override {
    if (++idle_rounds_ == most_idle_rounds) wait_for_ever();
  }

 private:
  const std::byte* access(std::size_t location) {
    idle_rounds_ = 0;
    return objects_ + location;
  }
  void note_read(std::size_t location) {
    const std::uint64_t bit = std::uint64_t{1} << location;
    if (program_.locations[location].initial || (noted_ & bit) != 0) return;
    noted_ |= bit;
    runtime::end_operation(0);
  }
  [[noreturn]] void wait_for_ever() {
    idle_rounds_ = 0;
    for (;;) runtime::load(objects_ + program_.locations.size(), order::relaxed, "");
  }

  const litmus::program& program_;
  plain_access plain_;
  const sites& sites_;
  const std::byte* objects_;
  std::uint64_t noted_ = 0;  // a set of locations
  std::uint32_t idle_rounds_ = 0;
  bool has_failed_ = false;
};
static_assert(max_locations <= 64);

// Threads that end with other values are not alike.
void say(std::span<const std::uint64_t> registers) {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const std::uint64_t r : registers) {
    for (unsigned shift = 0; shift < 64; shift += 8) hash = (hash ^ (r >> shift & 0xff)) * 0x100000001b3;
  }
  for (unsigned shift = 0; shift < 64; shift += 8) runtime::end_operation(static_cast<unsigned char>(hash >> shift));
}

}  // namespace

void executable::construct() {
  std::size_t i = 0;
  for (const location& l : program_.locations) {
    const auto bits = static_cast<std::uint8_t>(8 * l.of.size);
    runtime::construct(&objects_[i++], {l.is_atomic ? &atomic_word : nullptr, l.name.c_str(), bits}, l.initial.value_or(0));
  }
  runtime::construct(&objects_[i], {&atomic_word, "", 64}, 0);
}

void executable::run(unsigned thread) {
  engine_machine on(program_, plain_, sites_, objects_.data());
  std::array<std::uint64_t, max_locals> registers{};
  run_thread(program_, thread - 1, on, registers);
  say(std::span(registers).first(program_.threads[thread - 1].locals.size()));
}

}  // namespace holdfast::checker::litmus
