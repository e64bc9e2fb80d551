// platform: what a lock may ask of the world, as C++20 concepts.
//
// A lock is a class template over a Platform and is written once. Three worlds supply one: linux_platform (production), relacy_platform
// (exploration), symbolic_platform (proof). This header is the contract between them.
//
// The contract
//   word      an unsigned 32-bit integer, the width of a futex. Production: std::uint32_t. Elsewhere it may be a strong type, narrower in
//             a model that wants a counter to wrap, so lock code uses only ==, !=, and the predicates of the word's layout.
//   flag      a truth value; bool in production. A strong type elsewhere: test it with `if` and `while`, negate it with `!`, do not
//             store it in a bool. Locals of lock code are words and flags, nothing else: a proof has to see them all.
//   site      the label of an operation, made from a string literal: `word_.load(order::relaxed, "L2")`. It is the last argument of every
//             operation; none compiles without one. Within one lock a label names one operation. In production it is an empty type built
//             at compile time; elsewhere it carries file, line and function as well.
//   atomic<T> an atomic object. Its constructor takes the layout that names and decodes it, and its initial value. Operations have the
//             meaning of std::atomic's; there are no default memory orders.
//   plain<T>  ordinary data that a lock protects or relies on; the checkers watch it for data races.
//   deadline  never(), at(time_point of std::chrono::steady_clock or system_clock), after(duration): an absolute point in time.
//   spinner   made from a limit, a deadline and a pace; again() pauses and says whether to look once more before sleeping. Says so at most
//             `limit` times, and not much longer than the deadline.
//   wait      sleeps while the word has the expected value; see wait_result. Orders no memory: re-read the word with acquire.
//   wake      wakes at most how_many (1 or more) sleepers on the word. Touches nothing but the word's address: the word may be gone already.
//             A wait and a wake meet only if both name the same scope.
//   requeue   if the first word still has the expected value: wakes some sleepers on it and moves others to the second word.
//   wake_op   wakes sleepers on one word, changes another and may wake there, in one call; see word_change.
//   wait_any  sleeps while each of several words has the value expected of it; see any_result.
//   misuse    reports a broken precondition (unlocking a free lock) and does not return.
//
// How later locks extend it. This core stays small. What only some locks need becomes a concept of its own beside these, named after the
// one operation it adds (has_fence, has_wait_bitset, has_robust_list, ...), and the lock that needs it asks for it by name in its requires
// clause. A world that lacks it is rejected with that name; a world never pretends. No existing signature changes.
#ifndef HOLDFAST_IMPL_PLATFORM_H_
#define HOLDFAST_IMPL_PLATFORM_H_

#include <atomic>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "impl/word/layout.h"

namespace holdfast {

using order = std::memory_order;

// Who may sleep on a word: threads of one process, or threads of every process that maps it.
enum class scope : std::uint8_t { process_private, process_shared };

// Why wait() returned. All but timed_out may be spurious: the caller re-reads the word in every case.
//   woken        a wake (or nothing at all) ended the sleep
//   changed      the word did not have the expected value when the kernel looked
//   interrupted  a signal handler ran, and no wake-up was consumed
//   timed_out    the deadline passed, and no wake-up was consumed
enum class wait_result : std::uint8_t { woken, changed, interrupted, timed_out };

// Why wait_any() returned. `woken`: a wake took it off the word with this index, and wakes may have taken it off others, too: whoever sent
// those counts them. Of several it is the last in the order of the words. Elsewhere the index is 0.
struct any_result {
  wait_result why;
  unsigned index;
  friend bool operator==(const any_result&, const any_result&) = default;
};

// As many words as wait_any() takes.
inline constexpr std::size_t most_awaited = 4;

// What wake_op() makes of the second word, and for which old values it wakes there. Those are compared as signed numbers. A number has 12
// bits, one of them the sign, or, as `by`, is a single bit: the kernel's encoding has room for no other, and others do not compile.
class word_change {
 public:
  enum class update : std::uint8_t { set, add, bit_or, bit_and_not, bit_xor };
  enum class test : std::uint8_t { equal, not_equal, less, less_or_equal, greater, greater_or_equal };

