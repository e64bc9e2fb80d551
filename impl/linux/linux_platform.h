// linux_platform: the real world. std::atomic and the kernel's futex, at no cost over writing them by hand.
//
// Every atomic operation is one std::atomic operation, always inlined; a site is an empty type built at compile time.
#ifndef HOLDFAST_IMPL_LINUX_LINUX_PLATFORM_H_
#define HOLDFAST_IMPL_LINUX_LINUX_PLATFORM_H_

#include <sched.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "impl/linux/deadline.h"
#include "impl/linux/futex.h"
#include "impl/linux/process.h"
#include "impl/linux/robust_list.h"
#include "impl/platform.h"
#include "impl/word/layout.h"

namespace holdfast {

// A label, checked to be a string literal and then forgotten.
class linux_site {
 public:
  template <std::size_t N>
  consteval linux_site(const char (&)[N]) noexcept {}  // implicit: a label is written as "L1"
};

template <class T>
class linux_atomic {
 public:
  static_assert(std::atomic<T>::is_always_lock_free);

  constexpr linux_atomic(const layout&, T initial) noexcept : value_(initial) {}
  linux_atomic(const linux_atomic&) = delete;
  linux_atomic& operator=(const linux_atomic&) = delete;

  [[gnu::always_inline]] T load(order o, linux_site) const noexcept { return value_.load(o); }
  [[gnu::always_inline]] void store(T v, order o, linux_site) noexcept { value_.store(v, o); }
  [[gnu::always_inline]] T exchange(T v, order o, linux_site) noexcept { return value_.exchange(v, o); }
  [[gnu::always_inline]] T fetch_add(T v, order o, linux_site) noexcept { return value_.fetch_add(v, o); }
  [[gnu::always_inline]] T fetch_sub(T v, order o, linux_site) noexcept { return value_.fetch_sub(v, o); }
  [[gnu::always_inline]] T fetch_and(T v, order o, linux_site) noexcept { return value_.fetch_and(v, o); }
  [[gnu::always_inline]] T fetch_or(T v, order o, linux_site) noexcept { return value_.fetch_or(v, o); }
  [[gnu::always_inline]] bool compare_exchange_strong(T& expected, T v, order success, order failure, linux_site) noexcept {
    return value_.compare_exchange_strong(expected, v, success, failure);
  }
  [[gnu::always_inline]] bool compare_exchange_weak(T& expected, T v, order success, order failure, linux_site) noexcept {
    return value_.compare_exchange_weak(expected, v, success, failure);
  }

 private:
  std::atomic<T> value_;
};

// In production ordinary data is just that.
template <class T>
class linux_plain {
 public:
  constexpr linux_plain() noexcept = default;
  constexpr explicit linux_plain(T initial) noexcept : value_(initial) {}
  // The name is for reports, which there are none of here.
  constexpr linux_plain(const char*, T initial) noexcept : value_(initial) {}
  linux_plain(const linux_plain&) = delete;
  linux_plain& operator=(const linux_plain&) = delete;

  [[gnu::always_inline]] T load(linux_site) const noexcept { return value_; }
  [[gnu::always_inline]] void store(T v, linux_site) noexcept { value_ = v; }

 private:
  T value_{};
};

// Tells the processor that the thread is waiting for another's write.
[[gnu::always_inline]] inline void pause_processor() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#else
  asm volatile("");
#endif
}

// Waits a while before each look, and lets other threads run: calm and brisk from the second look on, growing when a pause has reached 64.
// Pauses: a look at a held word takes its cache line from the owner, whose next access then takes 130 ns longer. Looks that are far apart
// cost short sections little, and long ones have the time.
// Yields: the owner may be waiting for the processor that the spinner occupies. With nobody to yield to, one takes as long as 16 pauses.
class linux_spinner {
 public:
  // The deadline outlives the spinner.
  constexpr linux_spinner(unsigned limit, const linux_deadline& until, pace how = pace::calm) noexcept
      : until_(until),
        left_(limit),
        pauses_(how == pace::calm    ? calm_pauses
                : how == pace::brisk ? brisk_pauses
                                     : 1),
        grows_(how == pace::growing) {}
  linux_spinner(unsigned limit, const linux_deadline&& until, pace how = pace::calm) = delete;

  bool again() noexcept {
    if (left_ == 0) return false;
    --left_;
    if (yields_next_) {
      if (until_.has_passed()) return false;  // a yield may take long: never two of them past the deadline
      sched_yield();
      if (grows_) pauses_ = grown_again;
    }
    for (unsigned i = 0; i < pauses_; ++i) pause_processor();
    yields_next_ = !grows_ || pauses_ >= grown_pauses;
    if (grows_) pauses_ *= 2;
    return true;
  }

 private:
  // calm: measured as mutex_default_spin is. 32: up to 3 % less with 0.1 us sections, up to 6 % more with 2 us sections and work between
  // them; 4: 20 % less with either.
  // brisk: measured 2026-11-30 on the same machine, bazel run //tests/benchmarks:locks -- --pin. Rates as multiples of the first peer's:
  //
  //                                       64 pauses   4 pauses   another peer
  //     barrier of 2                          25        190        6.8 (std)
  //     barrier of 4                           3.5        9.1      7.3 (std)
  //     barrier of 8                           1.7        4.3      3.8 (std)
  //     semaphore, ping-pong                  18         45        8 to 12 (std)
  //     condition variable, ping-pong         14         27        1.0 (absl, nsync)
  static constexpr unsigned calm_pauses = 64;
  static constexpr unsigned brisk_pauses = 4;
  // growing: 1, 2, 4 and so on to 64, a yield, 4, 8 and so on to 64, a yield. Measured with shared_mutex_default_spin.
  static constexpr unsigned grown_pauses = 64, grown_again = 4;

