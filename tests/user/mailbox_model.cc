// Checks of mailbox.h: against a specification of its own, and by plain expectations.
#include "models/check_scenario.h"
#include "tests/user/mailbox.h"

namespace user {
namespace {

using namespace holdfast::models;

// The specification: a put is enabled while there is no value, a take while there is that value.
struct mailbox_specification {
  enum class operation : unsigned char { put_1, put_2, take_1, take_2 };
  using thread = unsigned;

  unsigned value = 0;  // 0: none

  bool enabled(operation o, thread) const { return value == (is_put(o) ? 0 : value_of(o)); }
  void effect(operation o, thread) { value = is_put(o) ? value_of(o) : 0; }

  static bool is_put(operation o) { return o < operation::take_1; }
  static unsigned value_of(operation o) { return static_cast<unsigned>(o) % 2 + 1; }
  static const char* name(operation o) {
    constexpr const char* names[] = {"put 1", "put 2", "take 1", "take 2"};
    return names[static_cast<unsigned>(o)];
  }
  friend bool operator==(const mailbox_specification&, const mailbox_specification&) = default;
};
using operation = mailbox_specification::operation;

// Two threads put, two take.
struct two_values {
  mailbox<world> box;

  void thread(unsigned self) {
    if (self <= 2) {
      const operation put = self == 1 ? operation::put_1 : operation::put_2;
      record(put, "put", [&] {
        box.put(self);
        return put;
      });
    } else {
      record(operation::take_1, "take", [&] { return box.take() == 1 ? operation::take_1 : operation::take_2; });
    }
  }
};

// The same, one of each, without a specification: the value arrives.
struct one_value {
  mailbox<world> box;

  void thread(unsigned self) {
    if (self == 1) {
      box.put(42);
    } else {
      world::expect(box.take() == 42, "the value arrives", "expect");
    }
  }
};

// A mistake in the scenario: nobody puts.
struct no_value {
  mailbox<world> box;

  void thread(unsigned) { box.take(); }
};

const auto race = violated(violation_kind::data_race, "value");

const bool registered =
    (check_scenario<two_values, mailbox_specification>({
         .name = "mailbox/two_values",
         .threads = 4,
         .description = "two threads put, two take",
         .expected = verified(4),
         .must_reach = situation{"a value waits", [](const world_view& v) { return v.word(0) == mailbox_word::full; }},
         .mutants = {{"c1_relaxed", weakened("C1"), race}, {"s1_relaxed", weakened("S1"), race}, {"s2_relaxed", weakened("S2"), race}},
     }),
     check_scenario<one_value>({.name = "mailbox/one_value", .threads = 2, .description = "what is put is taken", .expected = verified(1)}),
     check_scenario<no_value>({
         .name = "mailbox/no_value",
         .threads = 1,
         .description = "a take without a put",
         .expected = violated(violation_kind::livelock, ""),
     }),
     true);

}  // namespace
}  // namespace user
