// graph_platform: the world of the exhaustive engine (checker/graph): every execution that RC11 allows, with the kernel's futex queue.
//
// Words may be narrower than 32 bits, so that a counter wraps within reach.
#ifndef HOLDFAST_CHECKER_RUNTIME_GRAPH_PLATFORM_H_
#define HOLDFAST_CHECKER_RUNTIME_GRAPH_PLATFORM_H_

#include <array>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "checker/model_platform.h"
#include "checker/narrow_word.h"
#include "checker/result_of_pi.h"
#include "checker/runtime/world.h"
#include "impl/platform.h"

namespace holdfast::checker {

namespace runtime {

// A value as the engine keeps it, and back. Any trivially copyable type of at most eight bytes.
template <class T>
std::uint64_t to_bits(const T& value) {
  if constexpr (std::is_constructible_v<std::uint32_t, T> && std::is_class_v<T>) {
    return static_cast<std::uint32_t>(value);
  } else {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 8);
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof(T));
    return bits;
  }
}

template <class T>
T from_bits(std::uint64_t bits) {
  if constexpr (std::is_constructible_v<std::uint32_t, T> && std::is_class_v<T>) {
    return T(static_cast<std::uint32_t>(bits));
  } else {
    T value;
    std::memcpy(&value, &bits, sizeof(T));
    return value;
  }
}

template <class T>
inline constexpr std::uint8_t bits_of = 8 * sizeof(T);
template <unsigned Bits>
inline constexpr std::uint8_t bits_of<narrow_word<Bits>> = Bits;

}  // namespace runtime

template <class Word>
struct basic_graph_platform {
  using word = Word;
  using flag = bool;
  using site = checker::site;

  // Integers, enumerations and pointers of 8, 16, 32 or 64 bits.
  template <class T>
  class atomic {
   public:
    atomic(const layout& description, T initial) {
      runtime::construct(here(), {&description, description.name, runtime::bits_of<T>, std::is_pointer_v<T>}, runtime::to_bits(initial));
    }
    atomic(const atomic&) = delete;
    atomic& operator=(const atomic&) = delete;
    ~atomic() { runtime::destroy(here()); }

    T load(order o, site at) const { return value(runtime::load(here(), o, at)); }
    void store(T v, order o, site at) { runtime::store(here(), runtime::to_bits(v), o, at); }
    T exchange(T v, order o, site at) { return update(runtime::update_kind::exchange, v, o, at); }
    T fetch_add(T v, order o, site at) { return update(runtime::update_kind::add, v, o, at); }
    T fetch_sub(T v, order o, site at) { return update(runtime::update_kind::subtract, v, o, at); }
    T fetch_and(T v, order o, site at) { return update(runtime::update_kind::bit_and, v, o, at); }
    T fetch_or(T v, order o, site at) { return update(runtime::update_kind::bit_or, v, o, at); }
    T fetch_xor(T v, order o, site at) { return update(runtime::update_kind::bit_xor, v, o, at); }
    bool compare_exchange_strong(T& expected, T desired, order success, order failure, site at) {
      return compare_exchange(expected, desired, success, failure, false, at);
    }
    bool compare_exchange_weak(T& expected, T desired, order success, order failure, site at) {
      return compare_exchange(expected, desired, success, failure, true, at);
    }
    // Returns when the value is not `old`; sleeps in between as std::atomic's does.
    void wait(T old, order o, site at) const {
      while (runtime::to_bits(load(o, at)) == runtime::to_bits(old)) {
        runtime::futex_wait(here(), runtime::to_bits(old), scope::process_private, false, at);
      }
    }
    void notify_one(site at) { runtime::futex_wake(here(), 1, scope::process_private, at); }
    void notify_all(site at) { runtime::futex_wake(here(), everyone, scope::process_private, at); }

   private:
    friend basic_graph_platform;
    runtime::place here() const { return {this, runtime::bits_of<T>}; }
    static T value(std::uint64_t bits) { return runtime::from_bits<T>(bits); }
    T update(runtime::update_kind kind, T operand, order o, const site& at) {
      return value(runtime::update(here(), kind, runtime::to_bits(operand), o, at));
    }
    bool compare_exchange(T& expected, T desired, order success, order failure, bool weak, const site& at) {
      std::uint64_t found = runtime::to_bits(expected);
      const bool done = runtime::compare_exchange(here(), found, runtime::to_bits(desired), success, failure, weak, at);
      expected = value(found);
      return done;
    }

    // The engine keeps the value. An object of its own size, so that neighbours have addresses of their own.
    std::array<unsigned char, sizeof(T)> room_{};
  };

  template <class T>
  class plain {
   public:
    explicit plain(const char* name) {
      runtime::construct_uninitialised(here(), {nullptr, name, runtime::bits_of<T>, std::is_pointer_v<T>});
    }
    plain(const char* name, T initial) {
      runtime::construct(here(), {nullptr, name, runtime::bits_of<T>, std::is_pointer_v<T>}, runtime::to_bits(initial));
    }
    plain(const plain&) = delete;
    plain& operator=(const plain&) = delete;
    ~plain() { runtime::destroy(here()); }

    T load(site at) const { return runtime::from_bits<T>(runtime::plain_load(here(), at)); }
    void store(T v, site at) { runtime::plain_store(here(), runtime::to_bits(v), at); }

   private:
    runtime::place here() const { return {this, runtime::bits_of<T>}; }

