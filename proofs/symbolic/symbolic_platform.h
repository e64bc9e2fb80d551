// symbolic_platform: the world in which a lock template is proved; see impl/platform.h for the contract.
//
// Each operation is a cut point: another thread may change the word before it. One atomic word per lock. Of the contract's concepts it
// supplies those that a mutex over one word asks for, and no others.
//   deadline   never(), or one that may pass at any moment
//   spinner    again() is a free choice, whatever the limit: one proof covers every limit
//   wait       falls asleep only on the expected value, compared and enqueued in one step; every reason to return is followed
//   misuse     a location that the proof must show unreachable
#ifndef HOLDFAST_PROOFS_SYMBOLIC_SYMBOLIC_PLATFORM_H_
#define HOLDFAST_PROOFS_SYMBOLIC_SYMBOLIC_PLATFORM_H_

#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>

#include "impl/platform.h"
#include "impl/word/layout.h"
#include "proofs/symbolic/paths.h"
#include "proofs/symbolic/words.h"

namespace holdfast::proofs {

struct symbolic_platform {
  using word = proofs::word;
  using flag = proofs::flag;

  // The label of an operation and where it stands.
  class site {
   public:
    template <std::size_t Size>
    site(const char (&label)[Size], int line = __builtin_LINE(), const char* file = __builtin_FILE())
        : label_(label), file_(file), line_(line) {}

    request ask(const char* operation, std::array<const char*, 2> manner, std::array<const word*, 2> arguments = {}) const {
      return {label_, file_, line_, operation, manner, arguments};
    }

   private:
    const char* label_;
    const char* file_;
    int line_;
  };

  template <std::same_as<word> T>
  class atomic {
   public:
    atomic(const layout& description, const word& initial) { running::declare(description, initial); }
    atomic(const atomic&) = delete;
    atomic& operator=(const atomic&) = delete;

    word load(order o, site s) const { return running::load(s.ask("load", {order_name(o), ""}), o); }
    void store(word value, order o, site s) { running::store(s.ask("store", {order_name(o), ""}, {&value}), value, o); }
    word exchange(word value, order o, site s) { return running::exchange(s.ask("exchange", {order_name(o), ""}, {&value}), value, o); }
    word fetch_add(word operand, order o, site s) { return fetch("fetch_add", word_operator::add, operand, o, s); }
    word fetch_sub(word operand, order o, site s) { return fetch("fetch_sub", word_operator::subtract, operand, o, s); }
    word fetch_and(word operand, order o, site s) { return fetch("fetch_and", word_operator::bit_and, operand, o, s); }
    word fetch_or(word operand, order o, site s) { return fetch("fetch_or", word_operator::bit_or, operand, o, s); }
    flag compare_exchange_strong(word& expected, word desired, order success, order failure, site s) {
      return compare_exchange("compare_exchange_strong", expected, desired, success, failure, s, false);
    }
    flag compare_exchange_weak(word& expected, word desired, order success, order failure, site s) {
      return compare_exchange("compare_exchange_weak", expected, desired, success, failure, s, true);
    }

   private:
    word fetch(const char* name, word_operator op, const word& operand, order o, const site& s) {
      return running::fetch(s.ask(name, {order_name(o), ""}, {&operand}), op, operand, o);
    }
    flag compare_exchange(const char* name, word& expected, const word& desired, order success, order failure, const site& s, bool weak) {
      const auto asked = s.ask(name, {order_name(success), order_name(failure)}, {&expected, &desired});
      return running::compare_exchange(asked, expected, desired, success, failure, weak);
    }
  };

  class deadline {
   public:
    static deadline never() { return deadline(false); }
    static deadline at_any_moment() { return deadline(true); }
    template <class Clock, class Duration>
    static deadline at(const std::chrono::time_point<Clock, Duration>&) {
      return deadline(true);
    }
    template <class Rep, class Period>
    static deadline after(const std::chrono::duration<Rep, Period>&) {
      return deadline(true);
    }
    bool may_pass() const { return may_pass_; }

   private:
    explicit deadline(bool may_pass) : may_pass_(may_pass) {}
    bool may_pass_;
  };

  class spinner {
   public:
    spinner(unsigned, const deadline&, pace = pace::calm) {}
    flag again() { return running::any_choice(); }
  };

  static wait_result wait(atomic<word>&, word expected, scope who, const deadline& until, site s) {
    const char* manner = until.may_pass() ? "until a deadline" : "";
    return running::wait(s.ask("wait", {scope_name(who), manner}, {&expected}), expected, until.may_pass());
  }
  // One sleeper or everyone: what else a lock may ask for has no place in these proofs, and is misuse.
  static void wake(atomic<word>&, int how_many, scope who, site s) {
    if (how_many != 1 && how_many != everyone) running::misuse();
    running::wake(s.ask("wake", {scope_name(who), how_many == 1 ? "one" : "all"}), how_many);
  }
  [[noreturn]] static void misuse(const char*) { running::misuse(); }

  static constexpr const char* order_name(order o) {
    switch (o) {
      case order::relaxed: return "relaxed";
      case order::consume: return "consume";
      case order::acquire: return "acquire";
      case order::release: return "release";
      case order::acq_rel: return "acq_rel";
      case order::seq_cst: return "seq_cst";
    }
    return "?";
  }
  static constexpr const char* scope_name(scope who) { return who == scope::process_shared ? "shared" : "private"; }
};

}  // namespace holdfast::proofs

#endif  // HOLDFAST_PROOFS_SYMBOLIC_SYMBOLIC_PLATFORM_H_
