// relacy_platform: the world of Dmitry Vyukov's relacy, with the kernel's futex queue as a value in place of relacy's own, and the whole
// kernel for words with priority inheritance.
//
// The independent second opinion. What relacy does not see, see checker/relacy/explore.h. Words may be narrower than 32 bits, so that a
// counter wraps within reach.
#ifndef HOLDFAST_CHECKER_RELACY_RELACY_PLATFORM_H_
#define HOLDFAST_CHECKER_RELACY_RELACY_PLATFORM_H_

#include <array>
#include <cstdint>
#include <span>
#include <type_traits>

#include "checker/model_platform.h"
#include "checker/narrow_word.h"
#include "checker/relacy/world.h"
#include "checker/result_of_pi.h"
#include "impl/platform.h"

namespace holdfast::checker {

template <class Word, std::uint32_t Mask>
struct basic_relacy_platform {
  using word = Word;
  using flag = bool;
  using site = relacy::site;

  template <class T>
  class atomic {
   public:
    atomic(const layout& description, T initial) : id_(relacy::construct_atomic(description, static_cast<std::uint32_t>(initial), Mask)) {}
    atomic(const atomic&) = delete;
    atomic& operator=(const atomic&) = delete;
    ~atomic() { relacy::destroy_atomic(id_); }

    T load(order o, site at) const { return relacy::load(id_, o, at); }
    void store(T value, order o, site at) { relacy::store(id_, static_cast<std::uint32_t>(value), o, at); }
    T exchange(T value, order o, site at) { return update(relacy::update::exchange, value, o, at); }
    T fetch_add(T value, order o, site at) { return update(relacy::update::add, value, o, at); }
    T fetch_sub(T value, order o, site at) { return update(relacy::update::sub, value, o, at); }
    T fetch_and(T value, order o, site at) { return update(relacy::update::bit_and, value, o, at); }
    T fetch_or(T value, order o, site at) { return update(relacy::update::bit_or, value, o, at); }
    bool compare_exchange_strong(T& expected, T desired, order success, order failure, site at) {
      return compare_exchange(expected, desired, success, failure, false, at);
    }
    bool compare_exchange_weak(T& expected, T desired, order success, order failure, site at) {
      return compare_exchange(expected, desired, success, failure, true, at);
    }

    relacy::object_id id() const { return id_; }

   private:
    T update(relacy::update kind, T operand, order o, const site& at) {
      return relacy::read_modify_write(id_, kind, static_cast<std::uint32_t>(operand), o, at);
    }
    bool compare_exchange(T& expected, T desired, order success, order failure, bool weak, const site& at) {
      auto value = static_cast<std::uint32_t>(expected);
      const bool done = relacy::compare_exchange(id_, value, static_cast<std::uint32_t>(desired), success, failure, weak, at);
      expected = value;
      return done;
    }

    relacy::object_id id_;
  };

  template <class T>
  class plain {
   public:
    plain(const char* name, T initial) : id_(relacy::construct_plain(name, initial)) {}
    plain(const plain&) = delete;
    plain& operator=(const plain&) = delete;
    ~plain() { relacy::destroy_plain(id_); }

    T load(site at) const { return static_cast<T>(relacy::plain_load(id_, at)); }
    void store(T value, site at) { relacy::plain_store(id_, value, at); }

   private:
    relacy::object_id id_;
  };

  // A deadline is either never, or may pass at any moment.
  struct deadline {
    static constexpr deadline never() { return {false}; }
    static constexpr deadline at_any_moment() { return {true}; }
    template <class TimePoint>
    static constexpr deadline at(const TimePoint&) {
      return {true};
    }
    template <class Duration>
    static constexpr deadline after(const Duration&) {
      return {true};
    }
    bool timed;
  };

  class spinner {
   public:
    spinner(unsigned limit, const deadline&, pace = pace::calm) : limit_(limit) {}
    bool again() { return relacy::spin_again(round_++, limit_); }

   private:
    unsigned limit_;
    unsigned round_ = 0;
  };