    std::uint64_t room_{};
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
    bool again() { return runtime::spin_again(round_++, limit_); }

   private:
    unsigned limit_;
    unsigned round_ = 0;
  };

  static wait_result wait(atomic<word>& on, word expected, scope who, const deadline& until, site at) {
    return runtime::futex_wait(on.here(), runtime::to_bits(expected), who, until.timed, at);
  }
  static void wake(atomic<word>& on, int how_many, scope who, site at) { runtime::futex_wake(on.here(), how_many, who, at); }
  static wait_result wait_bitset(atomic<word>& on, word expected, std::uint32_t bitset, scope who, const deadline& until, site at) {
    return runtime::futex_wait(on.here(), runtime::to_bits(expected), who, until.timed, at, bitset);
  }
  static void wake_bitset(atomic<word>& on, int how_many, std::uint32_t bitset, scope who, site at) {
    runtime::futex_wake(on.here(), how_many, who, at, bitset);
  }
  static bool requeue(atomic<word>& from, word expected, int how_many_wake, int how_many_move, atomic<word>& to, scope who, site at) {
    return runtime::futex_requeue(from.here(), runtime::to_bits(expected), how_many_wake, how_many_move, to.here(), who, at);
  }
  static void wake_op(atomic<word>& first, int how_many, atomic<word>& second, int how_many_second, word_change change, scope who,
                      site at) {
    runtime::futex_wake_op(first.here(), how_many, second.here(), how_many_second, change.encoded(), who, at);
  }
  static any_result wait_any(std::span<const awaited_word<basic_graph_platform>> words, scope who, const deadline& until, site at) {
    std::array<runtime::awaited, most_awaited> all{{{nullptr, 0}, {nullptr, 0}, {nullptr, 0}, {nullptr, 0}}};
    for (std::size_t i = 0; i < words.size(); ++i) all[i] = {words[i].on->here(), runtime::to_bits(words[i].expected)};
    return runtime::futex_wait_any(std::span(all).first(words.size()), who, until.timed, at);
  }
  static pi_result lock_pi(atomic<word>& a, scope who, const deadline& until, site at) {
    return result_of_pi(runtime::futex_lock_pi(a.here(), who, until.timed, at));
  }
  static pi_result try_lock_pi(atomic<word>& a, scope who, site at) { return result_of_pi(runtime::futex_try_lock_pi(a.here(), who, at)); }
  static pi_result unlock_pi(atomic<word>& a, scope who, site at) { return result_of_pi(runtime::futex_unlock_pi(a.here(), who, at)); }
  static pi_result wait_requeue_pi(atomic<word>& from, word expected, atomic<word>& to, scope who, const deadline& until, site at) {
    return result_of_pi(runtime::futex_wait_requeue_pi(from.here(), runtime::to_bits(expected), to.here(), who, until.timed, at));
  }
  static pi_result requeue_pi(atomic<word>& from, word expected, int how_many_move, atomic<word>& to, scope who, site at) {
    return result_of_pi(runtime::futex_requeue_pi(from.here(), runtime::to_bits(expected), how_many_move, to.here(), who, at));
  }
  static bool wake_found(atomic<word>& on, int how_many, scope who, site at) {
    return runtime::futex_wake_and_count(on.here(), how_many, who, at) != 0;
  }
  // The engine keeps the lists.
  struct robust_node {};
  static void robust_pending(atomic<word>& a) { runtime::robust_pending(a.here()); }
  static void robust_link(atomic<word>& a) { runtime::robust_link(a.here()); }
  static void robust_pi_pending(atomic<word>& a) { robust_pending(a); }  // the word's layout says what it is
  static void robust_pi_link(atomic<word>& a) { robust_link(a); }
  static void robust_unlink(atomic<word>& a) { runtime::robust_unlink(a.here()); }
  static void robust_done() { runtime::robust_done(); }
  static word this_thread_id() { return word(runtime::this_thread_id()); }
  [[noreturn]] static void misuse(const char* what) { runtime::misuse(what); }
  static void fence(order o, site at) { runtime::fence(o, at); }
  // Of a thread that exploration::started_by_others names.
  static void start_thread(unsigned thread, site at) { runtime::start_thread(thread, at); }
  static void join_thread(unsigned thread, site at) { runtime::join_thread(thread, at); }
  // Each number below `alternatives` is explored.
  static unsigned choose(unsigned alternatives, site at) { return runtime::choose(alternatives, at); }

  static void begin_operation(unsigned char operation, site at) { runtime::begin_operation(operation, at); }
  static void end_operation(unsigned char operation) { runtime::end_operation(operation); }
  // Executions in which it does not hold are left out.
  static void assume(bool condition) {
    if (!condition) runtime::abandon();
  }
  static void expect(bool condition, const char* text, site at) { runtime::expect(condition, text, at); }
};

using graph_platform = basic_graph_platform<std::uint32_t>;

// As graph_platform, with words of so many bits.
template <unsigned Bits>
using narrow_graph_platform = basic_graph_platform<narrow_word<Bits>>;

static_assert(model_platform<graph_platform> && has_bitsets<graph_platform> && has_wake_op<graph_platform> &&
              has_wait_any<graph_platform> && has_robust_list<graph_platform> && has_requeue_pi<graph_platform> &&
              has_robust_pi_list<graph_platform>);
static_assert(model_platform<narrow_graph_platform<2>>);

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_RUNTIME_GRAPH_PLATFORM_H_
