// sleepers: who sleeps on futexes, in the order in which they are woken, and what a wake and a requeue take. Every futex of this folder is
// made of it: the queue of the exploration engines (futex.h) and the whole kernel (state.h) differ in what a waiter is.
//
// A waiter type says by precedes(a, b) whether a, though it came later, is woken before b. What an operation meets in the queue it calls
// fit: taken, passed over, or refused, which ends the operation.
#ifndef HOLDFAST_CHECKER_KERNEL_SLEEPERS_H_
#define HOLDFAST_CHECKER_KERNEL_SLEEPERS_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace holdfast::checker::kernel {

template <class Waiter, std::size_t Capacity>
class sleepers {
 public:
  std::span<const Waiter> queue() const { return {queue_.data(), size_}; }
  bool is_full() const { return size_ == Capacity; }
  Waiter& at(std::size_t i) { return queue_[i]; }

  // Behind everybody whom it does not precede. REQUIRES: not full.
  void append(const Waiter& w) {
    std::size_t i = size_++;
    for (; i > 0 && precedes(w, queue_[i - 1]); --i) queue_[i] = queue_[i - 1];
    queue_[i] = w;
  }

  Waiter take_at(std::size_t i) {
    const Waiter w = queue_[i];
    std::copy(queue_.begin() + i + 1, queue_.begin() + size_, queue_.begin() + i);
    --size_;
    return w;
  }

  friend bool operator==(const sleepers& a, const sleepers& b) { return std::ranges::equal(a.queue(), b.queue()); }

 private:
  std::array<Waiter, Capacity> queue_{};
  std::size_t size_ = 0;
};

enum class fit : std::uint8_t { passed_over, taken, refused };

// How many waiters an operation took, and whether it ended at one that it must not touch. Those taken before stay taken.
struct taken {
  int count = 0;
  bool refused = false;
};

// Wakes how_many (zero or less: nobody) of those that fit. Which of k is asked of pick(k), in queue order, if there are two or more; those
// behind a refused one are out of reach. woken(waiter) is called for each, in the order of waking.
template <class Sleepers, class Fits, class Pick, class Woken>
taken wake_some(Sleepers& asleep, int how_many, Fits fits, Pick&& pick, Woken woken) {
  taken result;
  while (result.count < how_many) {
    std::size_t candidates = 0;
    bool refused = false;
    for (const auto& w : asleep.queue()) {
      const fit f = fits(w);
      refused = f == fit::refused;
      if (refused) break;
      candidates += f == fit::taken;
    }
    if (candidates == 0) {
      result.refused = refused;
      break;
    }
    std::size_t nth = candidates == 1 ? 0 : pick(candidates);
    for (std::size_t i = 0;; ++i) {
      if (fits(asleep.queue()[i]) == fit::taken && nth-- == 0) {
        woken(asleep.take_at(i));
        break;
      }
    }
    ++result.count;
  }
  return result;
}

// Moves how_many of those that fit, first come, first moved. move(waiter) names its new word. A moved waiter goes behind its equals on the
// new word, unless it stays in its bucket: then it keeps its place, as if it had come to the new word when it came to the old one.
// REQUIRES: a moved waiter fits no more, or stays in its bucket.
template <class Sleepers, class Fits, class Move>
taken move_some(Sleepers& asleep, int how_many, bool same_bucket, Fits fits, Move move) {
  taken result;
  for (std::size_t i = 0; i < asleep.queue().size() && result.count < how_many;) {
    const fit f = fits(asleep.queue()[i]);
    if (f == fit::refused) {
      result.refused = true;
      break;
    }
    if (f == fit::passed_over) {
      ++i;
      continue;
    }
    ++result.count;
    if (same_bucket) {
      move(asleep.at(i));
      ++i;
      continue;
    }
    auto w = asleep.take_at(i);
    move(w);
    asleep.append(w);
  }
  return result;
}

}  // namespace holdfast::checker::kernel

#endif  // HOLDFAST_CHECKER_KERNEL_SLEEPERS_H_
