// recording_platform: one thread, plain integers, and a list of what the lock did to its word. A wait calls back instead of sleeping.
#ifndef HOLDFAST_TESTS_PROOF_RECORDING_PLATFORM_H_
#define HOLDFAST_TESTS_PROOF_RECORDING_PLATFORM_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "impl/platform.h"
#include "impl/word/layout.h"
#include "proofs/symbolic/automaton.h"

namespace holdfast::tests {

struct recording_platform {
  using word = std::uint32_t;
  using flag = bool;

  class site {
   public:
    template <std::size_t Size>
    site(const char (&label)[Size]) : label_(label) {}
    const char* label() const { return label_; }

   private:
    const char* label_;
  };

  template <class T>
  class atomic {
   public:
    atomic(const layout&, T initial) : value_(initial) {}
    T load(order, site s) const { return note(s, value_, value_); }
    void store(T value, order, site s) {
      note(s, value_, value);
      value_ = value;
    }
    T exchange(T value, order, site s) { return note(s, std::exchange(value_, value), value); }
    T fetch_add(T n, order o, site s) { return exchange(value_ + n, o, s); }
    T fetch_sub(T n, order o, site s) { return exchange(value_ - n, o, s); }
    bool compare_exchange_strong(T& expected, T desired, order, order, site s) {
      const bool equal = value_ == expected;
      expected = note(s, value_, equal ? desired : value_);
      if (equal) value_ = desired;
      return equal;
    }
    bool compare_exchange_weak(T& expected, T desired, order a, order b, site s) {
      return compare_exchange_strong(expected, desired, a, b, s);
    }

   private:
    static T note(const site& s, T before, T after) {
      steps().push_back({s.label(), before, after});
      return before;
    }
    T value_;
  };

  struct deadline {
    bool may_pass = false;
    static deadline never() { return {false}; }
    static deadline at_any_moment() { return {true}; }
  };

  class spinner {
   public:
    spinner(unsigned limit, const deadline&, pace = pace::calm) : left_(limit) {}
    bool again() { return left_-- > 98; }

   private:
    unsigned left_;
  };

  static wait_result wait(atomic<word>& w, word expected, scope, const deadline& until, site s) {
    if (w.load(order::relaxed, s) != expected) return wait_result::changed;
    if (until.may_pass) return wait_result::timed_out;
    if (!waiting()) throw std::logic_error("nobody will ever wake this thread");
    const auto others = waiting();
    others();
    return wait_result::woken;
  }
  static void wake(atomic<word>&, int, scope, site) {}
  [[noreturn]] static void misuse(const char* what) { throw std::logic_error(what); }

  // What other threads do while one waits.
  static void when_waiting(std::function<void()> others) { waiting() = std::move(others); }
  // The steps so far; forgets them.
  static std::vector<proofs::recorded_step> take() { return std::exchange(steps(), {}); }

 private:
  static std::vector<proofs::recorded_step>& steps() {
    static std::vector<proofs::recorded_step> all;
    return all;
  }
  static std::function<void()>& waiting() {
    static std::function<void()> others;
    return others;
  }
};

}  // namespace holdfast::tests

#endif  // HOLDFAST_TESTS_PROOF_RECORDING_PLATFORM_H_
