// owned_words: which of the words with priority inheritance a thread under test may own, as far as its own operations tell.
//
// When a thread dies, the kernel hands on the words that others wait for and that it owned; it touches no other, and these may be gone.
#ifndef HOLDFAST_CHECKER_RUNTIME_OWNED_WORDS_H_
#define HOLDFAST_CHECKER_RUNTIME_OWNED_WORDS_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <type_traits>

#include "checker/graph/request.h"
#include "checker/kernel/robust_rule.h"

namespace holdfast::checker::runtime {

// Part of the thread's state; it lives outside of what the thread may write.
class owned_words {
 public:
  bool is_empty() const { return count_ == 0; }
  std::span<const graph::location_id> words() const { return {words_.data(), count_}; }
  std::span<const std::byte> bytes() const { return std::as_bytes(std::span(this, 1)); }

  // The thread, whose id is its number, made the request and got the reply. Of a word with priority inheritance.
  void note(const graph::request& q, const graph::reply& r, unsigned thread) {
    using graph::action;
    const auto names_thread = [&](std::uint64_t word) { return (word & kernel::tid_mask) == thread; };
    const bool writes = q.what == action::store || (q.what == action::compare_exchange && r.status == 1) ||
                        (q.what == action::update && q.update == graph::update_kind::exchange);
    if (writes) return set(q.location, names_thread(q.operand) || (q.replaces && names_thread(q.replacement)));
    const bool takes = q.what == action::lock_pi || q.what == action::try_lock_pi || q.what == action::wait_requeue_pi;
    if (takes && r.status == 0) return set(graph::queue_of(q), true);
    if (q.what == action::unlock_pi && r.status == 0) set(q.location, false);
  }

 private:
  static constexpr std::size_t most = 4;

  // Throws std::length_error if there are too many.
  void set(graph::location_id word, bool owned) {
    const auto end = words_.begin() + static_cast<std::ptrdiff_t>(count_);
    const auto found = std::find(words_.begin(), end, word);
    if (owned == (found != end)) return;
    if (owned) {
      if (count_ == most) throw std::length_error("a thread owns more than 4 words with priority inheritance");
      words_[count_++] = word;
    } else {
      std::copy(found + 1, end, found);
      words_[--count_] = 0;
    }
  }

  std::array<graph::location_id, most> words_{};
  std::size_t count_ = 0;
};
static_assert(std::has_unique_object_representations_v<owned_words>);

}  // namespace holdfast::checker::runtime

#endif  // HOLDFAST_CHECKER_RUNTIME_OWNED_WORDS_H_