  const linux_deadline& until_;
  unsigned left_;
  unsigned pauses_;
  bool grows_;
  bool yields_next_ = false;
};

struct linux_platform {
  using word = std::uint32_t;
  using flag = bool;
  using site = linux_site;
  template <class T>
  using atomic = linux_atomic<T>;
  template <class T>
  using plain = linux_plain<T>;
  using deadline = linux_deadline;
  using spinner = linux_spinner;

  // The address of an atomic word is that of the word: std::atomic adds nothing to it, and neither does linux_atomic.
  static_assert(sizeof(atomic<word>) == sizeof(word) && alignof(atomic<word>) == alignof(word));

  static wait_result wait(atomic<word>& w, word expected, scope who, const deadline& until, site) noexcept {
    return futex_wait(&w, expected, who, until);
  }
  static void wake(atomic<word>& w, int how_many, scope who, site) noexcept { futex_wake(&w, how_many, who); }
  static flag wake_found(atomic<word>& w, int how_many, scope who, site) noexcept { return futex_wake(&w, how_many, who) > 0; }
  static wait_result wait_bitset(atomic<word>& w, word expected, std::uint32_t bitset, scope who, const deadline& until, site) noexcept {
    return futex_wait(&w, expected, who, until, bitset);
  }
  static void wake_bitset(atomic<word>& w, int how_many, std::uint32_t bitset, scope who, site) noexcept {
    futex_wake(&w, how_many, who, bitset);
  }
  static flag requeue(atomic<word>& from, word expected, int how_many_wake, int how_many_move, atomic<word>& to, scope who, site) noexcept {
    return futex_requeue(&from, expected, how_many_wake, how_many_move, &to, who);
  }
  static void wake_op(atomic<word>& first, int how_many, atomic<word>& second, int how_many_second, word_change change, scope who,
                      site) noexcept {
    futex_wake_op(&first, how_many, &second, how_many_second, change, who);
  }
  static any_result wait_any(std::span<const awaited_word<linux_platform>> words, scope who, const deadline& until, site) noexcept {
    std::array<futex_awaited, most_awaited> all{};
    for (std::size_t i = 0; i < words.size(); ++i) all[i] = {words[i].on, words[i].expected};
    return futex_wait_any(std::span(all).first(words.size()), who, until);
  }
  static pi_result lock_pi(atomic<word>& w, scope who, const deadline& until, site) noexcept { return futex_lock_pi(&w, who, until); }
  static pi_result try_lock_pi(atomic<word>& w, scope who, site) noexcept { return futex_try_lock_pi(&w, who); }
  static pi_result unlock_pi(atomic<word>& w, scope who, site) noexcept { return futex_unlock_pi(&w, who); }
  static pi_result wait_requeue_pi(atomic<word>& w, word expected, atomic<word>& to, scope who, const deadline& until, site) noexcept {
    return futex_wait_requeue_pi(&w, expected, &to, who, until);
  }
  static pi_result requeue_pi(atomic<word>& from, word expected, int how_many_move, atomic<word>& to, scope who, site) noexcept {
    return futex_requeue_pi(&from, expected, how_many_move, &to, who);
  }
  [[gnu::always_inline]] static void fence(order o, site) noexcept { std::atomic_thread_fence(o); }
  // Beginning 16 bytes behind the beginning of the word.
  using robust_node = linux_robust_node;
  [[gnu::always_inline]] static void robust_pending(atomic<word>& w) noexcept { robust_list_pending(&w); }
  [[gnu::always_inline]] static void robust_link(atomic<word>& w) noexcept { robust_list_link(&w); }
  [[gnu::always_inline]] static void robust_unlink(atomic<word>& w) noexcept { robust_list_unlink(&w); }
  [[gnu::always_inline]] static void robust_pi_pending(atomic<word>& w) noexcept {
    robust_list_pending(&w, robust_kind::priority_inheriting);
  }
  [[gnu::always_inline]] static void robust_pi_link(atomic<word>& w) noexcept { robust_list_link(&w, robust_kind::priority_inheriting); }
  [[gnu::always_inline]] static void robust_done() noexcept { robust_list_done(); }
  static word this_thread_id() noexcept { return holdfast::this_thread_id(); }
  // From 1; 0 if the C library does not know. Newer ones read it from the thread's rseq area, without a system call.
  static word this_processor() noexcept { return static_cast<word>(::sched_getcpu() + 1); }
  [[noreturn, gnu::cold, gnu::noinline]] static void misuse(const char* what) noexcept { holdfast::misuse(what); }
};

static_assert(platform<linux_platform> && has_bitsets<linux_platform> && has_wake_op<linux_platform> && has_wait_any<linux_platform> &&
              has_requeue_pi<linux_platform> && has_robust_pi_list<linux_platform>);

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_LINUX_LINUX_PLATFORM_H_