  consteval word_change(update what, std::int64_t by, test when, std::int64_t than) : encoded_(encoded(what, by, when, than)) {}

  // The last argument of FUTEX_WAKE_OP.
  constexpr std::uint32_t encoded() const { return encoded_; }

 private:
  static void a_number_that_does_not_fit() {}  // no constant expression calls it

  static constexpr std::uint32_t twelve_bits(std::int64_t number) {
    if (number < -2048 || number > 2047) a_number_that_does_not_fit();
    return static_cast<std::uint32_t>(number) & 0xfff;
  }
  static constexpr std::uint32_t encoded(update what, std::int64_t by, test when, std::int64_t than) {
    const bool is_shift = by > 2047 && by <= 0x80000000 && std::has_single_bit(static_cast<std::uint64_t>(by));
    const auto shift = static_cast<std::uint32_t>(std::countr_zero(static_cast<std::uint64_t>(by)));
    const std::uint32_t operation = static_cast<std::uint32_t>(what) | (is_shift ? 8u : 0u);
    return operation << 28 | static_cast<std::uint32_t>(when) << 24 | (is_shift ? shift : twelve_bits(by)) << 12 | twelve_bits(than);
  }

  std::uint32_t encoded_;
};

// How an operation on a word with priority inheritance ended.
//   done          lock: the caller owns the word, and what its last owner did is visible. unlock: nobody owns it, or a waiter does
//   timed_out     the deadline passed; the caller does not own the word
//   again         try_lock: another owns it. wait: the word had another value, or the sleep ended for no reason or by a signal, before or
//                 after the caller was moved; it does not own the word. requeue: the word had another value
//   deadlock      the caller owns the word already, or whoever it would wait for waits for it
//   owner_lost    the word names an owner that does not exist: it died, and left no mark
//   not_owner     unlock: the word does not name the caller as its owner
//   inconsistent  the word and what the kernel knows of it do not agree: somebody wrote what is not theirs to write
enum class pi_result : std::uint8_t { done, timed_out, again, deadlock, owner_lost, not_owner, inconsistent };

// As the number of waiters to wake or move: all of them.
inline constexpr int everyone = 0x7fffffff;

// As the bitset of a wait or wake: it meets every other. One without bits is no bitset.
inline constexpr std::uint32_t every_bit = 0xffffffff;

template <class P>
concept has_words = requires {
  typename P::word;
  typename P::flag;
  typename P::site;
  typename P::template atomic<typename P::word>;
} && std::is_constructible_v<typename P::template atomic<typename P::word>, const layout&, typename P::word>;

template <class P>
concept has_load = has_words<P> && requires(const typename P::template atomic<typename P::word>& a, order o, typename P::site s) {
  { a.load(o, s) } -> std::same_as<typename P::word>;
};

template <class P>
concept has_store = has_words<P> && requires(typename P::template atomic<typename P::word>& a, typename P::word w, order o,
                                             typename P::site s) { a.store(w, o, s); };

template <class P>
concept has_exchange = has_words<P> && requires(typename P::template atomic<typename P::word>& a, typename P::word w, order o,
                                                typename P::site s) {
  { a.exchange(w, o, s) } -> std::same_as<typename P::word>;
};

template <class P>
concept has_fetch_add = has_words<P> && requires(typename P::template atomic<typename P::word>& a, typename P::word w, order o,
                                                 typename P::site s) {
  { a.fetch_add(w, o, s) } -> std::same_as<typename P::word>;
};

template <class P>
concept has_fetch_sub = has_words<P> && requires(typename P::template atomic<typename P::word>& a, typename P::word w, order o,
                                                 typename P::site s) {
  { a.fetch_sub(w, o, s) } -> std::same_as<typename P::word>;
};

template <class P>
concept has_fetch_and = has_words<P> && requires(typename P::template atomic<typename P::word>& a, typename P::word w, order o,
                                                 typename P::site s) {
  { a.fetch_and(w, o, s) } -> std::same_as<typename P::word>;
};

template <class P>
concept has_fetch_or = has_words<P> && requires(typename P::template atomic<typename P::word>& a, typename P::word w, order o,
                                                typename P::site s) {
  { a.fetch_or(w, o, s) } -> std::same_as<typename P::word>;
};

// `expected` receives the value read when the exchange fails. The weak form may also fail on an equal value.
template <class P>
concept has_compare_exchange = has_words<P> && requires(typename P::template atomic<typename P::word>& a, typename P::word& expected,
                                                        typename P::word w, order o, typename P::site s) {
  { a.compare_exchange_strong(expected, w, o, o, s) } -> std::same_as<typename P::flag>;
  { a.compare_exchange_weak(expected, w, o, o, s) } -> std::same_as<typename P::flag>;
};

template <class P>
concept has_plain = has_words<P> && requires(typename P::template plain<unsigned>& p, unsigned value, typename P::site s) {
  { p.load(s) } -> std::same_as<unsigned>;
  p.store(value, s);
};

template <class P>
concept has_deadline = requires {
  { P::deadline::never() } -> std::same_as<typename P::deadline>;
};

// The futex word, the value it must still have, who may wake, until when.
template <class P>
concept has_wait = has_words<P> && has_deadline<P> &&
                   requires(typename P::template atomic<typename P::word>& a, typename P::word expected, scope who,
                            const typename P::deadline& until, typename P::site s) {
                     { P::wait(a, expected, who, until, s) } -> std::same_as<wait_result>;
                   };

template <class P>
concept has_wake = has_words<P> && requires(typename P::template atomic<typename P::word>& a, int how_many, scope who,
                                            typename P::site s) { P::wake(a, how_many, who, s); };

// A wake that says whether it woke anybody. If it did not, nobody slept on the word at that moment, and whoever looks at the word
// afterwards, to sleep on it, sees what the caller wrote before.
template <class P>
concept has_wake_found = has_words<P> && requires(typename P::template atomic<typename P::word>& a, int how_many, scope who,
                                                  typename P::site s) {
  { P::wake_found(a, how_many, who, s) } -> std::same_as<typename P::flag>;
};

// A wait that only those wakes end whose bitset shares a bit with its own. wait() and wake() have every bit.
template <class P>
concept has_bitsets = has_wait<P> && has_wake<P> &&
                      requires(typename P::template atomic<typename P::word>& a, typename P::word expected, std::uint32_t bitset, int how_many,
                               scope who, const typename P::deadline& until, typename P::site s) {
                        { P::wait_bitset(a, expected, bitset, who, until, s) } -> std::same_as<wait_result>;
                        P::wake_bitset(a, how_many, bitset, who, s);
                      };

// Returns false, with no effect, if `from` did not have the expected value.
template <class P>
concept has_requeue = has_words<P> && requires(typename P::template atomic<typename P::word>& from, typename P::word expected,
                                               int how_many_wake, int how_many_move,
                                               typename P::template atomic<typename P::word>& to, scope who, typename P::site s) {
  { P::requeue(from, expected, how_many_wake, how_many_move, to, who, s) } -> std::same_as<typename P::flag>;
};

// One call, during which nobody goes to sleep on either word: changes the second word in one atomic step, which orders no memory (a fence
// before it can); wakes how_many on the first word; then, if the second word's old value passes the test, how_many_second there. Both words
// are there when it is called; of those to wake there is 1 or more.
template <class P>
concept has_wake_op = has_words<P> && requires(typename P::template atomic<typename P::word>& first, int how_many,
                                               typename P::template atomic<typename P::word>& second, int how_many_second,
                                               word_change change, scope who, typename P::site s) {
  P::wake_op(first, how_many, second, how_many_second, change, who, s);
};

// A word of several to sleep on, and the value that it must still have.
template <class P>
struct awaited_word {
  typename P::template atomic<typename P::word>* on;
  typename P::word expected;
};

// Looks at 1 to most_awaited words in their order, goes to sleep on each that has its value, and leaves again, `changed`, at the first that
// has not; so that a wake may take it off a word before it has looked at the next, and that wake is answered. Orders no memory.
template <class P>
concept has_wait_any = has_words<P> && has_deadline<P> && requires(std::span<const awaited_word<P>> words, scope who,
                                                                   const typename P::deadline& until, typename P::site s) {
  { P::wait_any(words, who, until, s) } -> std::same_as<any_result>;
};

// The kernel's own lock on a word that holds its owner's id (robust_word): 0 if it is free, and WAITERS if somebody sleeps in lock_pi().
// Whoever finds it free may take it with a compare-exchange, and an owner who finds no other bit set may free it with one; all else is the
// kernel's to do. It lends the owner the priority of the most urgent waiter, and hands the word to that waiter.
template <class P>
concept has_pi = has_words<P> && has_deadline<P> && requires(typename P::template atomic<typename P::word>& a, scope who,
                                                             const typename P::deadline& until, typename P::site s) {
  { P::lock_pi(a, who, until, s) } -> std::same_as<pi_result>;
  { P::try_lock_pi(a, who, s) } -> std::same_as<pi_result>;
  { P::unlock_pi(a, who, s) } -> std::same_as<pi_result>;
};

// A wait on one word that ends by being moved to another, with priority inheritance, and owning it. A requeue makes the most urgent waiter
// the owner of `to`, or one who waits for it, and moves how_many_move others.
template <class P>
concept has_requeue_pi =
    has_pi<P> && requires(typename P::template atomic<typename P::word>& a, typename P::word expected, int how_many_move, scope who,
                          const typename P::deadline& until, typename P::site s) {
      { P::wait_requeue_pi(a, expected, a, who, until, s) } -> std::same_as<pi_result>;
      { P::requeue_pi(a, expected, how_many_move, a, who, s) } -> std::same_as<pi_result>;
    };

// How a spinner pauses. calm: for a lock whose owner writes the word that is looked at, and is the slower for each look. brisk: for what one
// thread waits until others have done, so that each yield lets another get on with it. growing: for what is over at once as a rule, and
// otherwise takes long: twice the pause after each look.
enum class pace : std::uint8_t { calm, brisk, growing };

template <class P>
concept has_spinner = has_deadline<P> && std::is_constructible_v<typename P::spinner, unsigned, const typename P::deadline&, pace> &&
                      requires(typename P::spinner& spin) {
                        { spin.again() } -> std::same_as<typename P::flag>;
                      };

// The kernel's id of the calling thread: never 0, below 2^30.
template <class P>
concept has_thread_id = has_words<P> && requires {
  { P::this_thread_id() } -> std::same_as<typename P::word>;
};

// The calling thread's list of the words that it owns, which the kernel walks when the thread dies:
//   pending(word)  before it begins to lock or unlock the word; done() when it is through
//   link(word)     the word is on the list, until unlink(word)
// The kernel reads the word's owner, WAITERS and OWNER_DIED bits, and wakes waiters of shared scope only.
// Whoever has such a word has a robust_node behind it, which only the word's owner uses; how far behind is the platform's affair.
template <class P>
concept has_robust_list = has_words<P> && requires(typename P::template atomic<typename P::word>& a) {
  typename P::robust_node;
  P::robust_pending(a);
  P::robust_link(a);
  P::robust_unlink(a);
  P::robust_done();
};

// The same of words with priority inheritance: the kernel wakes nobody for them, but hands them on. unlink and done are those of all words.
template <class P>
concept has_robust_pi_list = has_robust_list<P> && has_pi<P> && requires(typename P::template atomic<typename P::word>& a) {
  P::robust_pi_pending(a);
  P::robust_pi_link(a);
};

// A std::atomic_thread_fence.
template <class P>
concept has_fence = has_words<P> && requires(order o, typename P::site s) { P::fence(o, s); };

template <class P>
concept has_misuse = requires(const char* what) { P::misuse(what); };

// A whole world. Locks do not ask for this: each asks for the operations it uses.
template <class P>
concept platform = has_load<P> && has_store<P> && has_exchange<P> && has_fetch_add<P> && has_fetch_sub<P> && has_fetch_and<P> &&
                   has_fetch_or<P> && has_compare_exchange<P> && has_plain<P> && has_wait<P> && has_wake<P> && has_requeue<P> &&
                   has_spinner<P> && has_thread_id<P> && has_misuse<P>;

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_PLATFORM_H_
