// What must not compile on symbolic words, because a solver's own classes accept it and mean something else, or because production
// would mean something else. Each is beside its nearest neighbour that does compile.
#include <gtest/gtest.h>

#include <concepts>
#include <cstdint>
#include <type_traits>

#include "impl/mutex.h"
#include "impl/platform.h"
#include "impl/word/mutex_word.h"
#include "models/published/mutex1.h"
#include "models/published/mutex2.h"
#include "models/published/mutex3.h"
#include "proofs/symbolic/symbolic_platform.h"

namespace holdfast::proofs {
namespace {

template <class A, class B>
concept comparable = requires(A a, B b) {
  a == b;
};
template <class A, class B>
concept differs = requires(A a, B b) {
  a != b;
};
template <class A, class B>
concept ordered = requires(A a, B b) {
  a < b;
}
|| requires(A a, B b) { a <= b; }
|| requires(A a, B b) { a > b; }
|| requires(A a, B b) { a >= b; };
template <class A, class B>
concept shiftable = requires(A a, B b) {
  a << b;
}
|| requires(A a, B b) { a >> b; };
template <class A, class B>
concept scalable = requires(A a, B b) {
  a* b;
}
|| requires(A a, B b) { a / b; }
|| requires(A a, B b) { a % b; };
template <class A, class B>
concept addable = requires(A a, B b) {
  a + b;
};
template <class A>
concept steppable = requires(A a) {
  ++a;
}
|| requires(A a) { a++; }
|| requires(A a) { --a; }
|| requires(A a) { a--; };
template <class A, class B>
concept assigns_in_place = requires(A a, B b) {
  a += b;
}
|| requires(A a, B b) { a -= b; }
|| requires(A a, B b) { a |= b; }
|| requires(A a, B b) { a &= b; };
template <class A>
concept negatable = requires(A a) {
  !a;
};
template <class A>
concept tested = requires(A a) {
  a ? 1 : 0;
};
template <class A>
concept joined = requires(A a, A b) {
  a&& b;
};
template <class To, class From>
concept casts_to = requires(From f) {
  static_cast<To>(f);
};

using w = word;

// A word is made from an unsigned number, and from nothing else.
static_assert(std::convertible_to<std::uint32_t, w>);
static_assert(!std::constructible_from<w, int> && !std::constructible_from<w, double> && !std::constructible_from<w, bool>);
static_assert(!std::constructible_from<w, std::uint64_t> && !std::constructible_from<w, char> && !std::constructible_from<w, flag>);

// w == 0: the constants of a layout are unsigned; a plain 0 is an int, and is refused with every other signed number.
static_assert(comparable<w, w> && comparable<w, std::uint32_t> && comparable<std::uint32_t, w>);
static_assert(!comparable<w, int> && !comparable<int, w> && !comparable<w, bool> && !comparable<w, double>);
static_assert(differs<w, std::uint32_t> && !differs<w, int>);
static_assert(std::same_as<decltype(std::declval<w>() == std::declval<w>()), flag>);

// if (w), !w, c ? a : b with a word as the condition.
static_assert(!tested<w> && !negatable<w> && !joined<w> && !std::constructible_from<bool, w>);

// Signed comparison, shifts by a number, multiplication, ++ and +=.
static_assert(!ordered<w, w> && !ordered<w, std::uint32_t> && !ordered<w, int>);
static_assert(!shiftable<w, w> && !shiftable<w, std::uint32_t> && !shiftable<w, int>);
static_assert(!scalable<w, w> && !scalable<w, std::uint32_t> && !scalable<w, int>);
static_assert(!steppable<w>);
static_assert(!assigns_in_place<w, w> && !assigns_in_place<w, std::uint32_t> && !assigns_in_place<w, int>);
static_assert(addable<w, w> && addable<w, std::uint32_t> && !addable<w, int>);

// switch (w) and casts need a conversion to an integer.
static_assert(!casts_to<int, w> && !casts_to<std::uint32_t, w> && !casts_to<bool, w> && !casts_to<std::uint64_t, w>);

// A flag may be tested (the path forks), negated (it does not) and joined by && and || (short-circuit, as in production); not stored.
static_assert(tested<flag> && negatable<flag> && joined<flag>);
static_assert(std::same_as<decltype(!std::declval<flag>()), flag>);
static_assert(std::same_as<decltype(std::declval<flag>() && std::declval<flag>()), bool>);
static_assert(!std::convertible_to<flag, bool>);  // bool b = flag;  return a.compare_exchange_strong(...) from a bool function
static_assert(!std::convertible_to<bool, flag> && std::constructible_from<flag, bool>);
static_assert(!std::constructible_from<flag, int> && !std::constructible_from<flag, w> && !std::convertible_to<flag, int>);
static_assert(!comparable<flag, flag> && !comparable<flag, bool> && !addable<flag, flag> && !ordered<flag, flag>);

// No operation without a label, none with a label that is not a literal, none with a plain int.
using cell = symbolic_platform::atomic<w>;
template <class... Arguments>
concept stores = requires(cell& c, Arguments... a) {
  c.store(a..., "U1");
};
template <class Label>
concept loads_with = requires(cell& c, Label l) {
  c.load(order::relaxed, l);
};
template <class C>
concept loads_without = requires(C& c) {
  c.load(order::relaxed);
};
static_assert(stores<w, order> && stores<std::uint32_t, order> && !stores<int, order>);
static_assert(!loads_with<const char*> && !loads_without<cell>);
static_assert(requires(cell & c) { c.load(order::relaxed, "L1"); });

// The platform supplies what a mutex asks for, and does not pretend to the rest.
static_assert(mutex_platform<symbolic_platform>);
static_assert(has_load<symbolic_platform> && has_store<symbolic_platform> && has_exchange<symbolic_platform>);
static_assert(has_fetch_add<symbolic_platform> && has_fetch_sub<symbolic_platform> && has_compare_exchange<symbolic_platform>);
static_assert(has_wait<symbolic_platform> && has_wake<symbolic_platform> && has_deadline<symbolic_platform>);
static_assert(!has_requeue<symbolic_platform> && !has_thread_id<symbolic_platform> && !has_plain<symbolic_platform>);
static_assert(!platform<symbolic_platform>);

TEST(SymbolicWords, RejectWhatTheSolverWouldMisread) { SUCCEED() << "the assertions above hold, or this file does not compile"; }

}  // namespace
}  // namespace holdfast::proofs