  static wait_result wait(atomic<word>& on, word expected, scope who, const deadline& until, site at) {
    return relacy::futex_wait(on.id(), static_cast<std::uint32_t>(expected), who, until.timed, at);
  }
  static void wake(atomic<word>& on, int how_many, scope who, site at) { relacy::futex_wake(on.id(), how_many, who, at); }
  static bool wake_found(atomic<word>& on, int how_many, scope who, site at) { return relacy::futex_wake(on.id(), how_many, who, at); }
  static wait_result wait_bitset(atomic<word>& on, word expected, std::uint32_t bitset, scope who, const deadline& until, site at) {
    return relacy::futex_wait(on.id(), static_cast<std::uint32_t>(expected), who, until.timed, at, bitset);
  }
  static void wake_bitset(atomic<word>& on, int how_many, std::uint32_t bitset, scope who, site at) {
    relacy::futex_wake(on.id(), how_many, who, at, bitset);
  }
  static bool requeue(atomic<word>& from, word expected, int how_many_wake, int how_many_move, atomic<word>& to, scope who, site at) {
    return relacy::futex_requeue(from.id(), static_cast<std::uint32_t>(expected), how_many_wake, how_many_move, to.id(), who, at);
  }
  static void wake_op(atomic<word>& first, int how_many, atomic<word>& second, int how_many_second, word_change change, scope who,
                      site at) {
    relacy::futex_wake_op(first.id(), how_many, second.id(), how_many_second, change.encoded(), who, at);
  }
  static any_result wait_any(std::span<const awaited_word<basic_relacy_platform>> words, scope who, const deadline& until, site at) {
    std::array<relacy::awaited, most_awaited> all;
    for (std::size_t i = 0; i < words.size(); ++i) all[i] = {words[i].on->id(), static_cast<std::uint32_t>(words[i].expected)};
    return relacy::futex_wait_any(std::span(all).first(words.size()), who, until.timed, at);
  }
  static pi_result lock_pi(atomic<word>& a, scope who, const deadline& until, site at) {
    return result_of_pi(relacy::futex_lock_pi(a.id(), who, until.timed, at));
  }
  static pi_result try_lock_pi(atomic<word>& a, scope who, site at) { return result_of_pi(relacy::futex_try_lock_pi(a.id(), who, at)); }
  static pi_result unlock_pi(atomic<word>& a, scope who, site at) { return result_of_pi(relacy::futex_unlock_pi(a.id(), who, at)); }
  static pi_result wait_requeue_pi(atomic<word>& from, word expected, atomic<word>& to, scope who, const deadline& until, site at) {
    return result_of_pi(relacy::futex_wait_requeue_pi(from.id(), static_cast<std::uint32_t>(expected), to.id(), who, until.timed, at));
  }
  static pi_result requeue_pi(atomic<word>& from, word expected, int how_many_move, atomic<word>& to, scope who, site at) {
    return result_of_pi(relacy::futex_requeue_pi(from.id(), static_cast<std::uint32_t>(expected), how_many_move, to.id(), who, at));
  }
  // Nobody dies in relacy, so that nobody reads the lists.
  struct robust_node {};
  static void robust_pending(atomic<word>&) {}
  static void robust_link(atomic<word>&) {}
  static void robust_pi_pending(atomic<word>&) {}
  static void robust_pi_link(atomic<word>&) {}
  static void robust_unlink(atomic<word>&) {}
  static void robust_done() {}
  static void fence(order o, site at) { relacy::fence(o, at); }
  static word this_thread_id() { return relacy::this_thread_id(); }
  [[noreturn]] static void misuse(const char* what) { relacy::misuse(what); }

  // Each number below `alternatives` is explored.
  static unsigned choose(unsigned alternatives, site) { return relacy::choose(alternatives); }

  static void begin_operation(unsigned char operation, site at) { relacy::begin_operation(operation, at); }
  static void end_operation(unsigned char operation) { relacy::end_operation(operation); }
  static void expect(bool condition, const char* text, site at) { relacy::expect(condition, text, at); }
};

using relacy_platform = basic_relacy_platform<std::uint32_t, 0xffffffffu>;

// As relacy_platform, with words of so many bits.
template <unsigned Bits>
using narrow_relacy_platform = basic_relacy_platform<narrow_word<Bits>, narrow_word<Bits>::mask>;

static_assert(model_platform<relacy_platform> && has_fence<relacy_platform> && has_wake_op<relacy_platform> &&
              has_wait_any<relacy_platform> && has_wake_found<relacy_platform> && has_requeue_pi<relacy_platform> &&
              has_robust_pi_list<relacy_platform>);
static_assert(model_platform<narrow_relacy_platform<2>>);

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_RELACY_RELACY_PLATFORM_H_
